"""A change of the settings, from its command to the base station's first word after it, or back again.

Decides by `TABLE`. A change waits for a moment without a pre-alarm or a person's alarm and with a link on
which nothing is due; then it is written beside the settings before, and the device restarts. It is on trial
until the base station answers the new start: without an answer within `TRIAL_MS` the device goes back, in a
moment without a pre-alarm. What cannot be written changes nothing. Never judges values: `settings.py` does.
Times in ms.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: No answer of the base station for so long after the start with new settings: they are taken back.
TRIAL_MS = 180000
#: After so many starts with new settings that did not get as far as an answer they are taken back.
FAILED_STARTS_MAX = 2

#: NONE: nothing waits. WAITING: for a moment to apply it. APPLYING, CONFIRMING, LEAVING: something is being
#: written: the change, its end, its taking back. RESTARTING: the loop ends. TRIAL: see above. BACK: waiting
#: for a moment to go back.
STATES = ("NONE", "WAITING", "APPLYING", "RESTARTING", "TRIAL", "CONFIRMING", "BACK", "LEAVING")
#: ORDERED: a command was found right. FREE: a restart disturbs nothing. HEARD: the base station answered
#: something of this start. TRIAL_OVER: the time has passed. WRITTEN, NOT_WRITTEN: what the board says.
EVENTS = ("ORDERED", "FREE", "HEARD", "TRIAL_OVER", "WRITTEN", "NOT_WRITTEN")

IGNORED = ""
_NOTHING = {
    "ORDERED": IGNORED, "FREE": IGNORED, "HEARD": IGNORED, "TRIAL_OVER": IGNORED, "WRITTEN": IGNORED,
    "NOT_WRITTEN": IGNORED,
}  # fmt: skip


def _row(changes: "dict[str, str]") -> "dict[str, str]":
    row = _NOTHING.copy()
    row.update(changes)
    return row


#: state -> event -> next state. A command that comes during a trial is not answered: it comes again.
TABLE = {
    "NONE": _row({"ORDERED": "WAITING"}),
    "WAITING": _row({"ORDERED": "WAITING", "FREE": "APPLYING"}),
    "APPLYING": _row({"WRITTEN": "RESTARTING", "NOT_WRITTEN": "NONE"}),
    "RESTARTING": _row({}),
    "TRIAL": _row({"HEARD": "CONFIRMING", "TRIAL_OVER": "BACK"}),
    "CONFIRMING": _row({"WRITTEN": "NONE", "NOT_WRITTEN": "TRIAL"}),
    "BACK": _row({"HEARD": "CONFIRMING", "FREE": "LEAVING"}),
    "LEAVING": _row({"WRITTEN": "RESTARTING", "NOT_WRITTEN": "TRIAL"}),
}

#: How a kept change stands: applied and unanswered; answered; taken back.
ON_TRIAL, KEPT, UNDONE = "on_trial", "kept", "undone"
#: The causes of the start that a change, or its taking back, is.
CHANGED_CAUSE, UNDONE_CAUSE = "settings", "settings_undone"


def nothing_kept() -> "dict[str, Any]":
    """Return the record of a device whose settings were never changed over the air.

    `counter`, `boot`, `seq` are those of the last command that was applied, `values` what is in force and
    `before` what was (None: what the device was built with), `starts` the starts since the change.
    """
    return {
        "standing": KEPT, "counter": 0, "boot": 0, "seq": 0, "starts": 0, "values": None, "before": None,
    }  # fmt: skip


def applied(kept: "dict[str, Any]", order: "dict[str, Any]") -> "dict[str, Any]":
    """Return the record after a change: `order` has version, counter, boot, seq and values of the command."""
    values = order["values"].copy()
    values["version"] = order["version"]
    return {
        "standing": ON_TRIAL, "counter": order["counter"], "boot": order["boot"], "seq": order["seq"],
        "starts": 0, "values": values, "before": kept["values"],
    }  # fmt: skip


def confirmed(kept: "dict[str, Any]") -> "dict[str, Any]":
    """Return the record after the base station's answer."""
    return _changed(kept, {"standing": KEPT, "before": None})


def undone(kept: "dict[str, Any]", starts: int = 0) -> "dict[str, Any]":
    """Return the record with the settings before; the counter stays."""
    changes = {"standing": UNDONE, "values": kept["before"], "before": None, "starts": starts}
    return _changed(kept, changes)


def started(kept: "dict[str, Any]") -> "tuple[dict[str, Any], str]":
    """Return what is to be kept from this start on, and the cause of the start, "" for another one."""
    starts = kept["starts"]
    if kept["standing"] == ON_TRIAL:
        if starts >= FAILED_STARTS_MAX:
            return undone(kept, 1), UNDONE_CAUSE
        return _changed(kept, {"starts": starts + 1}), "" if starts else CHANGED_CAUSE
    if kept["standing"] == UNDONE and starts == 0:
        return _changed(kept, {"starts": 1}), UNDONE_CAUSE
    return kept, ""


def _changed(kept: "dict[str, Any]", changes: "dict[str, Any]") -> "dict[str, Any]":
    record = kept.copy()
    record.update(changes)
    return record
