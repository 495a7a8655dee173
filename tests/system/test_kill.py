"""`kill -9` of base station, broker and both, between an alarm and its receipt: none lost, none doubled.

Four moments on either side of the commit; twenty drawn ones of each victim are rows of `make faults`.
"""

from tests.faults.moments import BOTH, BROKER, STATION, at_once, kill_at, once_stored


def test_killed_between_alarm_and_receipt_loses_no_alarm_and_doubles_no_case(tmp_path):
    """As soon as the device has published, and as soon as the message is stored."""
    plan = [(STATION, at_once), (STATION, once_stored), (BROKER, at_once), (BOTH, once_stored)]
    found = kill_at(plan, tmp_path)
    assert [(one.messages, one.cases, one.shown) for one in found] == [(1, 1, 1)] * 4
    assert [one.was_stored for one in (found[1], found[3])] == [True, True]
