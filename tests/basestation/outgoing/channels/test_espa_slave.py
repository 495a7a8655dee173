"""A slave on the line: every exchange as slave."""

from espa_station_bench import ACK, BLOCK, EOT, STATUS, Bench

from basestation.outgoing.channels.espa.effects import (
    CallFailed,
    CallTaken,
    StationAnswered,
)
from basestation.outgoing.channels.espa.station import MAY_HAVE_ARRIVED, NO_ACK


def test_a_slave_answers_a_poll_with_eot_while_nothing_waits():
    """And knows by it that the pager system is there."""
    bench = Bench("slave")
    assert bench.hear(EOT + b"2\x05").sent() == EOT
    assert bench.happened() == [StationAnswered("1")]
    assert bench.station.next_deadline_ms() is None


def test_a_slave_answers_a_poll_with_the_call_that_waits():
    """It selects the pager system, and ends after the ACK."""
    bench = Bench("slave")
    call = bench.call()
    assert bench.step().sent() == b""
    assert bench.hear(EOT + b"2\x05").sent() == b"1\x05"
    assert bench.hear(ACK).sent() == BLOCK
    assert bench.hear(ACK).sent() == EOT
    assert CallTaken(call) in bench.happened()


def test_a_slave_that_is_selected_takes_a_status():
    """The control station polls itself and then us: the second enquiry is a selection."""
    bench = Bench("slave")
    assert bench.hear(EOT + b"1\x05").sent() == b""
    assert bench.hear(b"2\x05").sent() == ACK
    assert bench.hear(STATUS).sent() == ACK
    [taken] = bench.happened()
    assert taken.station == "1"
    assert bench.hear(EOT).sent() == b""


def test_a_slave_is_quiet_while_others_speak():
    """Polls and blocks of others are not for us."""
    bench = Bench("slave")
    assert bench.hear(b"3\x05" + EOT + b"3\x051\x05" + ACK + BLOCK + ACK + EOT).sent() == b""
    assert bench.happened() == []
    assert bench.hear(b"2\x05").sent() == EOT


def test_a_slave_takes_no_late_poll_for_a_selection():
    """A dead station was polled before us, and nobody said EOT."""
    bench = Bench("slave")
    bench.hear(b"3\x05")
    bench.until_silent()
    assert bench.now_ms == bench.settings.gap_ms
    assert bench.hear(b"2\x05").sent() == EOT


def test_a_slave_that_took_a_poll_for_a_selection_still_hands_over_its_call():
    """An enquiry without an address looked like one of others; the next poll brings the call out."""
    bench = Bench("slave")
    assert bench.hear(b"\x05").hear(b"2\x05").sent() == ACK
    assert bench.hear(b"2\x05").sent() == ACK
    call = bench.call()
    assert bench.hear(b"2\x05").sent() == b"1\x05"
    bench.hear(ACK).hear(ACK)
    assert CallTaken(call) in bench.happened()


def test_a_slave_that_waits_for_a_block_in_vain_comes_to_rest():
    """Without a word: the line is not ours."""
    bench = Bench("slave")
    bench.hear(b"1\x052\x05").sent()
    assert bench.until_silent().sent() == b""
    assert bench.station.is_idle


def test_a_slave_that_is_polled_again_selects_again():
    """Its selection, or its block, was not heard; the block may have been."""
    bench = Bench("slave", tries_max=3)
    call = bench.call()
    assert bench.hear(b"2\x05").sent() == b"1\x05"
    assert bench.hear(b"2\x05").sent() == b"1\x05"
    assert bench.hear(ACK).sent() == BLOCK
    assert bench.hear(b"2\x05").sent() == b"1\x05"
    assert bench.hear(b"2\x05").sent() == EOT
    assert CallFailed(call, NO_ACK + MAY_HAVE_ARRIVED) in bench.happened()


def test_a_slave_that_is_polled_while_an_ack_is_in_doubt_selects_again():
    """The pager system is not in the middle of our call any more."""
    bench = Bench("slave")
    bench.call()
    bench.hear(b"2\x05")
    bench.until_silent().hear(ACK).hear(ACK).sent()
    assert bench.hear(b"2\x05").sent() == b"1\x05"
