"""How a notice leaves the base station: one adapter a channel, all with the same face.

    console   shown in the control room; the casebook marks it delivered when it is on disk
    log       `LogChannel`, a line of the program's log
    others    `AppriseChannel`: webhook, e-mail, and every URL that apprise knows
    memory    `MemoryChannel`, for tests and demonstrations: keeps what it was given

"Sent" means that the next machine took it, never that it arrived or that a person has read it.
"""

from basestation.outgoing.channels.channel import (
    Answer,
    Channel,
    Delivery,
    Health,
    Inbound,
    Line,
    Notice,
    Report,
    Stage,
)

__all__ = ["Answer", "Channel", "Delivery", "Health", "Inbound", "Line", "Notice", "Report", "Stage"]
