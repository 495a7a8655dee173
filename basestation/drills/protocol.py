"""The protocol of a drill and the list of a quarter in words, which page, PDF and CSV share. Pure.

Decides what a reader has to see: every stage with its limit and where that is from, who noted what with every
correction, what is still to be learned, and lines to sign on. Takes drills as `Drills.read` returns them.
"""

from collections.abc import Sequence
from typing import Any, Final

from basestation.cases.drill import ENDED
from basestation.drills.words_de import GERMAN
from basestation.drills.words_en import ENGLISH
from basestation.reports.document import Column, Document, Section, Writer, table
from basestation.reports.making import Made
from basestation.reports.words import words_in as report_words

_CATALOGUES: Final[dict[str, dict[str, Any]]] = {"en": ENGLISH, "de": GERMAN}


def protocol(drill: dict[str, Any], site: str, made: Made) -> Document:
    """Return the protocol of one drill."""
    words, write = _CATALOGUES[made.language], made.writer
    sections = (
        _stages(drill, words, write), _people(drill, words), _notes(drill, words, write),
        _lessons(drill, words, write), _signatures(words),
    )  # fmt: skip
    title = words["title"].format(id=drill["id"], workplace=drill["workplace"])
    return _document("drill", title, site, (words["banner"],), _facts(drill, words, write), sections, made)


def quarter(drills: Sequence[dict[str, Any]], name: str, site: str, made: Made) -> Document:
    """Return the drills of a quarter ("2026-1")."""
    words, write = _CATALOGUES[made.language], made.writer
    rows = [
        (str(one["id"]), write.time(one["begun_at"]), one["workplace"], one["shift"], one["scenario"],
         words["states"][one["state"]], _help(one, words, write), _result(one, words))
        for one in drills
    ]  # fmt: skip
    columns = [Column(title, weight=2) for title in words["quarter_columns"]]
    columns[0] = Column(words["quarter_columns"][0], is_number=True)
    title = words["quarter_title"].format(quarter=name)
    sections = (table("drills", title, columns, rows, (), words["quarter_none"]),)
    return _document("drills", title, site, (), (), sections, made)


def _document(
    kind: str,
    title: str,
    site: str,
    banners: tuple[str, ...],
    facts: tuple[tuple[str, str], ...],
    sections: tuple[Section, ...],
    made: Made,
) -> Document:
    common = report_words(made.language)
    subtitle = common["subtitle"].format(site=site or common["all_sites"], zone=made.zone_name)
    footer = made.footer(common)
    return Document(
        kind, made.language, title, subtitle, banners, facts, sections, footer, common["page"], made.at_s
    )


def _facts(drill: dict[str, Any], words: dict[str, Any], write: Writer) -> tuple[tuple[str, str], ...]:
    state = words["states"][drill["state"]]
    end = f"{state}: {drill['end_words']}" if drill["end_words"] else state
    values = (
        drill["workplace"], drill["shift"], drill["scenario"], drill["place"],
        words["sources"][drill["source"]].format(device=drill["device"]), write.time(drill["planned_for"]),
        write.time(drill["begun_at"]), write.time(drill["ended_at"]), end, _help(drill, words, write),
        _result(drill, words),
    )  # fmt: skip
    return tuple(zip(words["facts"], values, strict=True))


def _help(drill: dict[str, Any], words: dict[str, Any], write: Writer) -> str:
    if not drill["is_measured"]:
        return str(words["not_measured"])
    if drill["help_s"] is None:
        return str(words["never"])
    return f"{write.seconds(drill['help_s'])} ({words['stages'][drill['help_stage']]})"


def _result(drill: dict[str, Any], words: dict[str, Any]) -> str:
    if drill["state"] != ENDED:
        return str(words["not_judged"])
    return str(words["passed"] if drill["is_passed"] else words["failed"])


def _stages(drill: dict[str, Any], words: dict[str, Any], write: Writer) -> Section:
    rows = []
    for one in drill["stages"]:
        source = " ".join(part for part in (one["limit_source"], words["tags"][one["tag"]]) if part)
        rows.append((
            words["stages"][one["name"]], write.clock(one["at"]), write.seconds(one["took_s"]),
            write.seconds(one["limit_s"]), source, words["known"][one["source"]],
            words["results"][one["result"]],
        ))  # fmt: skip
    titles = words["stages_columns"]
    columns = [Column(title, is_number=place in (2, 3), weight=2) for place, title in enumerate(titles)]
    return table("stages", words["stages_title"], columns, rows, (words["stages_note"],))


def _people(drill: dict[str, Any], words: dict[str, Any]) -> Section:
    rows = [(name,) for name in drill["participants"]]
    columns = [Column(title) for title in words["people_columns"]]
    return table("people", words["people_title"], columns, rows, (), words["people_none"])


def _notes(drill: dict[str, Any], words: dict[str, Any], write: Writer) -> Section:
    rows = [
        (
            one["observer"], words["stages"].get(one["stage"], words["remark"]),
            write.time(one["at"]) if one["at"] else words["taken_back"], write.seconds(one["offset_s"]),
            one["words"], words["yes"] if one["is_corrected"] else "",
        )
        for one in drill["notes"]
    ]  # fmt: skip
    columns = [Column(title, weight=2) for title in words["notes_columns"]]
    return table("notes", words["notes_title"], columns, rows, (), words["notes_none"])


def _lessons(drill: dict[str, Any], words: dict[str, Any], write: Writer) -> Section:
    rows = [
        (one["words"], one["owner"], write.day(f"{one['due_on']}T12:00:00+00:00"), _done(one, words))
        for one in drill["lessons"]
    ]
    titles = words["lessons_columns"]
    columns = [Column(title, weight=3 if place in (0, 3) else 1) for place, title in enumerate(titles)]
    return table("lessons", words["lessons_title"], columns, rows, (), words["lessons_none"])


def _done(lesson: dict[str, Any], words: dict[str, Any]) -> str:
    if lesson["done_at"]:
        return f"{lesson['done_by']}: {lesson['proof']}"
    return str(words["overdue"] if lesson["is_overdue"] else words["open"])


def _signatures(words: dict[str, Any]) -> Section:
    line = "_" * 18
    rows = [(line, function, "_" * 10, line) for function in words["signature_functions"]]
    columns = [Column(title, weight=2) for title in words["signature_columns"]]
    return table("signatures", words["signature_title"], columns, rows)
