"""Technical alarms that the base station raises itself: one open case per device and condition.

Decides which case a condition belongs to. One that is over and comes back before anybody has
acknowledged it sounds again as the same case. A condition of a moment (a message nobody
understands) has no end of its own: it is over when somebody has acknowledged it.
"""

from datetime import datetime

from basestation.cases.case import BASE_ALARM_PREFIX, Case, CaseState
from basestation.cases.effects import Fault
from basestation.cases.events import AlarmReported, ConditionEnded, FactsNoted
from basestation.casework.casebook import Casebook
from basestation.casework.numbers import Numbers
from basestation.store import case_rows
from basestation.store.committer import Work

TECHNICAL = "technical"
#: The device that stands for the base station itself.
STATION = "station"
NOBODY_AT_CONSOLE = "an alarm came while nobody sat at a console with its sound proven"

SILENCE = "silence"
#: A device that was switched off while its wearer is on shift.
SWITCHED_OFF = "switched-off"
#: A worker whose device says that it does not protect them.
PROTECTION = "protection"
#: A battery that will not last until the planned end of the shift.
BATTERY = "battery"
#: Something is wrong with broker, connection or canary; the device is "station".
BROKER = "broker"
#: A device counts its messages from the start again: repeats can no longer be told from news.
NUMBERS = "numbers"
#: A device has taken changed settings back.
SETTINGS = "settings"
#: A device could not be updated, or went back to the firmware it had.
UPDATE = "update"
#: With the number of the case behind it: everybody was called, and nobody answers.
UNANSWERED = "unanswered"
#: Nobody sits at a console whose sound is proven: an alarm came, or people work; the device is "station".
UNATTENDED = "unattended"
#: With a reason behind it: messages that nobody understands.
MESSAGE = "message"
#: The base station ended itself and was started again; it was built anew from a copy; the device is
#: "station".
ENDED, RESTORED = "ended-itself", "restored"
#: With a number behind it: a row that nobody can read was set aside.
SET_ASIDE = "set-aside"
#: What is only a moment: it is over when somebody knows of it.
MOMENTS = (MESSAGE, NUMBERS, SETTINGS, UPDATE, ENDED, RESTORED, SET_ASIDE)


class Conditions:
    """Opens and ends the technical cases of the base station."""

    def __init__(self, casebook: Casebook, numbers: Numbers) -> None:
        self._casebook = casebook
        self._numbers = numbers

    async def began(
        self,
        work: Work,
        device: str,
        condition: str,
        cause: str,
        now: datetime,
        *,
        silence_class: str | None = None,
    ) -> Case:
        """Raise the condition's technical alarm, or keep the one that is open with the newer cause."""
        case = await self.open_case(work, device, condition)
        if case is None:
            alarm = f"{BASE_ALARM_PREFIX}{condition}-{self._numbers.boot}-{self._numbers.next_seq()}"
            event = AlarmReported(TECHNICAL, cause)
            return await self._casebook.report(
                work, device, alarm, TECHNICAL, "real", event, now, silence_class
            )
        if case.state is CaseState.GONE:
            return await self._casebook.apply(work, case, AlarmReported(TECHNICAL, cause), now)
        if case.cause != cause:
            case = await self._casebook.apply(work, case, FactsNoted(cause=cause), now)
        return case

    async def ended(self, work: Work, device: str, condition: str, now: datetime) -> None:
        """End the condition; harmless when it does not hold."""
        case = await self.open_case(work, device, condition)
        if case is not None:
            await self._casebook.apply(work, case, ConditionEnded(), now)

    async def fault(self, work: Work, case: Case, fault: Fault, now: datetime) -> None:
        """Raise or end the technical alarm about the rescue of a person's real case."""
        if case.mark != "real" or not case.is_person:
            return
        if fault.name == "unattended":
            await self.began(work, STATION, UNATTENDED, NOBODY_AT_CONSOLE, now)
            return
        condition = f"{UNANSWERED}-{case.id}"
        if fault.is_over:
            await self.ended(work, case.device, condition, now)
            return
        await self.began(
            work, case.device, condition, f"everybody was called for case {case.id}, and nobody answers", now
        )

    async def acknowledged(self, work: Work, case: Case, now: datetime) -> Case:
        """End what was only a moment, now that somebody knows of it."""
        is_moment = case.alarm.startswith(tuple(f"{BASE_ALARM_PREFIX}{condition}-" for condition in MOMENTS))
        if is_moment and case.state is CaseState.ACKNOWLEDGED:
            return await self._casebook.apply(work, case, ConditionEnded(), now)
        return case

    async def open_case(self, work: Work, device: str, condition: str) -> Case | None:
        """Return the open case of this condition."""
        return await case_rows.find_open(work.connection, device, f"{BASE_ALARM_PREFIX}{condition}-")
