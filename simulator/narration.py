"""The events of a replay in words: what the worker feels, what is sent, what comes back.

Decides wording only; programs read the events themselves (`--json`). Every word for an alarm kind follows
the field's own terms. Times are shown in s of device time.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from simulator.playback import Plan, Tally

#: Who an event concerns; the second column of a line.
COLUMNS = {"signal": "feels", "publish": "sends", "answer": "hears", "key": "does"}


def narrate(event: Mapping[str, Any]) -> str | None:
    """Return the line for one event of a replay, or None if a person need not see it."""
    column = COLUMNS.get(event["event"])
    if column is None:
        return None
    held = "held" if event["is_held"] else ""
    return f"{event['t_ms'] / 1000:9.2f} s  {held:<4}  {column:<5}  {describe(event)}"


def describe(event: Mapping[str, Any]) -> str:
    """Return what one event of a replay means, in words."""
    if event["event"] == "key":
        return "presses the key" if event["is_down"] else "lets go of the key"
    if event["event"] == "signal":
        return _describe_signal(event)
    if event["event"] in ("publish", "answer"):
        return _describe_message(event["message"])
    details = {key: value for key, value in event.items() if key not in ("event", "t_ms", "is_held")}
    return f"{event['event']} {_pairs(details)}".strip()


def heading(plan: Plan, runtime_name: str) -> list[str]:
    """Return the lines above a replay."""
    trace = plan.trace
    lines = [f"Recording  {trace.source}, {trace.duration_ms / 1000:.1f} s"]
    if trace.is_generated:
        lines.append("           GENERATED movement: a program made it, nobody moved like this.")
    if plan.hold_ms:
        lines.append(
            f"           then its last posture for {plan.hold_ms / 1000:g} s, marked 'held': "
            "what if nobody moves again?"
        )
    answers = "answers" if plan.is_answered else "does NOT answer"
    lines.append(f"Device     firmware under {runtime_name}, in virtual time; the base station {answers}")
    return lines


def summary(plan: Plan, tally: Tally, real_time_factor: float) -> list[str]:
    """Return the lines below a replay."""
    lasted = f"{plan.trace.duration_ms / 1000:.1f} s"
    if plan.hold_ms:
        lasted += f" and {plan.hold_ms / 1000:g} s held"
    made = "generated movement, " if plan.trace.is_generated else ""
    return [
        f"Replayed   {made}{lasted}, {real_time_factor:.0f} times real time",
        f"Alarms     {_describe_alarms(tally.raised)}",
        f"Pre-alarms {tally.pre_alarms}, of which {tally.cancelled} cancelled",
    ]


def _describe_alarms(raised: Sequence[tuple[int, str, bool]]) -> str:
    if not raised:
        return "none"
    return ", ".join(
        f"{kind} at {t_ms / 1000:.2f} s{' (held)' if is_held else ''}" for t_ms, kind, is_held in raised
    )


def _describe_signal(event: Mapping[str, Any]) -> str:
    name = str(event.get("name", "")).replace("_", " ")
    details = {key: value for key, value in event.items() if key not in ("event", "t_ms", "is_held", "name")}
    return f"{name} {_pairs(details)}".strip()


def _describe_message(message: Mapping[str, Any]) -> str:
    kind = str(message["kind"])
    known = ("v", "kind", "device", "boot", "seq", "mark")
    details = {key: value for key, value in message.items() if key not in known}
    mark = "" if message.get("mark") == "real" else f" [{message.get('mark')}]"
    return f"{kind}{mark} {_pairs(details)}".strip()


def _pairs(details: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for key, value in details.items())
