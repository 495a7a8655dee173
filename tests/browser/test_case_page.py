"""The page of a case: verbs by letters, the protocol, notes and a report of two operators."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from basestation.casefile.outcomes import CODES
from tests.browser.accessible import faults_of
from tests.browser.conftest import people_at_work

pytestmark = pytest.mark.browser

WORDS = Path(__file__).parents[2] / "basestation" / "web" / "static" / "words"
STEPS = ["Call the worker twice", "Send the first aider"]


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_reason_has_its_words_and_every_verb_a_letter(language):
    """Page and base station say the same of each code; no two verbs of a case share a letter."""
    text = (WORDS / language / "ends.js").read_text(encoding="utf-8")
    codes = re.search(r"  codes: \{(.*?)\n  \},", text, re.DOTALL).group(1)
    found = dict(re.findall(r'(\w+): "([^"]*)"', codes))
    assert found == {code.name: (code.english if language == "en" else code.german) for code in CODES}
    chosen = re.search(r"codesOf: \{(.*?)\n  \},", text, re.DOTALL).group(1)
    for outcome, names in re.findall(r"(\w+): (\[[^\]]*\])", chosen):
        assert json.loads(names) == [code.name for code in CODES if code.outcome == outcome]
    letters = dict(
        re.findall(r'(\w+): "([A-Z])"', re.search(r"    of: \{(.*?)\},", text, re.DOTALL).group(1))
    )
    # Accept is a person's, acknowledge a technical case's.
    assert letters.pop("acknowledge") == letters["accept"]
    assert len(set(letters.values())) == len(letters) == 12


def test_a_case_is_handled_from_the_keyboard_and_what_was_typed_outlives_a_lost_server(
    console, own_station, tmp_path
):
    """In a field a letter is a letter; a note that failed stays in its field, and stands once in the end."""
    station = own_station
    station.do("protocol", steps=STEPS)
    station.do("alarm", device="png-01")
    page = console(station)
    page.goto(station.url + "#/case/1")
    expect(page.get_by_role("button", name="Accept")).to_have_attribute("data-key", "A")
    note = page.get_by_label("A further note")
    note.fill("")
    note.press("a")
    expect(note).to_have_value("a")
    assert station.do("case", id=1)["accepted_by"] is None
    page.get_by_label("Press verbs by the letters on them").uncheck()
    page.keyboard.press("a")
    expect(page.locator("kbd")).to_have_count(0)
    page.get_by_label("Press verbs by the letters on them").check()
    page.get_by_role("heading", name="Manual alarm").click()
    page.keyboard.press("a")
    expect(page.get_by_text("Olga Operator has it")).to_be_visible()
    page.keyboard.press("e")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("In your words").fill("waved at the camera")
    page.keyboard.press("Escape")
    note.fill("The gate is open.")
    station.kill()
    page.get_by_role("button", name="Keep the note").click()
    expect(page.locator(".notes [role=alert]")).to_contain_text("not reached")
    expect(page.locator(".written li")).to_have_count(0)
    station.start()
    station.open(tmp_path, station.port)
    page.reload()
    expect(page.get_by_label("A further note")).to_have_value("The gate is open.")
    page.get_by_role("button", name="Keep the note").click()
    expect(page.locator(".written li")).to_have_count(1)
    expect(page.get_by_label("A further note")).to_have_value("")
    page.get_by_role("button", name="All clear").click()
    expect(page.get_by_role("dialog").get_by_label("In your words")).to_have_value("waved at the camera")


def test_two_operators_see_each_others_steps_and_never_overwrite_a_report(console, process, tmp_path):
    """A step that one ticks is ticked for the other; the second report waits until the first was read."""
    process.open(tmp_path)
    people_at_work(process)
    process.do("protocol", steps=STEPS)
    process.do("alarm", device="png-01")
    first, second = console(process, "olga"), console(process, "otto", width=390)
    for page in (first, second):
        page.goto(process.url + "#/case/1")
        page.get_by_role("button", name="Write the report").click()
    first.get_by_label("Call the worker twice").click()
    expect(second.locator(".protocol")).to_contain_text("1 of 2 done")
    expect(second.locator(".protocol .step-by")).to_contain_text("Olga Operator")
    first.get_by_label("What happened, and what was done").fill("Slipped on oil.")
    second.get_by_label("What happened, and what was done").fill("Fell from a step.")
    first.get_by_role("button", name="Keep the report").click()
    expect(second.get_by_text("Olga Operator has written a newer report")).to_be_visible()
    second.get_by_role("button", name="Keep the report").click()
    expect(second.locator(".report [role=alert]")).to_contain_text("it was not overwritten")
    expect(second.get_by_label("What happened, and what was done")).to_have_value("Fell from a step.")
    assert process.do("case", id=1)["report"]["text"] == "Slipped on oil."
    second.get_by_role("button", name="I have read it").click()
    second.get_by_role("button", name="Keep the report").click()
    expect(first.locator(".report .text")).to_have_text("Fell from a step.")
    first.get_by_role("button", name="Written").click()
    expect(first.locator(".timeline")).not_to_contain_text("wrote the report")
    assert faults_of(second) == []
    assert second.evaluate("document.documentElement.scrollWidth") == 390
