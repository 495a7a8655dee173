"""Which watch may begin an alarm now, and when a watch begins anew.

Decides that a condition that was met begins one alarm and no second, that nothing begins while the automatic
kinds are suspended, and that a watch whose alarm or suspension has ended has its whole time again. Never
decides what a condition is (the watches do) nor what suspends (`protection.py` does). Times in ms.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.alarms import Alarms
    from firmware.protection import Protection
    from firmware.watches import Watches


class Vigil:
    """The watches, as far as they may act."""

    def __init__(self, watches: "Watches", alarms: "Alarms", protection: "Protection") -> None:
        self._watches = watches
        self._alarms = alarms
        self._protection = protection
        #: The kinds that have an alarm, and what suspended the others, as of the end of the last input.
        self._running: "list[str]" = []
        self._suspension = protection.suspension()
        #: Some alarm is in its pre-alarm.
        self.has_pre_alarm = False

    def meet(self, now_ms: int, out: "list[Any]") -> None:
        """Begin the alarm of every condition that has lasted long enough by now."""
        for kind_name, watch in self._watches.all:
            due_ms = watch.deadline_ms()
            if due_ms is not None and now_ms >= due_ms and self._is_watching(kind_name):
                self._alarms.meet(now_ms, kind_name, out, watch.since_ms())
                watch.begin_recovery(now_ms)

    def clear(self, now_ms: int, out: "list[Any]") -> None:
        """End the pre-alarms whose condition has ended."""
        for kind_name in self._watches.cleared():
            subject = self._alarms.find(kind_name)
            if subject is not None and subject.state == "PRE_ALARM":
                self._alarms.step(now_ms, subject, "CONDITION_ENDED", out)

    def rearm(self, now_ms: int) -> None:
        """Give a watch its whole time again where its alarm, or what suspended it, has ended."""
        running = [subject.kind.name for subject in self._alarms.all]
        suspension = self._protection.suspension()
        is_resumed = self._suspension != "" and suspension == ""
        for kind_name, watch in self._watches.all:
            if is_resumed or (kind_name in self._running and kind_name not in running):
                watch.restart(now_ms)
        self._running = running
        self._suspension = suspension
        self.has_pre_alarm = "PRE_ALARM" in [subject.state for subject in self._alarms.all]

    def sooner(self, deadline_ms: int) -> int:
        """Return the first moment at which a condition is met, or `deadline_ms`; allocates nothing."""
        for kind_name, watch in self._watches.all:
            due_ms = watch.deadline_ms()
            # The comparison first: it is cheaper than the question.
            if due_ms is not None and due_ms < deadline_ms and self._is_watching(kind_name):
                deadline_ms = due_ms
        return deadline_ms

    def _is_watching(self, kind_name: str) -> bool:
        """Tell whether the condition of this kind may begin an alarm now."""
        # An alarm that ended just now gives its watch a new start first, in `rearm`.
        is_armed = self._suspension == "" and kind_name not in self._running
        return is_armed and self._alarms.find(kind_name) is None
