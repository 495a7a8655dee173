"""What the device core asks its board to do, as values.

Effects are carried out in their order: a `WriteJournal` is synced before a `Publish` behind it leaves.
The board decides nothing; what it cannot do (no link, a full disk) it counts, and the core repeats.
"""

from collections import namedtuple

#: Send `payload` (bytes) on `channel` of this device (a name out of `protocol.topics.UP_CHANNELS`).
Publish = namedtuple("Publish", ("channel", "payload"))

#: Append one record (`journal.RECORD_BYTES` bytes) to the journal and sync it.
WriteJournal = namedtuple("WriteJournal", ("record",))

#: Read piece `piece` (int, from 0) of the journal and hand it to `Device.on_journal_piece`; -1: no more.
ReadJournal = namedtuple("ReadJournal", ("piece",))

#: Show the pattern `signals.PATTERNS[name]`: a lasting one replaces the lasting one before it, the
#: others play once over it.
ShowSignal = namedtuple("ShowSignal", ("name",))

#: Set the board's own clock, where it has one that outlasts a restart, to `time_ms` (since 1970 UTC). Nothing
#: in the core reads it; certificates have dates.
SetWallClock = namedtuple("SetWallClock", ("time_ms",))

#: Keep a change of the settings so that a power cut leaves the old ones or the new: `step` is "apply" with
#: the `order` (dict of version, counter, boot, seq, values), "confirm" or "undo" without one. Say to
#: `Upkeep.note_kept` whether it is on the disk. Step "restart": end this start and begin the next.
ChangeSettings = namedtuple("ChangeSettings", ("step", "order"))
#: Write what an order to update, or a piece of it, says: `message` is the decoded command.
StoreUpdate = namedtuple("StoreUpdate", ("message",))
