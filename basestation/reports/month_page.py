"""The month of a site in words: the facts of `months` as a document in one language. Pure."""

from typing import Any

from basestation.cases.protection import CAUSES, UNKNOWN
from basestation.casework.wording import cause_text
from basestation.reports.document import Column, Document, Section, Writer, table
from basestation.reports.making import Made
from basestation.reports.words import words_in
from protocol.messages import PROTECTIONS

_MARKS = ("real", "test", "drill")
#: A median of fewer cases says little; ours [D].
MEDIAN_CASES_MIN = 5


def month_document(facts: dict[str, Any], made: Made) -> Document:
    """Return the month as a document."""
    words, write = words_in(made.language), made.writer
    site = facts["site"]["name"] or words["all_sites"]
    banners = (
        () if facts["is_over"] else (words["month_goes_on"].format(made_at=write.time(facts["made_at"])),)
    )
    sections = [_alarms(facts, words)]
    for mark in _MARKS:
        figures = facts["marks"][mark]
        if mark == "real" or figures["cases"]:
            name = words["marks"][mark]
            sections += [_answers(figures, words, write, name), _stages(figures, words, write, name)]
            sections.append(_false(figures, words, name))
    sections += [_protected(facts, words, write), _reasons(facts, words, write, made.language)]
    sections += [_technical(facts, words, made.language), _open(facts, words, write)]
    return Document(
        "month",
        made.language,
        words["month_title"].format(month=facts["month"]),
        words["subtitle"].format(site=site, zone=facts["site"]["zone"]),
        banners,
        (),
        tuple(sections),
        made.footer(words),
        words["page"],
        made.at_s,
    )


def fewest(wanted_permille: int) -> int:
    """Return from how many alarms on one late answer alone does not miss a yardstick."""
    return -(-1000 // (1000 - wanted_permille))


def _numbers(titles: list[str], *, weight: int = 1) -> list[Column]:
    return [Column(titles[0], weight=weight), *(Column(title, is_number=True) for title in titles[1:])]


def _alarms(facts: dict[str, Any], words: dict[str, Any]) -> Section:
    marks = [facts["marks"][mark] for mark in _MARKS]
    kinds = sorted({kind for mark in marks for kind in mark["by_kind"]})
    rows = [
        (words["kinds"].get(kind, kind), *(str(mark["by_kind"].get(kind, 0)) for mark in marks))
        for kind in kinds
    ]
    if rows:
        rows.append((words["alarms_all"], *(str(mark["cases"]) for mark in marks)))
    cancelled = sum(mark["cancelled"] for mark in marks)
    joined = sum(mark["joined"] for mark in marks)
    beside = {"cancelled": cancelled, "joined": joined, "still_open": facts["still_open"]}
    notes = [words["alarms_note"].format(**beside)]
    if facts["without_site"]:
        notes.append(words["alarms_without_site"].format(count=facts["without_site"]))
    columns = _numbers(words["alarms_columns"], weight=3)
    return table("alarms", words["alarms_title"], columns, rows, notes, words["alarms_none"])


def _answers(figures: dict[str, Any], words: dict[str, Any], write: Writer, mark: str) -> Section:
    title, total = words["answers_title"].format(mark=mark), figures["cases"]
    if not total:
        return Section("answers", title, notes=(words["answers_none"],))
    rows, is_few = [], False
    for one in figures["yardsticks"]:
        result = words["is_met"] if one["is_met"] else words["is_missed"]
        if total < fewest(one["wanted_permille"]):
            is_few = True
            result += f"; {words['few']}"
        wanted = words["wanted"].format(share=write.percent(one["wanted_permille"]), within_s=one["within_s"])
        source = f"[{one['tag']}] {words['sources'].get(one['tag'], '')}"
        rows.append((one["name"], source, wanted, write.percent(one["share_permille"]), result))
    notes = [words["answers_note"].format(count=total, not_answered=figures["not_answered"])]
    notes += [words["few_note"]] if is_few else []
    titles = words["answers_columns"]
    columns = [Column(titles[0], weight=2), Column(titles[1], weight=2), Column(titles[2], weight=2)]
    columns += [Column(titles[3], is_number=True), Column(titles[4], weight=3)]
    return table("answers", title, columns, rows, notes)


def _stages(figures: dict[str, Any], words: dict[str, Any], write: Writer, mark: str) -> Section:
    rows = [
        (
            words["stages"].get(one["name"], one["name"]),
            words["known_of"].format(known=one["known"], cases=figures["cases"]),
            write.seconds(one["median_s"]),
            write.seconds(one["longest_s"]),
            str(one["overspent"]),
        )
        for one in figures["stages"]
    ]
    is_few = any(0 < one["known"] < MEDIAN_CASES_MIN for one in figures["stages"])
    title = words["stages_title"].format(mark=mark)
    columns = _numbers(words["stages_columns"], weight=3)
    if not figures["cases"]:
        return Section("stages", title, notes=(words["answers_none"],))
    return table("stages", title, columns, rows, (words["stages_note"],) if is_few else ())


def _false(figures: dict[str, Any], words: dict[str, Any], mark: str) -> Section:
    reasons = figures["false_alarm_reasons"].items()
    rows = [(reason or words["no_reason"], str(count)) for reason, count in reasons]
    columns = _numbers(words["false_columns"], weight=5)
    return table(
        "false_alarms", words["false_title"].format(mark=mark), columns, rows, (), words["false_none"]
    )


def _protected(facts: dict[str, Any], words: dict[str, Any], write: Writer) -> Section:
    found = facts["protected"]
    total_s = found["total_s"]
    if not total_s:
        return Section("protected", words["protected_title"], notes=(words["protected_none"],))
    states = found["states"]
    rows = [
        (words["states"][state], write.hours(states[state]), write.percent(1000 * states[state] / total_s))
        for state in (*PROTECTIONS, UNKNOWN)
    ]
    note = words["protected_note"].format(shifts=found["shifts"], hours=write.hours(total_s))
    columns = _numbers(words["protected_columns"], weight=3)
    return table("protected", words["protected_title"], columns, rows, (note,))


def _reasons(facts: dict[str, Any], words: dict[str, Any], write: Writer, language: str) -> Section:
    rows = [
        (
            words["states"].get(one["state"], one["state"]),
            words["reasons"].get(one["reason"]) or _hindrance(one["reason"], language),
            write.hours(one["took_s"]),
        )
        for one in facts["protected"]["reasons"]
    ]
    titles = words["reasons_columns"]
    columns = [Column(titles[0]), Column(titles[1], weight=3), Column(titles[2], is_number=True)]
    return table("reasons", words["reasons_title"], columns, rows, (), words["false_none"])


def _hindrance(reason: str, language: str) -> str:
    text = cause_text(reason, language)
    return CAUSES.get(reason, reason) if text == reason else text


def _technical(facts: dict[str, Any], words: dict[str, Any], language: str) -> Section:
    rows = [
        (
            cause_text(one["cause"], language) or words["no_reason"],
            words["marks"].get(one["mark"], one["mark"]),
            str(one["cases"]),
        )
        for one in facts["technical"]
    ]
    titles = words["technical_columns"]
    columns = [Column(titles[0], weight=4), Column(titles[1]), Column(titles[2], is_number=True)]
    return table("technical", words["technical_title"], columns, rows, (), words["technical_none"])


def _open(facts: dict[str, Any], words: dict[str, Any], write: Writer) -> Section:
    rows = [
        (
            str(one["id"]),
            words["kinds"].get(one["kind"], one["kind"]),
            words["marks"].get(one["mark"], one["mark"]),
            write.time(one["opened_at"]),
        )
        for one in facts["open_at_end"]
    ]
    columns = [Column(title) for title in words["open_columns"]]
    return table("open", words["open_title"], columns, rows, (), words["open_none"])
