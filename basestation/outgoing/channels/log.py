"""Writes a notice as a line of the program's log."""

import structlog

from basestation.outgoing.channels.channel import Delivery, Health, Notice, Stage

_log = structlog.get_logger("rufweite.notice")


class LogChannel:
    """The program's log as a channel."""

    async def send(self, notice: Notice) -> Delivery:
        """Write the line; nobody knows who reads it."""
        _log.warning("notice", case=notice.case_id, recipient=notice.recipient, subject=notice.subject)
        return Delivery(Stage.SENT)

    async def check(self) -> Health:
        """Work always."""
        return Health(is_working=True, detail="lines are written to the program's log")
