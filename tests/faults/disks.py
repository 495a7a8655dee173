"""Disks that are full or read-only: under the store, and under the broker, which then looks alive and is not.

A full disk under the store: nothing is acknowledged, nothing is receipted, every device keeps its alarm and
repeats it. Under the broker: QoS 0 still flows, QoS 1 is never acknowledged again, also after space is
freed, until a restart.
"""

from tests.faults.fault import Fault
from tests.faults.kills import BACK_S, CANARY_MISSED_S, CONSOLE_S, REPEAT_S, START_S
from tests.faults.sightings import CONSOLE, LINK_LOST, STATION_CASE, STORE
from tests.faults.site import FaultySite, Wish
from tests.faults.small_disk import why_none

#: `basestation/canary.py`: a broker that stays unhealthy is restarted again after this.
CANARY_RESTART_S = 30
#: A store in trouble shows on the console within this: a commit that failed, and a look.
STORE_S = 8


def _fill_store(site: FaultySite) -> None:
    assert site.database.disk is not None
    site.database.disk.fill()


def _free_store(site: FaultySite) -> None:
    """Make room, and start what a full disk has ended: PostgreSQL ends when its log cannot be written."""
    assert site.database.disk is not None
    site.database.disk.free()
    site.database.revive()


def _fill_broker(site: FaultySite) -> None:
    assert site.broker_disk is not None
    site.broker_disk.fill()


def _free_broker(site: FaultySite) -> None:
    assert site.broker_disk is not None
    site.broker_disk.free()


def _make_read_only(site: FaultySite) -> None:
    """As a file system is that found an error in itself when the machine came back."""
    site.running.station.kill()
    site.database.leave()
    assert site.database.disk is not None
    site.database.disk.set_read_only(is_read_only=True)
    site.running.station.start()


def _make_writable(site: FaultySite) -> None:
    assert site.database.disk is not None
    site.database.disk.set_read_only(is_read_only=False)
    site.database.revive()
    if site.running.station.is_running:
        site.running.station.kill()
    site.running.start()


DISKS = (
    Fault(
        "store-disk-full",
        "full disk under the store for 15 s",
        _fill_store,
        15,
        (STORE, CONSOLE, LINK_LOST),
        STORE_S,
        BACK_S + REPEAT_S,
        "a commit that failed is shown within 8 s; tried again every 2 s, repeat 5 s, device back 5 s",
        _free_store,
        Wish(is_store_small=True),
        again_max=4,
        missing=why_none,
    ),
    Fault(
        "store-read-only",
        "base station killed, comes back on a read-only store for 10 s",
        _make_read_only,
        10,
        (CONSOLE,),
        CONSOLE_S,
        START_S + BACK_S + REPEAT_S,
        "a page's watchdog 5 s; start 10 s, device back 5 s, repeat 5 s",
        _make_writable,
        Wish(is_store_small=True),
        again_max=1,
        missing=why_none,
        start_s=START_S,
    ),
    Fault(
        "broker-disk-full",
        "full disk under the broker's store for 25 s",
        _fill_broker,
        25,
        (STATION_CASE,),
        CANARY_MISSED_S,
        CANARY_RESTART_S + 5 + BACK_S + REPEAT_S,
        "two canaries of 5 s and a look; restart every 30 s, start 5 s, device back 5 s, repeat 5 s",
        _free_broker,
        Wish(is_broker_small=True),
        missing=why_none,
    ),
)
