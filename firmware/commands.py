"""What the base station tells the device: receipts, the case's state, the shift, trial operation.

Decides which commands are acted on, and answers each. A repeated command (same boot and seq) is answered
again and acted on once. A state of a case that is older than the one shown never shows again, in whatever
order they come. Never resets, cancels or mutes an alarm: no command can. What is marked test or drill
touches nothing real.
"""

from firmware import journal, signals
from firmware.effects import ShowSignal, WriteJournal
from protocol import messages
from protocol.messages import INT_MAX

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional

    from firmware.alarms import Alarms
    from firmware.link import Link
    from firmware.protection import Shift
    from firmware.readout import Readout
    from firmware.trial import Trial
    from firmware.updates import Updates

#: Answers kept for commands that come again.
ANSWERED_MAX = 32

DONE = ("done", "")
UNSUPPORTED = ("unsupported", "")


class Commands:
    """Acts on the commands of the base station."""

    def __init__(self, link: "Link", alarms: "Alarms", shift: "Shift", trial: "Trial") -> None:
        self._link = link
        self._alarms = alarms
        self._shift = shift
        self._trial = trial
        #: Whether the firmware lies in one of two slots.
        self.is_updatable = False
        self.technical: "Any" = None
        #: Id of the last test alarm that was ordered; nothing of it is shown.
        self._test_id = ""
        self._answered: "list[tuple[int, int, tuple[str, str]]]" = []
        #: The journal on its way to the base station, or None.
        self._readout: "Optional[Readout]" = None
        #: Who acts on the other kinds: kind -> (now_ms, message, out) -> (result, reason), None: not yet.
        self.handlers: "dict[str, Callable[[int, dict[str, Any], list[Any]], Optional[tuple[str, str]]]]" = {}
        self.handlers["test"] = self._take_test

    def take(self, now_ms: int, message: "dict[str, Any]", out: "list[Any]") -> None:
        """Act on one decoded command and answer it where its kind asks for an answer."""
        self._link.note_heard(now_ms)
        kind = message["kind"]
        if kind == "receipt":
            self._take_receipt(now_ms, message, out)
        elif kind == "heartbeat-reply":
            self._link.take_reply(now_ms, message)
        elif kind in messages.UPDATE_KINDS and self.is_updatable:
            self.updates().take(message, out)
        else:
            assert kind in messages.ANSWERED_KINDS, kind
            result = self._result(now_ms, message, out)
            if result is not None:
                self._answer(message, result, out)

    def updates(self) -> "Updates":
        """Return who follows updates; only a device that is updated has memory for it."""
        from firmware.updates import Updates

        return Updates(self._link, self._alarms, self._shift, self.technical)

    def read_on(self, now_ms: int, out: "list[Any]") -> None:
        """Go on with reading out the journal, if somebody asked for it."""
        if self._readout is not None:
            self._readout.step(now_ms, out)
            if self._readout.is_over:
                self._readout = None

    def take_piece(self, pieces: int, data: bytes, out: "list[Any]") -> None:
        """Send a piece of the journal (bytes) that the board has read, of so many pieces."""
        if self._readout is not None:
            self._readout.send(pieces, data, out)

    def deadline_ms(self) -> "Optional[int]":
        """Return when the read-out goes on, or None."""
        return None if self._readout is None else self._readout.due_ms

    def _take_receipt(self, now_ms: int, message: "dict[str, Any]", out: "list[Any]") -> None:
        alarm_id = self._link.take_receipt(now_ms, message)
        receipted = self._alarms.find_id(alarm_id) if alarm_id is not None else None
        if receipted is not None:
            self._alarms.step(now_ms, receipted, "RECEIPT_CAME", out)
        if self._readout is not None:
            self._readout.take_receipt(now_ms, message, out)

    def _result(
        self, now_ms: int, message: "dict[str, Any]", out: "list[Any]"
    ) -> "Optional[tuple[str, str]]":
        """Return what is answered, or None: nothing yet, and the command will come again."""
        for boot, seq, result in self._answered:
            if boot == message["boot"] and seq == message["seq"]:
                return result
        if message["kind"] == "case-state":
            result = self._take_case_state(message)
        elif message["kind"] == "shift":
            result = self._take_shift(now_ms, message, out)
        elif message["kind"] == "trial":
            result = self._trial.take(now_ms, message, out)
        elif message["kind"] == "read-journal":
            # Only a device that is asked has memory for it.
            from firmware.readout import Readout

            self._readout = Readout(self._link, message, now_ms)
            result = DONE
        elif message["kind"] in self.handlers:
            handled = self.handlers[message["kind"]](now_ms, message, out)
            if handled is None:
                return None
            result = handled
        else:
            result = UNSUPPORTED
        if len(self._answered) >= ANSWERED_MAX:
            self._answered.pop(0)
        self._answered.append((message["boot"], message["seq"], result))
        return result

    def _answer(self, message: "dict[str, Any]", result: "tuple[str, str]", out: "list[Any]") -> None:
        fields = {"answers_boot": message["boot"], "answers_seq": message["seq"], "result": result[0]}
        if result[1]:
            fields["reason"] = result[1]
        self._link.send_once("answer", fields, out, message["mark"])

    def _take_test(self, now_ms: int, message: "dict[str, Any]", out: "list[Any]") -> "tuple[str, str]":
        # Only a device that is tested has memory for it.
        from firmware.remote_test import begin

        result = begin(now_ms, message, self._alarms, self._link, out)
        if result[0] == "done":
            self._test_id, result = result[1], DONE
        return result

    def _take_case_state(self, message: "dict[str, Any]") -> "tuple[str, str]":
        subject = self._alarms.find_id(message["alarm"])
        if subject is None and message["mark"] == "test" and message["alarm"] == self._test_id:
            # The word comes back to the device, and stays unnoticed.
            return DONE
        if subject is None:
            return "refused", "no such alarm here"
        if subject.mark != message["mark"]:
            return "refused", "the alarm has another mark"
        if not subject.kind.signal:
            return "refused", "nothing may be shown of this alarm"
        rank = signals.case_rank(message["state"])
        if not rank:
            return UNSUPPORTED
        key = (message["boot"], message["seq"])
        if key[0] == subject.case_key[0] and key[1] < subject.case_key[1]:
            return "refused", "a later state of the case was here before"
        # Whoever had it may be lost again: the newest word counts, not the best.
        subject.case_key = key
        subject.case_rank = rank
        return DONE

    def _take_shift(self, now_ms: int, message: "dict[str, Any]", out: "list[Any]") -> "tuple[str, str]":
        shift = self._shift
        key = (message["boot"], message["seq"])
        # Of an earlier start of the base station only what begins a shift counts: should its numbers ever go
        # back, devices must guard again.
        if key < shift.key and (message["state"] != "on" or key[0] == shift.key[0]):
            return "refused", "a later shift command was here before"
        if message["state"] == "ask":
            if "ask" not in message:
                return "refused", "the question has no name"
            shift.key = key
            shift.ask = message["ask"]
            return DONE
        shift.key = key
        shift.ask = ""
        is_on = message["state"] == "on"
        uptime_s = min(now_ms // 1000, INT_MAX)
        wall_s = self._link.wall_s(now_ms)
        # Also where nothing changes: what this one has overtaken must not count after a restart either.
        out.append(WriteJournal(journal.shift_record(self._link.boot, uptime_s, wall_s, is_on, key)))
        shift.is_on = is_on
        left_ms = message.get("remaining_ms") if is_on else None
        shift.ends_ms = None if left_ms is None else now_ms + left_ms
        out.append(ShowSignal("shift_on" if is_on else "shift_off"))
        return DONE
