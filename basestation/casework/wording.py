"""The sentences people get: what happened to whom, where and when, and which case it is.

Decides words only, which are data (`notice_texts`), in the language of the recipient. The mark stands first
and in capitals when the alarm is not real; number and code of the case are in every text, because a channel
may deliver twice. Of a silent alarm the body says first that nobody near the worker may notice. Times are the
site's local ones.
"""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from basestation.cases.case import Case
from basestation.cases.effects import CALLS, Notify
from basestation.cases.exercise_events import CUT_SHORT_BY
from basestation.casework.notice_texts import Words, words_in

#: Channels whose answers come back as words, with the code of the case.
CARRY_WORDS: Final = frozenset({"sms"})


@dataclass(frozen=True, slots=True)
class Text:
    """What a recipient reads."""

    subject: str
    body: str


def kind_name(kind: str, language: str = "en") -> str:
    """Return the name of an alarm kind; a kind nobody knows is still an alarm."""
    words = words_in(language)
    return words.kinds.get(kind, words.unknown_kind.format(kind=kind))


def cause_text(cause: str, language: str = "en") -> str:
    """Return the cause in words; what nobody has words for stands as it came."""
    return words_in(language).causes.get(cause, cause)


def who(case: Case, language: str = "en") -> str:
    """Return who the case is about, as far as it is known."""
    words = words_in(language)
    if case.worker_name is None:
        return words.device.format(device=case.device)
    if case.is_wearer_confirmed:
        return case.worker_name
    return words.last_worn.format(device=case.device, worker=case.worker_name)


def mark_of(case: Case, language: str = "en") -> str:
    """Return what stands first where the alarm is not real; empty for a real one."""
    if case.mark == "real":
        return ""
    return f"{case.mark.upper()} - {words_in(language).marks.get(case.mark, '')}"


def text_of(case: Case, call: Notify, zone: tzinfo | None = None) -> Text:
    """Return what the recipient of `call` reads; times in `zone`, by default the machine's."""
    words, language = words_in(call.language), call.language
    mark, kind, whom = mark_of(case, language), kind_name(case.kind, language), who(case, language)
    lead = words.leads.get(call.text_key, "")
    subject = f"{mark}{lead}{words.subject.format(kind=kind, who=whom, id=case.id)}"
    lines = [f"{mark}{kind}.", *silence(case, language), words.who.format(who=whom)]
    if case.workplace_name:
        directions = case.workplace_directions or ""
        lines.append(words.where.format(place=case.workplace_name, directions=directions).rstrip())
    if case.near is not None and case.near_at is not None:
        at = _local(case.near_at, zone)
        lines.append(words.near.format(near=case.near, dbm=case.near_dbm, at=at))
    lines.append(words.when.format(at=_local(case.raised_at or case.opened_at, zone)))
    if case.cause:
        lines.append(words.cause.format(cause=cause_text(case.cause, language)))
    number = words.number.format(device=case.device, id=case.id, code=case.code)
    lines.append(f"{number} {_request(case, call, words)}")
    return Text(subject, "\n".join(lines))


def silence(case: Case, language: str) -> list[str]:
    """Return what has to be said first of a silent alarm; nothing of any other."""
    words = words_in(language)
    if not case.is_silent:
        return []
    return [words.do_not_call] if case.all_right_at is None else [words.do_not_call, words.no_proof]


def _request(case: Case, call: Notify, words: Words) -> str:
    asked = [_asked(case, call, words)]
    is_rehearsed_call = case.mark != "real" and call.text_key in CALLS
    if is_rehearsed_call:
        asked = [words.rehearsed.get(case.mark, case.mark)]
    if call.channel in CARRY_WORDS and call.text_key in CALLS:
        reply = words.person_reply if case.is_person else words.technical_reply
        # It says what to do, as far as nothing else has said so.
        is_said = is_rehearsed_call or call.text_key in words.requests
        asked = [*(asked if is_said else []), reply.format(code=case.code)]
    return " ".join(asked)


def _asked(case: Case, call: Notify, words: Words) -> str:
    if case.mark != "real" and case.closed_by == CUT_SHORT_BY:
        return words.rehearsed["cut_short"]
    if call.text_key not in words.requests:
        return words.person if case.is_person else words.technical
    return words.requests[call.text_key].format(
        accepted_by=case.accepted_by,
        dropped_by=case.dropped_by,
        on_scene_by=case.on_scene_by,
        wanted_by=case.more_wanted_by,
        closed_by=case.closed_by,
        outcome=words.outcomes.get(case.outcome or "", case.outcome),
    )


def _local(at: datetime, zone: tzinfo | None) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
