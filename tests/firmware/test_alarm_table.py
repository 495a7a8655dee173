"""The life cycle's table, walked as a product of states, events and kinds."""

from firmware import alarm
from protocol import messages


def test_every_state_says_what_it_does_with_every_event():
    """Acts or ignores by name; nothing is left to chance."""
    assert sorted(alarm.TABLE) == sorted(alarm.STATES)
    for state in alarm.STATES:
        assert sorted(alarm.TABLE[state]) == sorted(alarm.EVENTS), state
        for event in alarm.EVENTS:
            next_state, action = alarm.TABLE[state][event]
            if (next_state, action) != alarm.IGNORED:
                assert next_state in alarm.STATES
                assert action


def test_a_raised_alarm_is_left_only_by_receipt_and_then_reset():
    """It latches, whatever else happens, for every kind that its wearer resets."""
    for kind in alarm.KINDS:
        if kind.reset_by != "wearer":
            continue
        for event in alarm.EVENTS:
            if event == "LAST_RECEIPT_CAME":
                continue
            state, _ = alarm.step("RAISED", event, kind)
            assert state == ("RECEIVED" if event == "RECEIPT_CAME" else "RAISED"), (kind.name, event)
            state, _ = alarm.step("RECEIVED", event, kind)
            assert state == ("ENDED" if event == "RESET_HELD" else "RECEIVED"), (kind.name, event)


def test_a_silent_alarm_ends_with_its_receipt_and_no_sooner():
    """Nobody could reset what nobody may see."""
    for kind in alarm.KINDS:
        if kind.name in messages.SILENT_KINDS:
            for event in alarm.EVENTS:
                state, action = alarm.step("RAISED", event, kind)
                is_last = event in ("RECEIPT_CAME", "LAST_RECEIPT_CAME")
                assert (state, action) == (
                    ("ENDED", "end_unseen") if is_last else ("RAISED", state_action(event))
                )


def state_action(event):
    """Return what a raised silent alarm does with an event that does not end it."""
    return "refuse_reset" if event == "RESET_HELD" else ""


def test_a_technical_alarm_ends_with_its_fault_and_not_by_the_wearer():
    """Raised or received."""
    kind = alarm.BY_NAME["technical"]
    for state in ("RAISED", "RECEIVED"):
        assert alarm.step(state, "FAULT_ENDED", kind) == ("ENDED", "send_gone")
        assert alarm.step(state, "RESET_HELD", kind) == (state, "")
    assert alarm.step("RAISED", "RECEIPT_CAME", kind)[0] == "RECEIVED"


def test_an_ended_alarm_stays_ended():
    """A late event touches nothing."""
    for kind in alarm.KINDS:
        for event in alarm.EVENTS:
            assert alarm.step("ENDED", event, kind) == ("ENDED", "")


def test_a_pre_alarm_ends_only_as_its_kind_allows():
    """By key or condition into nothing, by deadline or demand into the alarm."""
    for kind in alarm.KINDS:
        for event in alarm.EVENTS:
            state, _ = alarm.step("PRE_ALARM", event, kind)
            if event in ("DEADLINE_PASSED", "RAISE_DEMANDED"):
                assert state == "RAISED"
            elif event in kind.cancelled_by:
                assert state == "ENDED"
            else:
                assert state == "PRE_ALARM", (kind.name, event)
    assert alarm.step("PRE_ALARM", "CONDITION_ENDED", alarm.BY_NAME["manual"]) == ("PRE_ALARM", "")


def test_kinds_are_known_to_the_protocol_and_their_codes_are_their_own():
    """A code in a journal means the same for ever."""
    assert len(alarm.BY_CODE) == len(alarm.BY_NAME) == len(alarm.KINDS)
    codes = (1, 4, 5, 6, 2, 3, 7, 8, 9, 10)
    assert tuple([kind.code for kind in alarm.KINDS]) == codes
    assert tuple([kind.name for kind in alarm.KINDS]) == messages.ALARM_KINDS
    for kind in alarm.KINDS:
        assert kind.name in messages.ALARM_KINDS


def test_the_gravest_alarm_is_shown_and_of_two_of_a_kind_the_elder():
    """Manual before position before rest, in whatever order they began."""
    rest, position, manual = [
        alarm.Alarm(alarm.BY_NAME[name], 1, seq) for seq, name in enumerate(("rest", "position", "manual"), 1)
    ]
    second = alarm.Alarm(alarm.BY_NAME["manual"], 1, 9)
    assert alarm.gravest([]) is None
    assert alarm.gravest([rest, position]) is position
    assert alarm.gravest([position, rest]) is position
    assert alarm.gravest([rest, position, manual, second]) is manual
    assert manual.alarm_id == "1-3"


def test_what_nobody_may_perceive_is_never_shown():
    """Nor does it hide what is."""
    rest = alarm.Alarm(alarm.BY_NAME["rest"], 1, 1)
    unseen = [alarm.Alarm(alarm.BY_NAME[name], 1, 2) for name in ("silent", "duress", "technical")]
    assert alarm.gravest(unseen) is None
    assert alarm.gravest(unseen + [rest]) is rest  # noqa: RUF005 - not in MicroPython
