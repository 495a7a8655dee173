"""All alarms of the device: each lives its own life, one is shown.

Decides what an action of the alarm table does: in which order it is written, sent and signalled. A raised
alarm is in the journal before it is sent. Never merges or drops one: several may be raised at once, each
with its own id and its own receipt. ms of the device's clock.
"""

from firmware import alarm, journal
from firmware.alarm import Alarm
from firmware.effects import ShowSignal, WriteJournal
from protocol.messages import INT_MAX, MARKS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

    from firmware.blackbox import BlackBox
    from firmware.link import Link
    from firmware.settings import Settings


class Alarms:
    """The alarms that are neither cancelled nor reset."""

    def __init__(self, settings: "Settings", link: "Link", black_box: "BlackBox") -> None:
        self._settings = settings
        self._link = link
        self._black_box = black_box
        self._actions = {
            "announce": self._announce,
            "raise": self._raise,
            "cancel_by_key": self._cancel_by_key,
            "cancel_by_condition": self._cancel_by_condition,
            "note_receipt": self._note_receipt,
            "refuse_reset": self._refuse_reset,
            "reset": self._reset,
            "end_unseen": self._end_unseen,
            "send_gone": self._send_gone,
        }
        #: In the order in which they began.
        self.all: "list[Alarm]" = []

    def restore(self, now_ms: int, record: "journal.Record", out: "list[Any]") -> None:
        """Go on with an alarm of an earlier start: repeated until its receipt, shown until its reset."""
        kind = alarm.BY_CODE.get(record.code, alarm.UNKNOWN_KIND)
        restored = Alarm(kind, record.boot, record.value)
        restored.seq = record.seq
        restored.mark = MARKS[record.mark]
        restored.cause = journal.cause_of(record)
        self.all.append(restored)
        if record.flags & journal.FLAG_RECEIPTED:
            restored.state = "RECEIVED"
            return
        restored.state = "RAISED"
        restored.waits_since_ms = now_ms
        self._link.send_alarm(
            now_ms, (restored.boot, restored.seq), _told(restored), True, out, restored.mark
        )  # fmt: skip

    def find(self, kind_name: str) -> "Optional[Alarm]":
        """Return the alarm of this kind, or None."""
        for found in self.all:
            if found.kind.name == kind_name:
                return found
        return None

    def find_id(self, alarm_id: str) -> "Optional[Alarm]":
        """Return the alarm with this id, or None."""
        for found in self.all:
            if found.alarm_id == alarm_id:
                return found
        return None

    def find_cause(self, cause: str) -> "Optional[Alarm]":
        """Return the technical alarm with this cause, or None."""
        for found in self.all:
            if found.cause == cause:
                return found
        return None

    def shown(self) -> "Optional[Alarm]":
        """Return the alarm that the worker is shown, or None."""
        return alarm.gravest(self.all)

    def meet(self, now_ms: int, kind_name: str, out: "list[Any]", since_ms: int) -> None:
        """Begin an alarm, of a kind that has none, whose condition has held since then: long enough."""
        kind = alarm.BY_NAME[kind_name]
        has_pre_alarm = getattr(self._settings, kind.pre_alarm) > 0
        self._begin(now_ms, kind, "CONDITION_MET" if has_pre_alarm else "RAISE_DEMANDED", out, "", since_ms)

    def demand_unseen(self, now_ms: int, kind_name: str, out: "list[Any]", since_ms: int) -> None:
        """Raise a silent or duress alarm, called for since then; one that waits for its receipt goes on."""
        if self.find(kind_name) is None:
            self._begin(now_ms, alarm.BY_NAME[kind_name], "RAISE_DEMANDED", out, "", since_ms)

    def follow_faults(self, now_ms: int, causes: "list[str]", out: "list[Any]") -> None:
        """Raise a technical alarm for each cause that has none, and end those whose cause is gone."""
        for cause in causes:
            if self.find_cause(cause) is None:
                self._begin(now_ms, alarm.BY_NAME["technical"], "RAISE_DEMANDED", out, cause)
        for subject in list(self.all):
            if subject.kind.reset_by == "condition" and subject.cause not in causes:
                self.step(now_ms, subject, "FAULT_ENDED", out)

    def demand(self, now_ms: int, out: "list[Any]", since_ms: int) -> bool:
        """Raise the manual alarm of a key down since then: at once while any pre-alarm runs.

        Return False if it is raised already.
        """
        kind = alarm.BY_NAME["manual"]
        manual = self.find(kind.name)
        if manual is not None:
            state_before = manual.state
            self.step(now_ms, manual, "RAISE_DEMANDED", out)
            return manual.state != state_before
        is_at_once = self._settings.manual_pre_alarm_ms == 0
        for other in self.all:
            is_at_once = is_at_once or other.state == "PRE_ALARM"
        self._begin(now_ms, kind, "RAISE_DEMANDED" if is_at_once else "CONDITION_MET", out, "", since_ms)
        return True

    def step(self, now_ms: int, subject: "Alarm", event: str, out: "list[Any]") -> None:
        """Give one event to one alarm and do what its table says."""
        state_before = subject.state
        subject.state, action = alarm.step(state_before, event, subject.kind)
        if action:
            self._actions[action](now_ms, subject, out)
        if subject.state == "ENDED" and state_before != "ENDED":
            self.all.remove(subject)

    def pass_deadlines(self, now_ms: int, out: "list[Any]") -> None:
        """Raise what was not cancelled in time, and note what nobody has received in time."""
        for subject in list(self.all):
            if subject.deadline_ms is not None and now_ms >= subject.deadline_ms:
                self.step(now_ms, subject, "DEADLINE_PASSED", out)
            if subject.state == "RAISED" and now_ms >= self._unheard_ms(subject):
                subject.is_unheard = True

    def next_deadline_ms(self) -> "Optional[int]":
        """Return when a pre-alarm or a wait for a receipt ends next, or None."""
        next_ms = None
        for subject in self.all:
            due_ms = subject.deadline_ms
            if subject.state == "RAISED" and not subject.is_unheard:
                due_ms = self._unheard_ms(subject)
            if due_ms is not None:
                next_ms = due_ms if next_ms is None else min(next_ms, due_ms)
        return next_ms

    def mode(self) -> str:
        """Return the gravest state of all as a heartbeat says it, or "" if no person's alarm runs."""
        states = [subject.state for subject in self.all if subject.kind.reset_by != "condition"]
        for state, mode in (("RAISED", "alarm"), ("RECEIVED", "received"), ("PRE_ALARM", "pre_alarm")):
            if state in states:
                return mode
        return ""

    def _begin(
        self, now_ms: int, kind: "alarm.AlarmKind", event: str, out: "list[Any]", cause: str,
        since_ms: "Optional[int]" = None,
    ) -> None:  # fmt: skip
        subject = Alarm(kind, self._link.boot, self._link.take_seq())
        subject.cause = cause
        if since_ms is not None:
            subject.condition_ms = min(now_ms - since_ms, INT_MAX)
        self.all.append(subject)
        self.step(now_ms, subject, event, out)

    def _unheard_ms(self, subject: "Alarm") -> int:
        assert subject.waits_since_ms is not None, subject.alarm_id
        return subject.waits_since_ms + self._settings.unheard_ms

    def _announce(self, now_ms: int, subject: "Alarm", out: "list[Any]") -> None:
        duration_ms = getattr(self._settings, subject.kind.pre_alarm)
        subject.announced_ms = now_ms
        subject.deadline_ms = now_ms + duration_ms
        fields = _told(subject)
        fields["deadline_ms"] = duration_ms
        self._link.send_event(now_ms, "pre-alarm", fields, out, subject.first_seq)

    def _raise(self, now_ms: int, subject: "Alarm", out: "list[Any]") -> None:
        # Without a pre-alarm the raise is the alarm's first message.
        subject.seq = self._link.take_seq() if subject.deadline_ms is not None else subject.first_seq
        subject.deadline_ms = None
        subject.waits_since_ms = now_ms
        self._link.drop_event("pre-alarm", subject.alarm_id)
        out.append(self._record(now_ms, subject, journal.RAISED))
        fields = _told(subject)
        fields["pre_alarm_ms"] = _lasted_ms(now_ms, subject.announced_ms)
        self._link.send_alarm(now_ms, (subject.boot, subject.seq), fields, False, out)
        if subject.kind.name != "technical":
            self._black_box.raise_alarm(now_ms, subject.alarm_id, subject.mark)

    def _cancel_by_key(self, now_ms: int, subject: "Alarm", out: "list[Any]") -> None:
        self._cancel(now_ms, subject, "key", out)

    def _cancel_by_condition(self, now_ms: int, subject: "Alarm", out: "list[Any]") -> None:
        self._cancel(now_ms, subject, "condition", out)

    def _cancel(self, now_ms: int, subject: "Alarm", by: str, out: "list[Any]") -> None:
        self._link.drop_event("pre-alarm", subject.alarm_id)
        fields = _named(subject)
        fields["by"] = by
        self._link.send_event(now_ms, "cancelled", fields, out)
        out.append(ShowSignal("cancelled"))
        self._black_box.cancel(now_ms, subject.alarm_id, subject.mark)

    def _note_receipt(self, now_ms: int, subject: "Alarm", out: "list[Any]") -> None:
        subject.is_unheard = False
        out.append(self._record(now_ms, subject, journal.RECEIPTED))

    def _refuse_reset(self, _now_ms: int, _subject: "Alarm", out: "list[Any]") -> None:
        out.append(ShowSignal("reset_refused"))

    def _reset(self, now_ms: int, subject: "Alarm", out: "list[Any]") -> None:
        out.append(self._record(now_ms, subject, journal.RESET))
        self._link.send_event(now_ms, "reset", _named(subject), out, 0, subject.mark)
        out.append(ShowSignal("reset_done"))

    def _end_unseen(self, now_ms: int, subject: "Alarm", out: "list[Any]") -> None:
        # Nobody could reset what nobody may see; it is the base station's from here on.
        out.append(self._record(now_ms, subject, journal.RESET))

    def _send_gone(self, now_ms: int, subject: "Alarm", out: "list[Any]") -> None:
        self._link.drop_alarm(subject.alarm_id)
        out.append(self._record(now_ms, subject, journal.RESET))
        self._link.send_event(now_ms, "gone", _named(subject), out, 0, subject.mark)

    def _record(self, now_ms: int, subject: "Alarm", kind: int) -> "WriteJournal":
        uptime_s = min(now_ms // 1000, INT_MAX)
        key = (subject.boot, subject.seq)
        wall_s = self._link.wall_s(now_ms)
        return WriteJournal(
            journal.alarm_record(
                kind, key, uptime_s, wall_s, subject.first_seq, subject.kind.code, subject.mark, subject.cause
            )
        )  # fmt: skip


def _named(subject: "Alarm") -> "dict[str, Any]":
    return {"alarm": subject.alarm_id, "alarm_kind": subject.kind.name}


def _lasted_ms(now_ms: int, since_ms: "Optional[int]") -> int:
    return 0 if since_ms is None else min(now_ms - since_ms, INT_MAX)


def _told(subject: "Alarm") -> "dict[str, Any]":
    fields = _named(subject)
    fields["condition_ms"] = subject.condition_ms
    if subject.cause:
        fields["cause"] = subject.cause
    return fields
