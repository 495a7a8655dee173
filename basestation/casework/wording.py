"""The sentences people get: what happened to whom, where and when, and which case it is.

Decides words only. The mark stands first and in capitals when the alarm is not real; the number of
the case is in every text, because a channel may deliver twice. Of a silent alarm the body says first
that nobody near the wearer may notice. Times are the site's local ones.
"""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from basestation.cases.case import Case
from basestation.cases.effects import Notify
from basestation.cases.protection import CAUSES

_KINDS = {
    "manual": "Emergency button",
    "silent": "SILENT alarm: the worker called for help unnoticed",
    "duress": "SILENT alarm: the worker cancelled under duress",
    "fall": "Fall alarm: impact, and the worker has not got up",
    "position": "Position alarm: worker lying or tilted",
    "rest": "Rest alarm: worker does not move",
    "loss": "Loss alarm: device lost by its wearer",
    "escape": "Escape alarm: hectic movement",
    "time": "Time alarm: a confirmation did not come",
    "technical": "Technical alarm",
}

_LEADS = {
    "alarm_again": "STILL NOT ACCEPTED: ",
    "dropped": "NOBODY HAS IT ANY MORE: ",
    "arrival_overdue": "NOBODY ON SCENE YET: ",
    "helper_silent": "HELPER ON SCENE DOES NOT ANSWER: ",
    "further_alarm": "FURTHER ALARM: ",
    "need_more": "MORE HELP WANTED: ",
    "ask_arrival": "HAS HELP ARRIVED? ",
    "ask_helper": "ARE YOU WELL? ",
    "hand_over": "WILL YOU TAKE OVER? ",
    "confirm": "PLEASE CONFIRM THE END: ",
    "place": "PLACE KNOWN: ",
    "taken": "TAKEN: ",
    "closed": "OVER: ",
}

_DO_NOT_CALL = "DO NOT CALL OR RADIO THE WORKER: whoever threatens them must not notice this alarm."
_NO_PROOF = 'The wearer has said "I am all right", which under threat proves nothing.'


_REQUESTS = {
    "dropped": "{dropped_by} had accepted and can answer for it no more. Accept it and send help.",
    "arrival_overdue": "{accepted_by} accepted, but nobody has reported from the scene. Go, or send others.",
    "helper_silent": "{on_scene_by} is on the scene and gives no sign of life: go there, not alone.",
    "further_alarm": "The worker has raised another alarm while this case is open. Look at it and act.",
    "need_more": "{wanted_by} asks for more helpers. Say whether you are on the way.",
    "ask_arrival": "You have accepted it. Say whether help is there, or in how many minutes.",
    "ask_helper": "You are on the scene. Press still here if you are well; otherwise others are called.",
    "hand_over": "{accepted_by} asks you to take this case over. It stays theirs until you accept.",
    "confirm": "Nobody was on the scene or spoke with the worker: a second person has to confirm the end.",
    "taken": "{accepted_by} has it. You need not go unless you are asked.",
    "closed": "Closed by {closed_by}: {outcome}. Nobody needs to go any more.",
}
_OUTCOMES = {"all_clear": "all clear", "false_alarm": "false alarm"}


@dataclass(frozen=True, slots=True)
class Text:
    """What a recipient reads."""

    subject: str
    body: str


def kind_name(kind: str) -> str:
    """Return the name of an alarm kind; a kind nobody knows is still an alarm."""
    return _KINDS.get(kind, f"Alarm of unknown kind ({kind})")


def cause_text(cause: str) -> str:
    """Return the cause in words; what nobody has words for stands as it came."""
    return CAUSES.get(cause, cause)


def who(case: Case) -> str:
    """Return who the case is about, as far as it is known."""
    if case.worker_name is None:
        return f"device {case.device}"
    if case.is_wearer_confirmed:
        return case.worker_name
    return f"device {case.device}, last worn by {case.worker_name} (not confirmed)"


def text_of(case: Case, call: Notify, zone: tzinfo | None = None) -> Text:
    """Return what the recipient of `call` reads; times in `zone`, by default the machine's."""
    lead = _LEADS.get(call.text_key, "")
    mark = "" if case.mark == "real" else f"{case.mark.upper()} - "
    subject = f"{mark}{lead}{kind_name(case.kind)}: {who(case)} (case {case.id})"
    lines = [f"{mark}{kind_name(case.kind)}.", *_silence(case), f"Who: {who(case)}."]
    if case.workplace_name:
        lines.append(f"Where: {case.workplace_name}. {case.workplace_directions or ''}".rstrip())
    if case.near is not None and case.near_at is not None:
        lines.append(f"Last heard near: {case.near} ({case.near_dbm} dBm, {_local(case.near_at, zone)}).")
    lines.append(f"When: {_local(case.raised_at or case.opened_at, zone)}.")
    if case.cause:
        lines.append(f"Cause: {cause_text(case.cause)}.")
    lines.append(f"Device {case.device}, case {case.id}. {_request(case, call)}")
    return Text(subject, "\n".join(lines))


def _silence(case: Case) -> list[str]:
    if not case.is_silent:
        return []
    return [_DO_NOT_CALL] if case.all_right_at is None else [_DO_NOT_CALL, _NO_PROOF]


def _request(case: Case, call: Notify) -> str:
    if case.mark != "real":
        return f"This is a {case.mark}; accept the case all the same."
    if call.text_key in _REQUESTS:
        return _REQUESTS[call.text_key].format(
            accepted_by=case.accepted_by,
            dropped_by=case.dropped_by,
            on_scene_by=case.on_scene_by,
            wanted_by=case.more_wanted_by,
            closed_by=case.closed_by,
            outcome=_OUTCOMES.get(case.outcome or "", case.outcome),
        )
    if case.is_person:
        return "Accept the case in the control room and send help."
    return "Acknowledge the case and see to it: the worker is not protected."


def _local(at: datetime, zone: tzinfo | None) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
