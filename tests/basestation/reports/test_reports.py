"""The month of a site and one incident: the same facts as page, PDF and CSV, whatever people are called."""

import asyncio
import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert

from basestation.casework.pressing import Said
from basestation.errors import EntryRefused, UnknownCase
from basestation.reports.csv_sheet import csv_of
from basestation.reports.desk import CSV, PDF, ReportDesk
from basestation.reports.document import UNKNOWN, Column, Document, Section, Writer
from basestation.reports.month_page import fewest
from basestation.reports.press import ROWS_MAX, WAITING_MAX, PdfRefused, Press, set_pdf, set_pictures
from basestation.reports.words import words_in
from basestation.reports.words_de import GERMAN
from basestation.reports.words_en import ENGLISH
from basestation.store.tables import device_messages
from tests.basestation.site_bench import DEVICE, OPERATOR, running_site

HOSTILE = (
    '#import "@preview/x:1.0.0"', "$x^2$ \\ #{panic()}", "= heading", "😀 שלום مرحبا", "w" * 200,
    "=HYPERLINK(1)", "[link](x) *b* _e_ `raw` <label> @ref",
)  # fmt: skip
MADE_AT_S = 1_772_431_200


def document(rows, *, language="en", banners=()):
    """Return a document with one table."""
    columns = (Column("Name", weight=3), Column("Count", is_number=True))
    section = Section("names", "Names #[x]", columns, tuple(rows), ("A note with $ and \\.",))
    return Document(
        "month", language, "Month #1 $", "Site \\x", banners, (("Fact", "#panic()"),), (section,),
        "footer #x", "Page {page} of {pages}", MADE_AT_S,
    )  # fmt: skip


def same_keys(one, other, path=""):
    """Return where two catalogues differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        missing = [f"{path}{key}" for key in one.keys() ^ other.keys()]
        return missing + [
            m for key in one.keys() & other.keys() for m in same_keys(one[key], other[key], f"{path}{key}.")
        ]
    if isinstance(one, list):
        return [] if len(one) == len(other) else [path]
    return [] if set(re.findall(r"{\w+}", one)) == set(re.findall(r"{\w+}", other)) else [path]


def test_german_and_english_have_the_same_words():
    """Key by key, and with the same names to fill in."""
    assert same_keys(ENGLISH, GERMAN) == []
    assert words_in("fr") is ENGLISH


def test_numbers_and_times_are_written_as_the_language_does():
    """With the comma and the order of the day, in the zone of the site."""
    at = datetime(2026, 3, 2, 6, 5, 4, tzinfo=UTC)
    english, german = Writer("en", UTC), Writer("de", UTC)
    assert (english.percent(984.6), german.percent(984.6)) == ("98.5 %", "98,5 %")
    assert (english.time(at), german.time(at)) == ("2026-03-02 06:05:04", "02.03.2026 06:05:04")
    assert [german.seconds(s) for s in (599.9, 600, None)] == ["599,9 s", "10,0 min", UNKNOWN]


@pytest.mark.parametrize(("wanted_permille", "alarms"), [(800, 5), (985, 67), (975, 40), (990, 100)])
def test_few_are_as_many_as_one_late_answer_decides(wanted_permille, alarms):
    """From so many on one of them may be late, and with one less it may not."""
    assert fewest(wanted_permille) == alarms
    assert (alarms - 1) * 1000 >= wanted_permille * alarms
    assert (alarms - 2) * 1000 < wanted_permille * (alarms - 1)


@pytest.mark.parametrize("language", ["en", "de"])
def test_what_people_write_is_set_and_never_carried_out(language):
    """Markup, code, formulas, right-to-left and endless words are text; the bytes are the same twice."""
    hostile = document(
        [(name, str(place)) for place, name in enumerate(HOSTILE)], language=language, banners=HOSTILE
    )
    pdf = set_pdf(hostile)
    assert pdf.startswith(b"%PDF")
    assert set_pdf(hostile) == pdf
    assert b"/StructTreeRoot" in pdf
    assert f"/Lang({language})".encode() in pdf
    assert b"pdfuaid" in set_pdf(document([(HOSTILE[1], "1")], language=language)), (
        "PDF/UA-1, by Typst's own check"
    )
    assert set_pdf(replace(hostile, made_at_s=MADE_AT_S + 1)) != pdf


def test_a_long_table_goes_over_several_pages():
    """Its rows run on and none is lost off the page."""
    assert len(set_pictures(document([(f"row {n}", str(n)) for n in range(300)]))) > 5


async def test_a_press_takes_a_bounded_number_and_refuses_the_rest_with_a_sentence():
    """Neither a table without end nor a queue without end holds anything up."""
    press, small = Press(), document([("a", "1")])
    with pytest.raises(PdfRefused, match="Take the CSV"):
        await press.pdf(document([("a", "1")] * (ROWS_MAX + 1)))
    made = await asyncio.gather(*(press.pdf(small) for _ in range(WAITING_MAX + 1)), return_exceptions=True)
    assert [type(one) for one in made].count(PdfRefused) == 1
    assert (await press.pdf(small)).startswith(b"%PDF")


def test_no_cell_of_a_csv_is_a_formula_and_none_breaks_the_rows():
    """A spreadsheet shows what was written and calculates nothing."""
    text = csv_of(document([*((name, "1") for name in HOSTILE), ('a "b", c\nd', "2")]))
    rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert "'=HYPERLINK(1)" in cells
    assert ["names", 'a "b", c\nd', "2"] in rows


async def test_an_incident_tells_its_facts_its_people_its_times_and_what_proves_it(tmp_path):
    """Its last hash is in the log, the report itself is logged, and German has no word of English."""
    async with running_site(tmp_path) as site:
        desk = ReportDesk(site.engine, site.clock)
        await site.raise_alarm(raised_ago_ms=1500)
        site.clock.jump(25)
        await site.engine.press(1, "accept", OPERATOR)
        _, still_open = await desk.incident(1, "en", OPERATOR, PDF)
        assert "still open" in still_open.banners[0]
        await site.engine.press(1, "on_scene", OPERATOR)
        await site.engine.press(1, "false_alarm", OPERATOR, Said("#panic() sat down"))
        facts, english = await desk.incident(1, "en", OPERATOR, PDF)
        _, german = await desk.incident(1, "de", OPERATOR, CSV)
        with pytest.raises(UnknownCase):
            await desk.incident(99, "en", OPERATOR, PDF)
    sections = {section.key: section for section in english.sections}
    assert dict(english.facts)["Reason"] == "#panic() sat down"
    assert ("stored to accepted", "25.0 s", "90.0 s", "chain of this case", "kept") in sections["stages"].rows
    said = [row[2] for row in sections["timeline"].rows]
    assert "Otto Operator accepted" in said
    assert "Otto Operator made a report (pdf)" in said
    assert sections["called"].rows[0][0] == "Mara Muster"
    assert len(sections["proof"].rows) == len(facts["timeline"])
    assert re.fullmatch("[0-9a-f]{64}", sections["proof"].rows[-1][2])
    assert "Übernommen" in dict(german.facts)
    assert b"pdfuaid" in set_pdf(english)
    assert set_pdf(german) != set_pdf(english)


async def test_the_report_of_a_silent_alarm_is_marked_as_one(tmp_path):
    """Whoever holds the paper knows that nobody near the worker may see it."""
    async with running_site(tmp_path) as site:
        await site.raise_alarm(kind="silent")
        _, made = await ReportDesk(site.engine, site.clock).incident(1, "de", OPERATOR, PDF)
    assert made.banners[0].startswith("STILLER ALARM")


async def test_a_month_tells_alarms_yardsticks_reasons_and_protected_hours(tmp_path):
    """Rests on one case, says so; what nobody knows of the hours is told as not known."""
    async with running_site(tmp_path) as site:
        desk = ReportDesk(site.engine, site.clock)
        await site.start_shift()
        site.clock.jump(1800)
        said = {"kind": "protection", "state": "protected"}
        row = {"device": DEVICE, "boot": 1, "seq": 900, "kind": "protection", "mark": "real"}
        at_ms = int(site.clock.now().timestamp() * 1000)
        async with site.engine.database.begin() as connection:
            await connection.execute(
                insert(device_messages),
                [row | {"received_at_ms": at_ms, "payload": json.dumps(said).encode()}],
            )
        await site.raise_alarm()
        number = next(case["id"] for case in await site.cases() if case["is_person"])
        site.clock.jump(25)
        for verb in ("accept", "on_scene"):
            await site.engine.press(number, verb, OPERATOR)
        await site.engine.press(number, "false_alarm", OPERATOR, Said("sat down"))
        site.clock.jump(1775)
        facts, english = await desk.month("2026-03", None, "en", OPERATOR, PDF)
        _, german = await desk.month("2026-03", 1, "de", OPERATOR, CSV)
        empty, _ = await desk.month("2026-02", None, "en", OPERATOR, CSV)
        for wrong in (("2026-13", None), ("2026-03", 99)):
            with pytest.raises(EntryRefused):
                await desk.month(*wrong, "en", OPERATOR, PDF)
    assert facts["protected"]["states"] == {
        "protected": 1800.0, "not_protected": 0, "suspended": 0, "unknown": 1800.0,
    }  # fmt: skip
    sections = {section.key: section for section in english.sections}
    assert "not over" in english.banners[0]
    assert ("Manual alarm", "1", "0", "0") in sections["alarms"].rows
    yardsticks = {(row[0], row[2]): row for row in sections["answers"].rows}
    assert yardsticks["BS 8484:2016", "80.0 % within 10 s"][4].startswith("NOT met; few cases")
    assert yardsticks["EN 50518", "80.0 % within 30 s"][1] == "[GK] a convention of the site"
    assert sections["false_alarms"].rows == (("sat down", "1"),)
    assert ("not known", "0.50 h", "50.0 %") in sections["protected"].rows
    assert german.title == "Monat 2026-03"
    assert empty["protected"]["shifts"] == 0
    assert set_pdf(german).startswith(b"%PDF")
