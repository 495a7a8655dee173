"""The responder's page as HTML: what is known first, then the verbs as plain forms.

Decides order and markup only; every value is escaped. The same markup is the page for phones without scripts
and what the script exchanges. The title says nothing about anybody, because link previews keep titles.
"""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from html import escape
from typing import Final

from basestation.casefile.outcomes import ENDS
from basestation.cases.answers import MINUTES_MAX, MINUTES_MIN
from basestation.cases.case import Case, Helper
from basestation.casework.notice_texts import words_in as notice_words
from basestation.casework.wording import cause_text, kind_name, who
from basestation.clock import iso
from basestation.outgoing.responder_pages import Page
from basestation.plans.drawn import figures
from basestation.web import responder_reasons as reasons
from basestation.web.words_of_helpers import words_in

#: Verbs that are one press, with their word; the first ones are the largest.
_PLAIN: Final = {
    "accept": "accept",
    "acknowledge": "acknowledge",
    "on_scene": "arrive",
    "still_here": "still_here",
    "confirm": "confirm",
    "decline": "decline",
}
#: Verbs behind a second press: their word, the question, and whether words are needed.
_ASKING: Final = {
    "need_more": ("need_more", "need_more_what", False),
    "contact": ("spoke", "spoke_what", True),
}
_SCRIPT_WORDS: Final = ("lost", "sending", "unsent", "ago")


def document(language: str, body: str, token: str = "") -> str:
    """Return a whole page; with a `token` its script keeps it up to date."""
    words = words_in(language)
    data = "".join(f' data-{name}="{escape(words[name])}"' for name in _SCRIPT_WORDS)
    script = '<script type="module" src="/static/responder.js"></script>' if token else ""
    return (
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex, nofollow">'
        f'<meta name="referrer" content="no-referrer"><title>{escape(words["title"])}</title>'
        '<link rel="icon" href="/static/icon.svg" type="image/svg+xml">'
        '<link rel="stylesheet" href="/static/plan.css">'
        f'<link rel="stylesheet" href="/static/responder.css">{script}</head>'
        f'<body{data} data-token="{escape(token)}">{body}</body></html>'
    )


def whole(page: Page, token: str, nonce: str, said: str = "", *, is_counted: bool = True) -> str:
    """Return the page of a case, with what came of a press."""
    words = words_in(page.language)
    kind = "" if is_counted else " refused"
    # What was said names people, and the page is dead with its case.
    said = "" if page.is_over else said
    renew = ""
    if not page.is_over:
        renew = (
            f'<noscript><p class="quiet">{escape(words["no_script"])}</p>'
            f'<p><a class="button" href="/r/{escape(token)}">{escape(words["renew"])}</a></p></noscript>'
        )
    return document(
        page.language,
        f'<p id="lost" class="lost" role="alert" hidden>{escape(words["lost"])}</p>'
        f'<main><div id="facts">{facts(page)}</div>'
        f'<p id="said" class="said{kind}" role="status">{escape(said)}</p>'
        f'<div id="verbs">{verbs(page, token, nonce)}</div><div id="plan">{plans(page, token)}</div>'
        f'<div id="more">{more(page)}</div>{renew}</main>',
        "" if page.is_over else token,
    )


def facts(page: Page, zone: tzinfo | None = None) -> str:
    """Return what is known of the case; of one that is over, that it is; times in `zone`."""
    words = words_in(page.language)
    case = page.case
    if case is None:
        return f"<h1>{escape(words['over'])}</h1><p>{escape(words['over_help'])}</p>"
    parts = []
    if case.mark != "real":
        parts.append(f'<p class="mark">{escape(words.get(case.mark, case.mark.upper()))}</p>')
    parts.append(f"<h1>{escape(kind_name(case.kind, page.language))}</h1>")
    if case.is_silent:
        parts.append(f'<p class="silent">{escape(words["silent"])}</p>')
    parts.append(f'<p class="who">{escape(who(case, page.language))}</p>')
    return "".join([*parts, _about(page, case, zone), _status(page, case, zone), _loud(page, case)])


def more(page: Page, zone: tzinfo | None = None) -> str:
    """Return what stands below the verbs: who is coming, and what else is known."""
    case = page.case
    if case is None:
        return ""
    words = words_in(page.language)
    return _coming(page, case, zone) + _list(words["known"], _known(page, case, zone))


def plans(page: Page, token: str) -> str:
    """Return the floor plans of an open case: the place, the way in, the assembly point."""
    return figures(
        page.drawings,
        page.language,
        lambda one: f"/r/{token}/picture/{one.plan_id}",
        lambda one: f"/r/{token}/plan/{one.plan_id}",
    )


def verbs(page: Page, token: str, nonce: str) -> str:
    """Return the forms of what may be pressed now."""
    words = words_in(page.language)
    if page.is_over:
        return ""
    if page.sender.is_in_danger:
        return f'<p class="refused said">{escape(words["in_danger"])}</p>'
    if not page.verbs:
        return f'<p class="quiet">{escape(words["nothing"])}</p>'
    made = (_form(page, verb, token, nonce, words) for verb in page.verbs)
    return f'<h2>{escape(words["verbs"])}</h2><div class="verbs">{"".join(made)}</div>'


def _about(page: Page, case: Case, zone: tzinfo | None) -> str:
    words = words_in(page.language)
    since = case.raised_at or case.opened_at
    rows = [(words["where"], escape(case.workplace_name or words["no_place"]))]
    if case.workplace_directions:
        rows.append((words["way_in"], escape(case.workplace_directions)))
    if case.near is not None and case.near_at is not None:
        heard = f"{escape(case.near)} ({case.near_dbm} dBm, {_time(case.near_at, zone, page.language)})"
        rows.append((words["near"], heard))
    rows.append((words["since"], _time(since, zone, page.language, is_aging=True)))
    if case.cause:
        rows.append((words["cause"], escape(cause_text(case.cause, page.language))))
    if page.phone:
        number = escape(page.phone)
        rows.append((words["phone"], f'<a class="phone" href="tel:{_dialled(page.phone)}">{number}</a>'))
    if page.note:
        rows.append((words["note"], escape(page.note)))
    rows.append((f"{words['case']}, {words['code']}", f"<b>{case.id}</b>, <b>{escape(case.code)}</b>"))
    return "<dl>" + "".join(f"<dt>{escape(name)}</dt><dd>{value}</dd>" for name, value in rows) + "</dl>"


def _status(page: Page, case: Case, zone: tzinfo | None) -> str:
    words, name = words_in(page.language), page.sender.name
    lines = []
    if case.acknowledged_by is not None:
        lines.append(escape(words["knows"].format(name=case.acknowledged_by)))
    elif case.accepted_by is None or case.accepted_at is None:
        lines.append(f'<strong class="alarm">{escape(words["nobody"])}</strong>')
    else:
        has = words["you_have"] if case.accepted_by == name else words["has"].format(name=case.accepted_by)
        at = words["since_at"].format(at=_clock(case.accepted_at, zone))
        lines.append(f"<strong>{escape(has)}</strong> {escape(at)}")
    if case.offered_to is not None:
        asked = words["asked"].format(name=case.offered_to)
        is_me = case.offered_to == name or case.offered_key == page.sender.key
        lines.append(escape(words["you_asked"].format(name=case.accepted_by) if is_me else asked))
    return f"<h2>{escape(words['status'])}</h2>" + "".join(f"<p>{line}</p>" for line in lines)


def _loud(page: Page, case: Case) -> str:
    words = words_in(page.language)
    loud = {
        "unseen": case.is_further_unseen,
        "overdue": case.is_arrival_overdue,
        "helper_silent": case.is_helper_silent,
    }
    return "".join(f'<p class="loud">{escape(words[name])}</p>' for name, is_so in loud.items() if is_so)


def _coming(page: Page, case: Case, zone: tzinfo | None) -> str:
    words = words_in(page.language)
    if not case.is_person:
        return ""
    lines = [
        f"{one.name if one.name != page.sender.name else words['you']}: {_going(one, words, zone)}"
        for one in case.helpers
    ]
    return _list(words["coming"], lines or [words["coming_nobody"]])


def _going(helper: Helper, words: dict[str, str], zone: tzinfo | None) -> str:
    if helper.on_scene_at is not None:
        return words["on_scene"].format(at=_clock(helper.on_scene_at, zone))
    if helper.expected_at is None:
        return words["on_the_way"]
    return f"{words['on_the_way']}, {words['expected'].format(at=_clock(helper.expected_at, zone))}"


def _known(page: Page, case: Case, zone: tzinfo | None) -> Iterable[str]:
    words = words_in(page.language)
    yield f"{words['device']} {case.device}"
    if case.dropped_by:
        yield words["dropped"].format(name=case.dropped_by)
    if case.more_wanted_by:
        yield words["wanted"].format(name=case.more_wanted_by)
    for one in case.further:
        kind = kind_name(one.kind, page.language)
        yield words["further"].format(at=_clock(one.at, zone), kind=kind, id=one.case_id)
    if case.all_right_at is not None:
        said = words["all_right_silent" if case.is_silent else "all_right"]
        yield said.format(at=_clock(case.all_right_at, zone))
    if case.device_reset_at is not None:
        yield words["reset"].format(at=_clock(case.device_reset_at, zone))
    if case.contact_at is not None:
        said = words["contact"]
        yield said.format(at=_clock(case.contact_at, zone), name=case.contact_by, words=case.contact_words)
    if case.proposal is not None:
        outcome = notice_words(page.language).outcomes.get(case.proposal.outcome, case.proposal.outcome)
        yield words["proposal"].format(name=case.proposal.by, outcome=outcome, reason=case.proposal.reason)


def _form(page: Page, verb: str, token: str, nonce: str, words: dict[str, str]) -> str:
    if verb in _PLAIN:
        button = f"<button>{escape(words[_PLAIN[verb]])}</button>"
        return _opened(verb, token, nonce) + button + "</form>"
    name, inside = _inside(page, verb, words)
    form = f"{_opened(verb, token, nonce)}{inside}</form>"
    return (
        f'<details id="more-{verb}" class="{verb}"><summary>{escape(words[name])}</summary>{form}</details>'
    )


def _opened(verb: str, token: str, nonce: str) -> str:
    return (
        f'<form method="post" action="/r/{escape(token)}/{verb}" class="{verb}" data-verb="{verb}">'
        f'<input type="hidden" name="nonce" value="{escape(nonce)}">'
    )


def _inside(page: Page, verb: str, words: dict[str, str]) -> tuple[str, str]:
    """Return the word of a verb that asks something, and the fields."""
    if verb == "on_the_way":
        minutes = "".join(
            f'<button name="minutes" value="{number}">{number}</button>'
            for number in range(MINUTES_MIN, MINUTES_MAX + 1)
        )
        unknown = f"<button>{escape(words['minutes_unknown'])}</button>"
        return "set_out", f'<p>{escape(words["minutes"])}</p><div class="minutes">{minutes}</div>{unknown}'
    if verb == "hand_over":
        names = "".join(
            f'<button name="to" value="{escape(name)}">{escape(name)}</button>' for name in page.successors
        )
        return "hand_over", f"<p>{escape(words['hand_over_who'])}</p>{names}"
    if verb == "escalate":
        asked = f"<p>{escape(words['escalate_ask'])}</p>"
        return "escalate", f"{asked}<button>{escape(words['send'])}</button>"
    if verb in ENDS:
        return verb, f"{reasons.fields(verb, page.language)}<button>{escape(words['send'])}</button>"
    name, question, is_needed = _ASKING[verb]
    needed = ' required minlength="3"' if is_needed else ""
    field = f'<textarea name="reason" rows="3" maxlength="500"{needed}></textarea>'
    return name, f"<label>{escape(words[question])}{field}</label><button>{escape(words['send'])}</button>"


def _list(title: str, lines: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f'<h2>{escape(title)}</h2><ul role="list">{items}</ul>' if items else ""


def _time(at: datetime, zone: tzinfo | None, language: str, *, is_aging: bool = False) -> str:
    age = ' data-age="yes"' if is_aging else ""
    return f'<time datetime="{iso(at)}"{age}>{escape(_day_and_clock(at, zone, language))}</time>'


def _clock(at: datetime, zone: tzinfo | None) -> str:
    return at.astimezone(zone).strftime("%H:%M")


def _day_and_clock(at: datetime, zone: tzinfo | None, language: str) -> str:
    # Without a locale, which the process has not got, months are English.
    return at.astimezone(zone).strftime("%d.%m.%Y, %H:%M:%S" if language == "de" else "%d %b %Y, %H:%M:%S")


def _dialled(phone: str) -> str:
    return "".join(character for character in phone if character in "+0123456789")
