"""One station on the line: every state with every event, and every exchange as control station."""

import pytest
from espa_station_bench import ACK, BLOCK, EOT, NAK, POLL, ROLES, SELECT, STATUS, Bench, control
from hypothesis import given
from hypothesis import strategies as st

from basestation.outgoing.channels.espa.effects import (
    BlockGarbled,
    BlockRefused,
    BlockTaken,
    CallFailed,
    CallGaveWay,
    CallTaken,
    StationAnswered,
    StationSilent,
    Unexpected,
)
from basestation.outgoing.channels.espa.frames import Block, written
from basestation.outgoing.channels.espa.station import ENDED, MAY_HAVE_ARRIVED, NO_ANSWER, Station
from basestation.outgoing.channels.espa.tables import Choice, Event, Move, State


@pytest.mark.parametrize("role", ROLES)
def test_every_state_lists_or_names_as_ignored_every_event(role):
    """Nothing that can happen is left open, and nothing is both."""
    table, ignored = ROLES[role]
    assert set(table) == set(ignored) == set(State)
    for state in State:
        assert not set(table[state]) & ignored[state], state
        assert set(table[state]) | ignored[state] == set(Event), state
        for row in table[state].values():
            moves = (row.yes, row.no) if isinstance(row, Choice) else (row,)
            assert all(isinstance(move, Move) and hasattr(Station, f"_{move.action}") for move in moves)
            assert not isinstance(row, Choice) or hasattr(Station, f"_{row.claim}")


#: Where a call has the line.
HOLDING = {State.SELECTING, State.SENDING, State.CONFIRMING}


@given(
    role=st.sampled_from(sorted(ROLES)),
    steps=st.lists(
        st.one_of(
            st.sampled_from(
                [EOT, ACK, NAK, b"1" + NAK, b"2" + NAK, b"1\x05", b"2\x05", b"3\x05", STATUS, BLOCK]
            ),
            # Half of the steps are those that lead somewhere.
            st.sampled_from([ACK, ACK, ACK, b"2\x05"]),
            st.integers(1000, 2000),
            st.binary(max_size=6),
            st.integers(0, 5000),
            st.sampled_from(["manual", "technical", "test"]),
        ),
        max_size=60,
    ),
)
def test_whatever_comes_every_call_ends_exactly_once(role, steps):
    """Taken or failed; never lost, never twice, never stuck."""
    bench, calls, ended = Bench(role), [], []
    for step in steps:
        if isinstance(step, int):
            bench.now_ms += step
            bench.step()
        elif isinstance(step, bytes):
            bench.hear(step)
        else:
            calls.append(bench.call(kind=step, mark="test" if step == "test" else "real"))
            bench.step()
        ended += [found.call for found in bench.happened() if isinstance(found, (CallTaken, CallFailed))]
        held = [] if bench.station._call is None else [bench.station._call]
        assert sorted(map(id, calls)) == sorted(map(id, [*ended, *held, *bench.waiting._calls]))
        assert (bench.station._call is not None) == (bench.station.state in HOLDING)
    if role == "control_station":
        for _ in range(10 * len(calls) + 10):
            bench.until_silent()
        assert bench.station.state in {State.IDLE, State.POLLING}
        assert not bench.waiting


def test_a_call_polls_ourselves_selects_the_pager_system_and_ends():
    """`EOT 1 ENQ 2 ENQ`, the block after the ACK, EOT after the next."""
    bench = control()
    call = bench.call()
    assert bench.step().sent() == SELECT
    assert bench.hear(ACK).sent() == BLOCK
    assert bench.happened() == []
    assert bench.hear(ACK).sent() == EOT
    assert bench.happened() == [StationAnswered("2"), CallTaken(call)]


def test_a_poll_goes_out_at_its_interval_and_not_before():
    """The pager system shows an alarm of its own when polls fail to come."""
    bench = control(poll_ms=2000)
    bench.now_ms = 1999
    assert bench.step().sent() == b""
    bench.now_ms = 2000
    assert bench.step().sent() == POLL


def test_a_poll_without_an_answer_is_ended_and_known():
    """After the reply time and the time that the poll takes on the line, not a millisecond sooner."""
    bench = Bench(reply_ms=1000, baud=9600).step()
    bench.sent()
    bench.now_ms = bench.station.next_deadline_ms() - 1
    assert bench.now_ms == 1001
    assert bench.step().happened() == []
    bench.now_ms += 1
    assert bench.step().sent() == EOT
    assert bench.happened() == [StationSilent("2")]


def test_every_station_is_polled_in_turn():
    """Also those to which nothing is sent."""
    bench = Bench(more_stations=("3", "4"), poll_ms=100)
    polled = b""
    for _ in range(4):
        polled += bench.step().sent()
        bench.hear(EOT)
        bench.now_ms += 100
    assert polled == b"2\x053\x054\x052\x05"


@pytest.mark.parametrize("answer", [ACK, NAK, b"2" + NAK])
def test_an_odd_answer_to_a_poll_is_a_sign_of_life(answer):
    """And the line is brought to rest."""
    bench = Bench().step()
    bench.sent()
    assert bench.hear(answer).sent() == EOT
    assert bench.happened() == [StationAnswered("2")]
    assert bench.station.is_idle


def test_a_polled_station_may_tell_a_status():
    """It selects us, we say ACK; the block is acknowledged once it is whole."""
    bench = Bench().step()
    bench.sent()
    assert bench.hear(b"1\x05").sent() == ACK
    assert bench.happened() == [StationAnswered("2")]
    assert bench.hear(STATUS).sent() == ACK
    assert bench.happened() == [BlockTaken("2", Block("2", (("1", "550"), ("7", "6"))))]
    assert bench.hear(EOT).sent() == b""
    assert bench.station.is_idle


def test_a_block_that_comes_again_is_acknowledged_and_known_as_a_repeat():
    """Our ACK was lost."""
    bench = Bench().step()
    bench.hear(b"1\x05").hear(STATUS).happened()
    assert bench.hear(STATUS).sent() == ACK
    [repeat] = bench.happened()
    assert repeat.is_repeat
    # In another transaction the same words are news.
    bench.hear(EOT)
    bench.now_ms = 60_000
    bench.step().hear(b"1\x05").hear(STATUS)
    assert not bench.happened()[-1].is_repeat


def test_a_garbled_block_is_asked_for_again_with_its_code():
    """`1 NAK`: transmission error."""
    bench = Bench().step()
    bench.hear(b"1\x05").happened()
    bench.sent()
    assert bench.hear(STATUS[:-1] + b"\x7f").sent() == b"1" + NAK
    assert bench.happened() == [BlockGarbled("2")]
    assert bench.hear(STATUS).sent() == ACK


@pytest.mark.parametrize("body", [BLOCK, written("5", (("1", b"550"),))])
def test_a_block_that_we_do_not_understand_is_refused_with_its_code(body):
    """`3 NAK`: we are no pager."""
    bench = Bench().step()
    bench.hear(b"1\x05").happened()
    bench.sent()
    assert bench.hear(body).sent() == b"3" + NAK
    assert bench.happened() == [BlockRefused("2")]


def test_a_body_that_is_no_block_is_refused():
    """Its check character is right, and it holds no text."""
    bench = Bench().step()
    bench.hear(b"1\x05").happened()
    bench.sent()
    assert bench.hear(b"\x01x\x03" + bytes([ord("x") ^ 3])).sent() == b"3" + NAK


def test_a_sender_that_stops_half_way_does_not_keep_the_line():
    """The control station takes it back with EOT."""
    bench = Bench().step()
    bench.hear(b"1\x05").sent()
    assert bench.until_silent().sent() == EOT
    assert bench.now_ms >= bench.settings.transaction_ms
    assert bench.station.is_idle


def test_a_station_that_speaks_with_another_is_let_finish():
    """We are quiet until EOT, and may be selected too."""
    bench = Bench(more_stations=("3",)).step()
    bench.sent()
    bench.hear(b"3\x05").hear(ACK).hear(BLOCK).hear(ACK)
    assert bench.sent() == b""
    assert bench.happened() == [StationAnswered("2")]
    assert bench.hear(b"1\x05").sent() == ACK
    bench.hear(EOT)
    assert bench.station.is_idle


def test_two_others_that_do_not_end_lose_the_line_too():
    """Else no call would ever go out."""
    bench = Bench(more_stations=("3",)).step()
    bench.hear(b"3\x05").sent()
    assert bench.until_silent().sent() == EOT
    assert bench.now_ms == bench.settings.transaction_ms


@pytest.mark.parametrize("tries_max", [1, 2, 3])
def test_a_selection_without_answer_is_tried_so_often_and_then_has_failed(tries_max):
    """And nothing of the call was sent."""
    bench = control(tries_max=tries_max)
    call = bench.call()
    assert bench.step().sent() == SELECT
    for _ in range(tries_max - 1):
        assert bench.until_silent().sent() == SELECT
        assert bench.happened() == []
    assert bench.until_silent().sent() == EOT
    assert bench.happened() == [StationSilent("2"), CallFailed(call, NO_ANSWER)]


def test_a_block_gets_the_time_that_it_needs_on_a_slow_line():
    """21 bytes at 300 baud are 700 ms before anybody can answer."""
    bench = control(baud=300, wait_ms=500, tries_max=1, text_max=56)
    bench.call()
    bench.step().hear(ACK)
    on_the_line_ms = len(BLOCK) * 10 * 1000 // 300
    assert bench.station.next_deadline_ms() - bench.now_ms >= bench.settings.reply_ms + on_the_line_ms


@pytest.mark.parametrize("refusal", [b"1" + NAK, NAK])
def test_a_garbled_call_is_sent_again(refusal):
    """`1 NAK`, and a NAK without a code, ask for the same once more."""
    bench = control(tries_max=2)
    call = bench.call()
    bench.step().hear(ACK).sent()
    assert bench.hear(refusal).sent() == BLOCK
    assert bench.hear(ACK).sent() == EOT
    assert bench.happened()[-1] == CallTaken(call)


@pytest.mark.parametrize(
    ("code", "why"), [(b"2", "busy"), (b"3", "does not understand"), (b"9", "code unknown here ('9')")]
)
def test_a_refused_call_has_failed_at_once_and_says_why(code, why):
    """Another channel can be tried; the same again would be refused again."""
    bench = control()
    call = bench.call()
    bench.step().hear(ACK).sent()
    assert bench.hear(code + NAK).sent() == EOT
    answered, failed = bench.happened()
    assert answered == StationAnswered("2")
    assert failed.call is call
    assert why in failed.detail
    assert MAY_HAVE_ARRIVED not in failed.detail


def test_a_refused_selection_has_failed_at_once():
    """`2 NAK`: busy."""
    bench = control()
    bench.call()
    bench.step().sent()
    assert bench.hear(b"2" + NAK).sent() == EOT
    assert "busy" in bench.happened()[-1].detail


@pytest.mark.parametrize(("is_code", "why"), [(True, "garbled"), (False, "did not say why")])
def test_a_call_that_is_refused_every_time_says_why(is_code, why):
    """The last word is the pager system's."""
    bench = control(tries_max=2)
    bench.call()
    bench.step().hear(ACK)
    refusal = b"1" + NAK if is_code else NAK
    bench.hear(refusal).hear(refusal)
    assert why in bench.happened()[-1].detail


def test_a_transaction_that_the_other_side_ends_has_failed():
    """Before the block it has not arrived; after it nobody knows."""
    bench = control()
    call = bench.call()
    bench.step().hear(EOT).hear(EOT).hear(EOT)
    assert bench.happened() == [StationAnswered("2"), CallFailed(call, ENDED)]
    bench.call()
    bench.step().hear(ACK).hear(EOT)
    assert bench.happened()[-1].detail == ENDED + MAY_HAVE_ARRIVED


def test_a_real_alarm_goes_before_the_tries_of_a_test():
    """Between two tries the test gives way, and is not lost."""
    bench = control(tries_max=3)
    trial = bench.call("trial", mark="test")
    bench.step()
    alarm = bench.call("alarm")
    bench.sent()
    # The line is not torn from a try under way.
    assert bench.step().sent() == b""
    assert bench.until_silent().sent() == EOT + SELECT
    assert bench.happened() == [CallGaveWay(trial)]
    for call in (alarm, trial):
        bench.hear(ACK).hear(ACK)
        assert CallTaken(call) in bench.until_silent().happened()


def test_what_nobody_waited_for_is_told_and_changes_nothing():
    """Line noise that looks like an answer."""
    bench = control()
    bench.hear(ACK + b"1" + NAK + b"2\x05" + BLOCK)
    assert bench.happened() == [Unexpected(event) for event in ("acked", "bad copy", "overheard", "block")]
    assert bench.station.is_idle


def test_a_poll_can_be_asked_for():
    """A check does not wait for the interval."""
    bench = control()
    assert bench.step().sent() == b""
    bench.station.poll_soon()
    assert bench.step().sent() == POLL


def test_whom_we_have_asked_something_is_known():
    """The silence of that station began before whatever is asked now."""
    bench = control(more_stations=("3",))
    assert bench.station.speaks_with == ""
    bench.station.poll_soon()
    bench.step()
    assert bench.station.speaks_with == "3"
    bench.hear(EOT)
    bench.call()
    bench.step()
    assert bench.station.speaks_with == "2"
