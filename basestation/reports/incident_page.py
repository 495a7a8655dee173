"""One incident in words: facts, plan, stages, who was called, what happened, and what proves it. Pure.

Takes what the API says of a case; what other parts add to it (notes, protocol, report) is shown where it is
there. A silent alarm is marked on every page.
"""

from typing import Any

from basestation.casework.wording import cause_text
from basestation.reports.document import Column, Document, Section, Writer, table
from basestation.reports.happened import sentence_of
from basestation.reports.making import Made
from basestation.reports.words import words_in


def incident_document(
    case: dict[str, Any], timeline: list[dict[str, Any]], drawings: list[tuple[str, str, str]], made: Made
) -> Document:
    """Return the incident as a document; `drawings` are (name, SVG, what it shows)."""
    words, write = words_in(made.language), made.writer
    sections = [_drawing(one, words) for one in drawings]
    sections += [_stages(case, words, write), _called(case, words, write), _helpers(case, words, write)]
    sections += [*_added(case, words, write), _timeline(timeline, words, write, made.language)]
    sections.append(_proof(timeline, words))
    kind = words["kinds"].get(case["kind"], case["kind"])
    return Document(
        "incident",
        made.language,
        words["incident_title"].format(id=case["id"], kind=kind),
        words["subtitle"].format(site=case["workplace"] or words["unknown"], zone=made.zone_name),
        _banners(case, words, write.time(made.at)),
        _facts(case, words, write, made.language),
        tuple(sections),
        made.footer(words),
        words["page"],
        made.at_s,
    )


def _banners(case: dict[str, Any], words: dict[str, Any], made_at: str) -> tuple[str, ...]:
    banners = []
    if case["mark"] != "real":
        banners.append(words.get(f"{case['mark']}_banner", str(case["mark"]).upper()))
    if case["is_silent_alarm"] or case["kind"] in ("silent", "duress"):
        banners.append(words["silent_banner"])
    if case["is_open"]:
        banners.append(words["open_banner"].format(made_at=made_at))
    return tuple(banners)


def _facts(
    case: dict[str, Any], words: dict[str, Any], write: Writer, language: str
) -> tuple[tuple[str, str], ...]:
    outcome = words["outcomes"].get(case["outcome"], case["outcome"])
    values = {
        "state": words["case_states"].get(case["state"], case["state"]),
        "worker": _worker(case, words),
        "device": case["device"],
        "place": case["workplace"],
        "directions": case["directions"],
        "cause": cause_text(case["cause"], language) if case["cause"] else None,
        "condition": write.time(case["opened_at"]),
        "raised": case["raised_at"] and write.time(case["raised_at"]),
        "shown": case["shown_at"] and write.time(case["shown_at"]),
        "accepted": _by(case["accepted_by"] or case["acknowledged_by"], case["accepted_at"], write),
        "on_scene": case["on_scene_by"],
        "near": case["near"],
        "all_right": _all_right(case, words, write),
        "reset": case["device_reset_at"] and write.time(case["device_reset_at"]),
        "contact": _by(case["contact_by"], None, write) and f"{case['contact_words']} ({case['contact_by']})",
        "closed": _by(case["closed_by"], case["closed_at"], write),
        "outcome": outcome if isinstance(outcome, str) else None,
        "reason": case["reason"],
        "confirmed": case["confirmed_by"],
        "linked": ", ".join(map(str, case["linked"])),
    }
    return tuple((words["fact_names"][name], str(value)) for name, value in values.items() if value)


def _worker(case: dict[str, Any], words: dict[str, Any]) -> str:
    name: str | None = case["worker"]
    if name is None:
        return str(words["unknown"])
    return name if case["is_wearer_confirmed"] else str(words["last_worn"].format(name=name))


def _all_right(case: dict[str, Any], words: dict[str, Any], write: Writer) -> str | None:
    if case["all_right_at"] is None:
        return None
    text = str(words["all_right"].format(at=write.time(case["all_right_at"])))
    return f"{text} ({words['no_proof']})" if case["is_silent_alarm"] else text


def _by(name: str | None, at: str | None, write: Writer) -> str | None:
    parts = [part for part in (name, at and write.time(at)) if part]
    return ", ".join(parts) or None


def _drawing(one: tuple[str, str, str], words: dict[str, Any]) -> Section:
    name, svg, shown = one
    return Section("plan", words["plan_title"].format(name=name), drawing=svg, drawing_words=shown)


def _stages(case: dict[str, Any], words: dict[str, Any], write: Writer) -> Section:
    rows = []
    for one in case["stages"]:
        took = write.seconds(one["took_s"])
        if one["is_running"]:
            took = words["stage_running"].format(took=took)
        source = words["limit_sources"].get(one["source"], one["source"])
        is_open = one["took_s"] is None or one["limit_s"] is None or one["is_running"]
        kept = "" if is_open else words["stage_kept"]
        kept = words["stage_overspent"] if one["is_overspent"] else kept
        name = words["stages"].get(one["name"], one["name"])
        rows.append((name, took, write.seconds(one["limit_s"]), source, kept))
    titles = words["case_stages_columns"]
    columns = [
        Column(titles[0], weight=3),
        Column(titles[1], is_number=True),
        Column(titles[2], is_number=True),
    ]
    columns += [Column(titles[3], weight=2), Column(titles[4], weight=2)]
    return table("stages", words["case_stages_title"], columns, rows)


def _called(case: dict[str, Any], words: dict[str, Any], write: Writer) -> Section:
    rows = []
    for one in case["notified"]:
        stage = words["delivery"].get(one["stage"], one["stage"])
        stage = f"{stage}: {one['detail']}" if one["stage"] == "failed" and one["detail"] else stage
        rows.append((one["name"], one["channel"], stage, write.time(one["at"]), str(one["count"])))
    titles = words["called_columns"]
    columns = [Column(titles[0], weight=2), Column(titles[1]), Column(titles[2], weight=2)]
    columns += [Column(titles[3], weight=2), Column(titles[4], is_number=True)]
    note, empty = words["called_note"], words["called_none"]
    return table("called", words["called_title"], columns, rows, (note,) if rows else (), empty)


def _helpers(case: dict[str, Any], words: dict[str, Any], write: Writer) -> Section:
    times = ("on_the_way_at", "expected_at", "on_scene_at")
    rows = [(one["name"], *(write.time(one[name]) for name in times)) for one in case["helpers"]]
    columns = [Column(title) for title in words["helpers_columns"]]
    return table("helpers", words["helpers_title"], columns, rows, (), words["helpers_none"])


def _added(case: dict[str, Any], words: dict[str, Any], write: Writer) -> list[Section]:
    """Return what other parts know of the case: the protocol's steps, notes, the report."""
    sections = []
    steps = _entries(case.get("protocol"), "steps")
    if steps:
        rows = [
            (
                _text(one, "text", "title", "name"),
                _done(one, words),
                _text(one, "by", "done_by"),
                _at(one, write),
            )
            for one in steps
        ]
        columns = _columns(words["steps_columns"], wide=0)
        sections.append(table("protocol", words["steps_title"], columns, rows))
    notes = _entries(case.get("notes"), "notes")
    if notes:
        written = [
            (_at(one, write), _text(one, "by", "user"), _text(one, "text", "note", "words")) for one in notes
        ]
        sections.append(
            table("notes", words["notes_title"], _columns(words["notes_columns"], wide=2), written)
        )
    report = case.get("report")
    text = (
        report
        if isinstance(report, str)
        else _text(report, "text", "words")
        if isinstance(report, dict)
        else ""
    )
    if text:
        sections.append(Section("report", words["report_title"], notes=(text,)))
    return sections


def _columns(titles: list[str], *, wide: int) -> list[Column]:
    return [Column(title, weight=4 if place == wide else 1) for place, title in enumerate(titles)]


def _entries(found: Any, name: str) -> list[dict[str, Any]]:
    inner = found.get(name) if isinstance(found, dict) else found
    return [one for one in inner if isinstance(one, dict)] if isinstance(inner, list) else []


def _text(one: dict[str, Any], *names: str) -> str:
    return next((str(one[name]) for name in names if one.get(name) not in (None, "")), "")


def _done(one: dict[str, Any], words: dict[str, Any]) -> str:
    is_done = one.get("is_done", _text(one, "at", "done_at") != "")
    return str(words["yes"] if is_done else words["no"])


def _at(one: dict[str, Any], write: Writer) -> str:
    at = _text(one, "at", "done_at", "written_at")
    return write.time(at) if at else ""


def _timeline(timeline: list[dict[str, Any]], words: dict[str, Any], write: Writer, language: str) -> Section:
    rows = [(str(one["seq"]), write.time(one["at"]), sentence_of(one, language)) for one in timeline]
    titles = words["timeline_columns"]
    columns = [Column(titles[0], is_number=True), Column(titles[1], weight=2), Column(titles[2], weight=5)]
    return table("timeline", words["timeline_title"], columns, rows, (), words["timeline_none"])


def _proof(timeline: list[dict[str, Any]], words: dict[str, Any]) -> Section:
    rows = [(str(one["seq"]), str(one["kind"]), str(one["hash"])) for one in timeline if "hash" in one]
    titles = words["proof_columns"]
    columns = [Column(titles[0], is_number=True), Column(titles[1], weight=2), Column(titles[2], weight=5)]
    return table("proof", words["proof_title"], columns, rows, (words["proof_note"],))
