"""A station whose question goes unanswered: what may have arrived, and what a late answer proves."""

import pytest
from espa_station_bench import ACK, BLOCK, EOT, NAK, SELECT, Bench, control

from basestation.outgoing.channels.espa.effects import (
    CallFailed,
    CallTaken,
    StationSilent,
)
from basestation.outgoing.channels.espa.settings import CONFIRMING_REPLIES
from basestation.outgoing.channels.espa.station import ENDED, MAY_HAVE_ARRIVED, NO_ACK


def test_a_block_without_ack_is_sent_again_and_may_have_arrived():
    """Nobody knows; twice rather than never."""
    bench = control(tries_max=2)
    call = bench.call()
    bench.step().hear(ACK).sent()
    assert bench.until_silent().sent() == BLOCK
    assert bench.until_silent().sent() == EOT
    assert bench.happened() == [StationSilent("2"), CallFailed(call, NO_ACK + MAY_HAVE_ARRIVED)]


def test_a_late_answer_to_a_poll_does_not_end_a_call():
    """Its EOT comes after the selection, which is sent again."""
    bench = Bench().step()
    bench.until_silent()
    call = bench.call()
    bench.step().sent()
    assert bench.hear(EOT).sent() == SELECT
    bench.hear(ACK).hear(ACK)
    assert CallTaken(call) in bench.happened()


def test_a_late_ack_to_a_selection_is_not_taken_for_that_of_the_block():
    """A slow station answers both selections, and then refuses the block: the call has failed."""
    bench = control()
    call = bench.call()
    bench.step()
    bench.until_silent().sent()
    assert bench.hear(ACK).sent() == BLOCK
    assert bench.hear(ACK).sent() == b""
    assert bench.happened() == []
    bench.hear(b"2" + NAK)
    [_, failed] = bench.happened()
    assert (failed.call, "busy" in failed.detail) == (call, True)


def test_when_every_question_has_its_answer_the_last_one_counts():
    """Two selections and a block, three ACKs: nobody has to wait."""
    bench = control()
    call = bench.call()
    bench.step()
    bench.until_silent().hear(ACK).hear(ACK).hear(ACK)
    assert CallTaken(call) in bench.happened()


def test_answers_owed_to_calls_of_long_ago_are_forgotten():
    """They do not come any more; the doubt begins anew with the next silence."""
    bench = control(tries_max=2)
    bench.call()
    bench.step()
    bench.until_silent()
    bench.until_silent().happened()
    bench.now_ms += bench.settings.transaction_ms
    call = bench.call()
    bench.step()
    bench.until_silent().hear(ACK).hear(ACK).hear(ACK)
    assert CallTaken(call) in bench.happened()


def test_an_ack_that_nothing_follows_counts_after_the_reply_time():
    """Every answer that was late has come by then."""
    bench = control()
    call = bench.call()
    bench.step()
    bench.until_silent().hear(ACK).hear(ACK)
    assert bench.happened() == []
    confirmed_ms = bench.now_ms + CONFIRMING_REPLIES * bench.settings.reply_ms
    assert bench.until_silent().sent()[-1:] == EOT
    assert bench.now_ms == confirmed_ms
    assert CallTaken(call) in bench.happened()


@pytest.mark.parametrize("is_past", [False, True])
def test_a_silence_is_remembered_as_long_as_a_transaction_may_last(is_past):
    """After that an ACK is an ACK again."""
    bench = control(tries_max=1)
    bench.call()
    bench.step()
    bench.until_silent().happened()
    bench.now_ms += bench.settings.transaction_ms - 1 + is_past
    call = bench.call()
    bench.step().hear(ACK).hear(ACK)
    assert (CallTaken(call) in bench.happened()) is is_past


def test_a_garbled_answer_to_a_block_in_doubt_sends_it_again():
    """The last answer counts."""
    bench = control()
    bench.call()
    bench.step()
    bench.until_silent().hear(ACK).hear(ACK).sent()
    assert bench.hear(b"1" + NAK).sent() == BLOCK


def test_a_transaction_that_is_ended_in_doubt_has_failed_and_may_have_arrived():
    """Nobody knows what the ACK was for."""
    bench = control()
    bench.call()
    bench.step()
    bench.until_silent().hear(ACK).hear(ACK).hear(EOT)
    assert bench.happened()[-1].detail == ENDED + MAY_HAVE_ARRIVED


def test_a_doubt_stays_with_the_call_whatever_is_said_later():
    """One try went unanswered, the next was garbled: the first may have arrived."""
    bench = control(tries_max=2)
    bench.call()
    bench.step().hear(ACK)
    bench.until_silent().hear(b"1" + NAK)
    assert bench.happened()[-1].detail.endswith(MAY_HAVE_ARRIVED)


@pytest.mark.parametrize("is_sending", [False, True])
def test_a_lost_port_gives_the_call_back_with_its_doubt(is_sending):
    """Only a block that was out may have arrived."""
    bench = control()
    call = bench.call()
    bench.step()
    if is_sending:
        bench.hear(ACK)
    assert bench.station.cut() is call
    assert call.may_have_arrived is is_sending
    assert bench.station.is_idle
    assert bench.station.cut() is None
