"""The settings of the device from afar: which command is acted on, when it is applied, what is answered.

Decides that nothing is believed without its seal, that no counter comes twice and none goes back, and that
the firmware's own rules judge the values before anything waits. The way of a change is the table of
`amendment.py`, which is loaded only for one. A command whose change waits or is on trial is not answered: the
base station repeats it, and the answer says what became of it. Times in ms.
"""

from firmware.effects import ChangeSettings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

    from firmware.alarms import Alarms
    from firmware.link import Link

DONE = ("done", "")
#: What a reason of `answer` can hold.
REASON_CHARACTERS_MAX = 64

_STEPS = {"APPLYING": "apply", "CONFIRMING": "confirm", "LEAVING": "undo"}


class Upkeep:
    """The changes that come from the base station."""

    def __init__(self, link: "Link", alarms: "Alarms", handlers: "dict[str, Any]") -> None:
        self._link = link
        self._alarms = alarms
        self._key = b""
        self.state = "NONE"
        #: Counter and number of the command that was applied last, and how that stands.
        self._counter = 0
        self._answers = (0, 0)
        self._standing = ""
        #: The command that waits.
        self._order: "dict[str, Any]" = {}
        self._trial_ends_ms: "Optional[int]" = None
        #: Commands that were refused.
        self.refused = 0
        handlers["settings"] = self.take

    def begin(self, now_ms: int, key: bytes, kept: "dict[str, Any]") -> None:
        """Take the key of this device (b"": it has none) and what is kept of the last change."""
        self._key = key
        self._counter = kept["counter"]
        self._answers = (kept["boot"], kept["seq"])
        self._standing = kept["standing"]
        if self._standing == "on_trial":
            self._begin_trial(now_ms)

    def take(self, _now_ms: int, message: "dict[str, Any]", _out: "list[Any]") -> "Optional[tuple[str, str]]":
        """Act on `settings`; return (result, reason), or None where there is no answer yet."""
        result = self._judged(message)
        if result is not None and result[0] == "refused":
            self.refused += 1
            self._link.report.refused_settings = self.refused
        return result

    def hear(self, message: "dict[str, Any]") -> None:
        """Take in that the base station answered something; only an answer to this start proves it."""
        if message.get("acked_boot") == self._link.boot and self.state in ("TRIAL", "BACK"):
            self._step("HEARD")

    def follow(self, now_ms: int, is_busy: bool, out: "list[Any]") -> None:
        """Go on where it is time; `is_busy`: a pre-alarm runs or the key is down."""
        if self.state == "NONE":
            return
        if self._trial_ends_ms is not None and now_ms >= self._trial_ends_ms:
            self._step("TRIAL_OVER")
            self._trial_ends_ms = None
        if not is_busy and (self.state == "BACK" or (self.state == "WAITING" and self._is_free())):
            # Whoever goes back has heard nothing since the change: an alarm of now has no receipt either,
            # stands in the journal, and has its best chance with the settings before.
            self._step("FREE")
        step = _STEPS.get(self.state)
        if step is not None:
            out.append(ChangeSettings(step, self._order))

    def note_kept(self, now_ms: int, is_kept: bool) -> "list[Any]":
        """Take in whether the board has written what it was told to; return what is to be done now."""
        out: "list[Any]" = []
        before = self.state
        self._step("WRITTEN" if is_kept else "NOT_WRITTEN")
        if self.state == "RESTARTING":
            out.append(ChangeSettings("restart", {}))
        elif before == "APPLYING":
            order, self._order = self._order, {}
            self.refused += 1
            self._answer((order["boot"], order["seq"]), ("refused", "the device cannot write it down"), out)
        elif is_kept:
            self._standing = "kept"
            self._trial_ends_ms = None
            self._answer(self._answers, DONE, out)
        else:
            self._begin_trial(now_ms)
        return out

    def deadline_ms(self) -> "Optional[int]":
        """Return when the trial is over, or None."""
        return self._trial_ends_ms

    def _judged(self, message: "dict[str, Any]") -> "Optional[tuple[str, str]]":
        if not self._key:
            return "refused", "this device has no key for its settings"
        if message["mark"] != "real":
            return "refused", "settings are never a test or a drill"
        if not self._is_sealed(message):
            return "refused", "the signature is wrong"
        counter, waiting = message["counter"], self._order.get("counter", 0)
        if counter < max(self._counter, waiting):
            return "refused", "a later command was here before"
        if counter == self._counter:
            return self._said_of_last()
        if counter == waiting or self.state not in ("NONE", "WAITING"):
            return None
        return self._ordered(message)

    def _is_sealed(self, message: "dict[str, Any]") -> bool:
        from firmware.sealed import is_sealed
        from protocol.sealing import settings_text

        text = settings_text(message["device"], message["version"], message["counter"], message["values"])
        return is_sealed(self._key, text, message.get("signature", ""))

    def _said_of_last(self) -> "Optional[tuple[str, str]]":
        if self._standing == "undone":
            return "refused", "tried and taken back: the base did not answer, or no start"
        return DONE if self.state in ("NONE", "WAITING") else None

    def _ordered(self, message: "dict[str, Any]") -> "Optional[tuple[str, str]]":
        from firmware.settings import Settings, SettingsError

        try:
            values = message["values"].copy()
            values["version"] = message["version"]
            Settings.from_dict(values)
        except SettingsError as error:
            return "refused", str(error)[:REASON_CHARACTERS_MAX]
        self._order = {name: message[name] for name in ("version", "counter", "boot", "seq", "values")}
        self._step("ORDERED")
        return None

    def _is_free(self) -> bool:
        """Tell whether no person's alarm runs, and the link is there with nothing due on it."""
        for subject in self._alarms.all:
            if subject.kind.name != "technical":
                return False
        return self._link.is_free()

    def _begin_trial(self, now_ms: int) -> None:
        from firmware.amendment import TRIAL_MS

        self.state = "TRIAL"
        self._trial_ends_ms = now_ms + TRIAL_MS

    def _step(self, event: str) -> None:
        from firmware.amendment import TABLE

        self.state = TABLE[self.state][event] or self.state

    def _answer(self, key: "tuple[int, int]", result: "tuple[str, str]", out: "list[Any]") -> None:
        fields = {"answers_boot": key[0], "answers_seq": key[1], "result": result[0]}
        if result[1]:
            fields["reason"] = result[1]
        self._link.send_once("answer", fields, out)
