"""Every page for everybody: both themes, a phone's width, 200 % zoom, the keyboard alone, no motion."""

import re

import pytest
from playwright.sync_api import expect

from basestation.web.pages import STATIC
from tests.browser.accessible import faults_of, faults_of_colour
from tests.browser.conftest import log_in

pytestmark = pytest.mark.browser

PAGES = ["", *re.findall(r"^  (\w+): \{ ", (STATIC / "pages.js").read_text(), re.MULTILINE)]
#: What a page is about where it needs to be told.
ARGUMENTS = {"case": "1", "device": "png-01"}
#: A desk; the same at 200 % zoom; a phone. Width in pixels of CSS.
DESK, ZOOMED, PHONE = 1280, 640, 390
#: Presses of the tab key until something is found, at most.
TABS_MAX = 60


def several_cases(station) -> None:
    """Let a person's, a silent and a technical case be open; a rehearsed one never is beside them."""
    station.do("alarm", device="png-01", kind="fall")
    station.do("alarm", device="png-02", kind="silent")
    station.do("alarm", device="png-01", kind="technical", cause="battery_low")


def staffed(station) -> None:
    """Let Anna and Bruno be at work, and two people be called for them."""
    station.do("staff")
    station.do("shift", worker="Bruno Muster", device="png-02", workplace="Tank farm")


def show(page, name: str) -> None:
    """Open a page of the console and wait until it is there."""
    argument = f"/{ARGUMENTS[name]}" if name in ARGUMENTS else ""
    page.evaluate("address => (location.hash = address)", f"#/{name}{argument}")
    expect(page.locator("main h1").first).to_be_visible()
    page.wait_for_load_state("networkidle")


def faults_at(page, width: int, rules=faults_of) -> list[str]:
    """Return what axe finds at a width, and whether the page has to be pushed sideways there."""
    return [f"{width}: {line}" for line in [*too_wide_at(page, width), *rules(page)]]


def too_wide_at(page, width: int) -> list[str]:
    """Return by how much a page is wider than the window, if it is."""
    page.set_viewport_size({"width": width, "height": 900})
    excess = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{excess} px too wide"] if excess > 0 else []


@pytest.fixture(scope="module")
def everything(chromium, process, tmp_path_factory):
    """A console of an administrator over a site with cases, a plan, people who come and a rota."""
    process.open(tmp_path_factory.mktemp("everything"))
    staffed(process)
    several_cases(process)
    page = chromium.new_page()
    page.goto(process.url)
    log_in(page, "ada")
    expect(page.locator("li.case")).to_have_count(3)
    yield page
    page.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_for_everybody_in_both_themes_at_every_width(everything, name):
    """No rule of axe is broken, and nothing has to be pushed sideways; a theme changes colours alone."""
    page = everything
    show(page, name)
    found = []
    for scheme, width, rules in (
        ("dark", DESK, faults_of),
        ("light", PHONE, faults_of),
        ("light", DESK, faults_of_colour),
    ):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        expect(page.locator("html")).to_have_attribute("data-theme", scheme)
        found += [f"{scheme}, {fault}" for fault in faults_at(page, width, rules)]
    assert found + too_wide_at(page, ZOOMED) == []


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_the_log_in_and_a_responders_pages_are_for_everybody(chromium, process, tmp_path, scheme):
    """Also the page of a test message, each as the phone's own theme has it."""
    process.open(tmp_path)
    staffed(process)
    process.do("alarm", device="png-01", kind="fall")
    page = chromium.new_page(color_scheme=scheme)
    path = process.do("page")["path"]
    found = {}
    for address in ("", path.removeprefix("/"), "proof/ABCD"):
        page.goto(process.url + address)
        expect(page.locator("h1").first).to_be_visible()
        found[address] = faults_at(page, PHONE)
    page.close()
    assert {address: faults for address, faults in found.items() if faults} == {}


def press_until(page, name: str) -> None:
    """Press the tab key until what has this name has the focus, which can be seen."""
    for _ in range(TABS_MAX):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText"
        )
        if focused.startswith(name):
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
            return
    pytest.fail(f"{name} is not reached by the tab key")


def test_an_alarm_is_handled_by_the_keyboard_alone_and_announced_once(console, station):
    """From the skip link to the all clear; the focus is never lost, and nothing is said twice."""
    page = console(station)
    page.evaluate("""() => {
        const region = document.querySelector("[aria-live=assertive]");
        globalThis.said = [];
        new MutationObserver(() => said.push(region.textContent))
            .observe(region, {childList: true, characterData: true, subtree: true});
    }""")
    station.do("alarm", device="png-01", kind="fall")
    row = page.locator("li.case")
    expect(row).to_contain_text("Fall alarm")
    page.locator("body").focus()
    press_until(page, "Skip to the alarms")
    page.keyboard.press("Enter")
    press_until(page, "Accept")
    page.keyboard.press("Enter")
    expect(row).to_contain_text("Olga Operator has it")
    press_until(page, "On the way")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    press_until(page, "On scene")
    page.keyboard.press("Enter")
    expect(row).to_contain_text("is on scene since")
    press_until(page, "All clear")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.get_by_role("radio").first).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_role("radio").first).to_be_checked()
    press_until(page, "Close the case: all clear")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert station.do("case", id=1)["state"] == "CLOSED"
    assert page.evaluate("said") == ["New alarm: Fall alarm, Anna Beispiel, Hall 3"]


def test_nothing_moves_for_whoever_asks_for_no_motion(console, station):
    """A waiting alarm pulses otherwise."""
    station.do("alarm", device="png-01")
    page = console(station, reduced_motion="reduce")
    expect(page.locator("li.case.waiting")).to_be_visible()
    assert page.evaluate("document.getAnimations().length") == 0
    page.emulate_media(reduced_motion="no-preference")
    page.wait_for_function("document.getAnimations().length > 0")
