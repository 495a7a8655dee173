"""The store goes away under a running base station: restarted, killed, or held by another program.

An SQLite file has no process of its own; what a restart does to others, the lock of another program does to
it.
"""

from tests.faults.database import POSTGRESQL, SQLITE
from tests.faults.fault import Fault
from tests.faults.kills import BACK_S, REPEAT_S
from tests.faults.sightings import CONSOLE, LINK_LOST, STORE
from tests.faults.site import FaultySite

#: A commit that fails, or waits 5 s for a lock, is shown within these.
GONE_S, LOCKED_S = 8, 15
#: The intake tries again every 2 s; a server that was killed replays its log first.
AGAIN_S = 2 + 3


def _stop(site: FaultySite) -> None:
    site.database.stop()


def _kill(site: FaultySite) -> None:
    site.database.kill()


def _start(site: FaultySite) -> None:
    site.database.start()


_BOUNDS = (
    "a commit that failed is shown within 8 s; tried again every 2 s, start 3 s, device back 5 s, repeat 5 s"
)

DATABASES = (
    Fault(
        "store-locked",
        "SQLite: locked by another program for 12 s",
        _stop,
        12,
        (STORE, CONSOLE, LINK_LOST),
        LOCKED_S,
        AGAIN_S + BACK_S + REPEAT_S,
        "lock awaited for 5 s, shown within 8 s; tried again every 2 s, repeat 5 s",
        _start,
        again_max=4,
        stores=(SQLITE,),
    ),
    Fault(
        "store-restarted",
        "PostgreSQL: stopped in order, started again after 6 s",
        _stop,
        6,
        (STORE, CONSOLE, LINK_LOST),
        GONE_S,
        AGAIN_S + BACK_S + REPEAT_S,
        _BOUNDS,
        _start,
        again_max=4,
        stores=(POSTGRESQL,),
    ),
    Fault(
        "store-killed",
        "PostgreSQL: kill -9, started again after 6 s",
        _kill,
        6,
        (STORE, CONSOLE, LINK_LOST),
        GONE_S,
        AGAIN_S + BACK_S + REPEAT_S,
        _BOUNDS,
        _start,
        again_max=4,
        stores=(POSTGRESQL,),
    ),
)
