"""`kill -9` between an alarm and its receipt, over and over, at moments drawn from a seed.

Whether a moment lay before or after the commit is read from the database of the dead base station. The
devices are the real firmware; only its own repeating brings an alarm back. Each moment has its own device.
"""

import random
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from simulator.device import VirtualDevice
from tests.system.nursery import Nursery
from tests.system.running import RunningSite, is_published, is_signal, running_site, wait_until

STATION, BROKER, BOTH = VICTIMS = ("station", "broker", "both")
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
_CASES = "select count(*) from cases where device = ? and kind = 'manual' and state = 'RECEIVED'"
_STORED = "select count(*) from device_messages where device = ? and boot = ? and seq = ?"

#: Waits, with the site and the key of the message, until it is time to kill.
Moment = Callable[[RunningSite, tuple[str, int, int]], None]


class Found(NamedTuple):
    """What came of one moment."""

    device: str
    was_stored: bool
    #: How often the message and the device's case stand in the database at the end, and on the console.
    messages: int
    cases: int
    shown: int
    #: From the kill to the receipt at the device, in s.
    receipt_s: float


def drawn(chance: random.Random) -> Moment:
    """Return a moment between 0 and `DELAY_S_MAX` after the publish."""
    return lambda _site, _key: threading.Event().wait(chance.uniform(0, DELAY_S_MAX)) and None


def at_once(_site: RunningSite, _key: tuple[str, int, int]) -> None:
    """Kill as soon as the device has published."""


def once_stored(site: RunningSite, key: tuple[str, int, int]) -> None:
    """Kill as soon as the message is in the database."""
    wait_until(lambda: site.rows(_STORED, *key) == [(1,)], 10, "the message in the database")


def kill(site: RunningSite, victims: str) -> None:
    """SIGKILL the victims, in the order of their names."""
    assert site.broker is not None
    if victims in (BOTH, BROKER):
        site.broker.kill()
    if victims in (BOTH, STATION):
        site.station.kill()


def kill_at(plan: list[tuple[str, Moment]], folder: Path) -> list[Found]:
    """Kill these victims at these moments, one after the other on one site; return what came of each."""
    names = [f"wearable-{number}" for number in range(len(plan))]
    kept = []
    with Nursery() as nursery, running_site(folder, is_broker_apart=True, new_child=nursery.child) as site:
        for name, (victims, moment) in zip(names, plan, strict=True):
            kept.append(_kill_once(site, site.add_device(name, **BUTTON_ONLY), moment, victims))
        shown = [case["device"] for case in site.snapshot()["cases"] if case["is_person"]]
        return [
            Found(
                key[0],
                was_stored,
                site.rows(_STORED, *key)[0][0],
                site.rows(_CASES, key[0])[0][0],
                shown.count(key[0]),
                receipt_s,
            )
            for key, was_stored, receipt_s in kept
        ]


def _kill_once(
    site: RunningSite, device: VirtualDevice, moment: Moment, victims: str
) -> tuple[tuple[str, int, int], bool, float]:
    device.press()
    raised = device.wait_for(is_published("raised", "manual"), 10)["message"]
    device.release()
    key = (device.config.name, raised["boot"], raised["seq"])
    moment(site, key)
    kill(site, victims)
    killed_at = time.monotonic()
    was_stored = site.rows(_STORED, *key)[0][0] == 1
    site.start()
    device.wait_for(is_signal("alarm_received"), RECEIPT_S_MAX)
    receipt_s = time.monotonic() - killed_at
    device.stop()
    return key, was_stored, receipt_s
