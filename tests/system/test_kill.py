"""`kill -9` of base station, broker and both, between an alarm and its receipt: none lost, none doubled.

Each moment is drawn from a seed; whether it lay before or after the commit is read from the database
of the dead base station. The devices are the real firmware; only its own repeating brings an alarm back.
"""

import random
import threading

import pytest

from tests.system.nursery import Nursery
from tests.system.running import RunningSite, is_published, is_signal, running_site

MOMENTS = 20
#: Only the button may raise an alarm.
BUTTON_ONLY = {
    "manual_hold_ms": 1000,
    "repeat_ms": 1000,
    "is_fall_on": 0,
    "is_position_on": 0,
    "is_rest_on": 0,
    "is_loss_on": 0,
}
#: From the device's publish to the kill, in s; a commit takes some milliseconds.
DELAY_S_MAX = 0.12
#: A device whose broker was away comes back within 5 s and repeats its alarm every 5 s.
RECEIPT_S_MAX = 40.0


def kill(site: RunningSite, victims: str) -> None:
    """SIGKILL the victims, in the order of their names."""
    assert site.broker is not None
    if victims in ("both", "broker"):
        site.broker.kill()
    if victims in ("both", "station"):
        site.station.kill()


@pytest.mark.parametrize("victims", ["station", "broker", "both"])
def test_killed_between_alarm_and_receipt_loses_no_alarm_and_doubles_no_case(victims, tmp_path):
    """20 seeded moments each, some before the commit, some after."""
    chance = random.Random(f"kill {victims} 1")
    stored_before_kill = []
    names = [f"wearable-{number}" for number in range(MOMENTS)]
    with Nursery() as nursery, running_site(tmp_path, is_broker_apart=True, new_child=nursery.child) as site:
        for name in names:
            device = site.add_device(name, **BUTTON_ONLY)
            device.press()
            raised = device.wait_for(is_published("raised", "manual"), 10)["message"]
            device.release()
            threading.Event().wait(chance.uniform(0, DELAY_S_MAX))
            kill(site, victims)
            key = (name, raised["boot"], raised["seq"])
            query = "select count(*) from device_messages where device = ? and boot = ? and seq = ?"
            stored_before_kill.append(site.rows(query, *key)[0][0] == 1)
            site.start()
            device.wait_for(is_signal("alarm_received"), RECEIPT_S_MAX)
            assert site.rows(query, *key) == [(1,)]
            device.stop()
        for name in names:
            query = "select state, alarm from cases where device = ? and kind = 'manual'"
            assert [state for state, _ in site.rows(query, name)] == ["RECEIVED"], name
        person_cases = [case for case in site.snapshot()["cases"] if case["is_person"]]
        assert {case["device"] for case in person_cases} == set(names)
        assert len(person_cases) == MOMENTS
    print(f"{victims}: {stored_before_kill.count(True)} of {MOMENTS} kills lay after the commit")
    if victims != "broker":
        assert 0 < stored_before_kill.count(True) < MOMENTS, stored_before_kill
