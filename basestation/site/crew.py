"""What people in a shift have beside the shift itself: control calls, the room's duty, their own access."""

from sqlalchemy.ext.asyncio import AsyncEngine

from basestation.casework.casebook import Casebook
from basestation.changes import Changes
from basestation.clock import Clock
from basestation.outgoing.commands import Commands
from basestation.site.control_calls import ControlCalls
from basestation.site.handovers import Handovers
from basestation.site.own_record import OwnRecord
from basestation.site.shifts import Shifts
from basestation.site.worker_access import WorkerAccess
from basestation.store.committer import GroupCommitter


class Crew:
    """Joins them; decides nothing."""

    def __init__(
        self,
        database: AsyncEngine,
        committer: GroupCommitter,
        clock: Clock,
        changes: Changes,
        commands: Commands,
        casebook: Casebook,
        shifts: Shifts,
    ) -> None:
        self.calls = ControlCalls(database, committer, commands, casebook, shifts, clock)
        self.handovers = Handovers(database, committer, clock, changes)
        self.access = WorkerAccess(database, committer, clock)
        self.record = OwnRecord(database, shifts, clock)
