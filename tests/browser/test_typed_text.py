"""Every page with a form, each in a tab of one browser: what is typed outlives a killed base station."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_accessibility import PAGES, staffed
from tests.browser.test_wall import TOLD, UNTIL_TOLD

pytestmark = pytest.mark.browser

#: What a page is about where it needs to be told.
ADDRESSES = {"case": "case/1", "device": "device/png-01", "register": "register/workers"}
#: Pages on which nobody types words: what they ask is chosen, ticked, pressed, or a date.
WITHOUT_WORDS = ("", "wall", "shifts", "fleet")
#: So many pages have a field of words at least.
FORMS_MIN = 12
#: Types into the first field of each form, or of the page, and returns what was typed.
TYPE = """async () => {
    for (const one of document.querySelectorAll("main details")) one.open = true;
    // What is drawn when it is opened is drawn in tasks of the page.
    for (let n = 0; n < 3; n += 1) await new Promise((next) => setTimeout(next));
    const fields = [...document.querySelectorAll(WORDS)].filter((one) => one.checkVisibility());
    const ofForms = new Map(fields.filter((one) => !one.disabled).map((one) => [one.form, one]).reverse());
    [...ofForms.values()].forEach((field, place) => {
        field.value = `typed ${place}`;
        field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    return ofForms.size;
}"""
#: Returns what stands in the fields of words that somebody has typed into.
TYPED = """() => [...document.querySelectorAll(WORDS)].map((one) => one.value)
    .filter((value) => value.startsWith("typed ")).sort()"""
WORDS = "main :is(textarea, input:not([type]), input[type=text], input[type=search])"


def said(script: str) -> str:
    """Return a script that knows what a field of words is."""
    return script.replace("WORDS", f'"{WORDS}"')


@pytest.fixture
def tabs(console, own_process, tmp_path):
    """One browser of an administrator with a tab for each page; {address: tab}."""
    station = own_process
    station.open(tmp_path)
    staffed(station)
    first = console(station, "ada")
    station.do("alarm", device="png-02", kind="rest")
    expect(first.locator("li.case")).to_contain_text("Bruno Muster")
    station.do("close", id=1)
    first.context.add_init_script(f"({TOLD})()")
    addresses = [ADDRESSES.get(name, name) for name in PAGES if name not in WITHOUT_WORDS]
    found = {}
    for address in addresses:
        found[address] = tab = first.context.new_page()
        tab.faults = []
        tab.goto(f"{station.url}#/{address}")
        expect(tab.locator("main h1").first).to_be_visible()
        # The gesture that the sound wants; it presses nothing.
        tab.keyboard.press("Shift")
    first.close()
    return found


def test_words_typed_on_every_page_outlive_a_snapshot_and_a_killed_base_station(tabs, own_process, tmp_path):
    """A tab a page, all of one browser: each shows the new case, one speaks, and none loses a word."""
    assert len(tabs) >= 12
    counts = {}
    for address, tab in tabs.items():
        counts[address] = tab.evaluate(said(TYPE))
    typed = {address: tab.evaluate(said(TYPED)) for address, tab in tabs.items()}
    assert len([words for words in typed.values() if words]) >= FORMS_MIN, counts

    own_process.do("alarm", device="png-01", kind="fall")
    for tab in tabs.values():
        expect(tab.locator(".banner.alarms-wait")).to_contain_text("Fall alarm, Anna Beispiel")
    assert {address: tab.evaluate(said(TYPED)) for address, tab in tabs.items()} == typed
    told = next(iter(tabs.values())).evaluate(UNTIL_TOLD, 2)
    assert sorted(kind for kind, *words in told if "Fall alarm" in words[0]) == ["notified", "spoke"]

    own_process.kill()
    for tab in tabs.values():
        expect(tab.locator(".banner.lost")).to_be_visible()
    own_process.start()
    own_process.open(tmp_path, own_process.port)
    for tab in tabs.values():
        expect(tab.locator(".banner.lost")).to_have_count(0)
    assert {address: tab.evaluate(said(TYPED)) for address, tab in tabs.items()} == typed
