"""The events of a replay in words: what the worker feels, what is sent, what comes back.

Decides wording only; programs read the events themselves (`--json`). Every word for an alarm kind follows
the field's own terms. Times are shown in s of device time.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from protocol import messages
from simulator.playback import Plan, Tally

#: Who an event concerns; the second column of a line.
COLUMNS = {"signal": "feels", "publish": "sends", "answer": "hears", "key": "does"}
#: The device's outputs, as the board names them.
OUTPUTS = ("buzzer", "vibration", "led")
#: What each of the firmware's signals tells the worker.
SIGNALS = {
    "off_shift": "off shift",
    "charging": "charging: only the key calls",
    "paused": "paused: only the key calls",
    "guarding": "guarding",
    "guarding_trial": "guarding, in trial operation: movement of cancelled alarms is sent too",
    "not_protected": "NOT PROTECTED: do the self-test, close the clip, or change the device",
    "link_lost": "NOT PROTECTED: no connection",
    "battery_critical": "NOT PROTECTED: battery almost empty",
    "upright_unknown": "NOT PROTECTED: stand and walk, so that your posture can be learned",
    "key_stuck": "NOT PROTECTED: the key is stuck",
    "battery_low": "battery low",
    "ask": "question: confirm with the key",
    "test_press": "self-test: press the key",
    "test_tilt": "self-test: tilt the device and set it upright again",
    "test_still": "self-test: hold still",
    "test_shake": "self-test: shake the device",
    "test_unclip": "self-test: open the clip and close it again",
    "test_wait": "self-test: wait for the control room",
    "pre_alarm_manual": "MANUAL PRE-ALARM: cancel with the key",
    "pre_alarm_fall": "FALL PRE-ALARM: stand up and walk on, or cancel with the key",
    "pre_alarm_position": "POSITION PRE-ALARM: stand upright, or cancel with the key",
    "pre_alarm_rest": "REST PRE-ALARM: move, or cancel with the key",
    "pre_alarm_loss": "LOSS PRE-ALARM: put the device on, or cancel with the key",
    "pre_alarm_escape": "ESCAPE PRE-ALARM: cancel with the key",
    "pre_alarm_time": "TIME PRE-ALARM: confirm with the key",
    "alarm": "ALARM sent",
    "alarm_unheard": "ALARM WITHOUT AN ANSWER: loud, for whoever is near",
    "alarm_received": "alarm received by the base station",
    "help_accepted": "somebody has taken charge",
    "help_dispatched": "help is on the way",
    "help_on_scene": "help is there",
    "all_clear": "all clear: reset with the key",
    "locate": "sounding where it is, so that helpers find it",
    "started": "device started",
    "shift_on": "shift begins",
    "shift_off": "shift ends",
    "cancelled": "pre-alarm cancelled",
    "confirmed": "confirmed",
    "reset_done": "alarm reset",
    "reset_refused": "refused: too early, or used up",
    "trial_on": "trial operation begins: movement of cancelled alarms is sent too",
    "trial_off": "trial operation ends",
    "test_passed": "self-test passed",
    "test_failed": "SELF-TEST FAILED",
}


def narrate(event: Mapping[str, Any]) -> str | None:
    """Return the line for one event of a replay, or None if a person need not see it."""
    column = COLUMNS.get(event["event"])
    # Movement in base64 is nothing to read.
    is_routine = event.get("message", {}).get("kind") in ("heartbeat-reply", "trace")
    if column is None or is_routine:
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
    name = str(event["name"])
    outputs = [_describe_output(output, str(event.get(output, "off"))) for output in OUTPUTS]
    shown = ", ".join(words for words in outputs if words) or "nothing"
    return f"{SIGNALS.get(name, name.replace('_', ' '))} ({shown})"


def _describe_output(output: str, steps: str) -> str:
    """Return one output without its rhythm: `2000 Hz 250 ms, pause 750 ms` is `buzzer 2000 Hz`."""
    levels = [" ".join(step.split(" ")[:-2]) for step in steps.split(", ")]
    felt = list(dict.fromkeys(level for level in levels if level not in ("", "pause")))
    return f"{output} {' and '.join(felt)}" if felt else ""


def _describe_message(message: Mapping[str, Any]) -> str:
    describe_kind = _MESSAGES.get(str(message["kind"]), _describe_other)
    mark = "" if message.get("mark") == "real" else f" [{message.get('mark')}]"
    return f"{describe_kind(message)}{mark}"


def _describe_raised(message: Mapping[str, Any]) -> str:
    cause = f": {_words(message['cause'])}" if "cause" in message else ""
    repeat = f", repeat {message['repeat']}" if message["repeat"] else ""
    return f"{message['alarm_kind'].upper()} ALARM {message['alarm']}{cause}{repeat}"


def _describe_heartbeat(message: Mapping[str, Any]) -> str:
    protection = f", {_words(message['protection'])}" if "protection" in message else ""
    battery = f", battery {message['battery_percent']} %" if "battery_percent" in message else ""
    due = f", {message['alarms_due']} alarms without a receipt" if message["alarms_due"] else ""
    return f"heartbeat: {_words(message['mode'])}{protection}{battery}{due}"


def _describe_protection(message: Mapping[str, Any]) -> str:
    state = _words(message["state"])
    reason = f": {_words(message['reason'])}" if "reason" in message else ""
    left = f", {message['remaining_ms'] / 1000:g} s left" if "remaining_ms" in message else ""
    return f"the wearer is {state.upper() if state.startswith('not ') else state}{reason}{left}"


def _describe_self_test(message: Mapping[str, Any]) -> str:
    undone = [kind for kind, is_done in message["parts"].items() if not is_done]
    tried = f"not tried: {', '.join(undone)}" if undone else ", ".join(message["parts"])
    return f"self-test {message['result']}; {tried}"


def _describe_presence(message: Mapping[str, Any]) -> str:
    return f"{message['state']}: {_words(message['reason'])}"


def _describe_case_state(message: Mapping[str, Any]) -> str:
    by = f" by {message['by']}" if "by" in message else ""
    return f"case of alarm {message['alarm']}: {_words(message['state'].lower())}{by}"


def _describe_shift(message: Mapping[str, Any]) -> str:
    asked = f" {message['ask']}" if message["state"] == "ask" and "ask" in message else ""
    return f"shift {message['shift']}: {message['state']}{asked}"


def _describe_answer(message: Mapping[str, Any]) -> str:
    reason = f": {message['reason']}" if "reason" in message else ""
    return f"answer to {message['answers_boot']}-{message['answers_seq']}: {message['result']}{reason}"


def _describe_other(message: Mapping[str, Any]) -> str:
    details = {key: value for key, value in message.items() if key not in _ENVELOPE}
    return f"{message['kind']}: {_pairs(details)}"


_ENVELOPE = {field.name for field in messages.ENVELOPE}
_MESSAGES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "started": lambda m: f"started: firmware {m['firmware']} after {_words(m['cause'])}",
    "pre-alarm": lambda m: (
        f"{m['alarm_kind']} pre-alarm {m['alarm']}: alarm in {m['deadline_ms'] / 1000:g} s"
    ),
    "cancelled": lambda m: f"{m['alarm_kind']} pre-alarm {m['alarm']} cancelled by the {m['by']}",
    "raised": _describe_raised,
    "gone": lambda m: f"{m['alarm_kind']} alarm {m['alarm']}: its condition is gone",
    "reset": lambda m: f"{m['alarm_kind']} alarm {m['alarm']} reset by the worker",
    "all-right": lambda m: f"the worker says of {m['alarm_kind']} alarm {m['alarm']}: I am all right",
    "confirmed": lambda m: f"the worker confirms: {m['ask']}",
    "self-test": _describe_self_test,
    "protection": _describe_protection,
    "presence": _describe_presence,
    "heartbeat": _describe_heartbeat,
    "answer": _describe_answer,
    "case-state": _describe_case_state,
    "shift": _describe_shift,
    "receipt": lambda m: f"receipt of {m['acked_boot']}-{m['acked_seq']}",
    "heartbeat-reply": lambda m: f"reply to heartbeat {m['acked_boot']}-{m['acked_seq']}",
}


def _words(name: str) -> str:
    """Return a name of the protocol as people write it."""
    return name.replace("_", " ").replace("self test", "self-test")


def _pairs(details: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for key, value in details.items())
