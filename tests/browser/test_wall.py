"""The wall in a real browser, the silence of the sounder, and what the browser tells beyond the page."""

import pytest
from playwright.sync_api import expect

from tests.browser.accessible import faults_of
from tests.browser.conftest import log_in
from tests.browser.test_trust import until_playing

pytestmark = pytest.mark.browser

#: Stands in for the browser's notifications and voice, which a headless one has none of.
TOLD = """() => {
    // Kept where every tab of the browser reads it.
    const read = () => JSON.parse(localStorage.getItem("told") ?? "[]");
    const tell = (...said) => localStorage.setItem("told", JSON.stringify([...read(), said]));
    window.Notification = class {
        static permission = "granted";
        constructor(title, options) { tell("notified", title, options.body); }
        close() { tell("closed"); }
    };
    Object.defineProperty(window, "speechSynthesis", { value: {
        getVoices: () => [{ lang: "en-GB" }],
        speak: (spoken) => tell("spoke", spoken.text),
        cancel: () => {},
    }});
    window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
}"""
#: Resolves when so many things were told.
UNTIL_TOLD = """async (count) => {
    const until = performance.now() + 15000;
    let told = [];
    while ((told = JSON.parse(localStorage.getItem("told") ?? "[]")).length < count) {
        if (performance.now() > until) throw new Error(`told ${JSON.stringify(told)}`);
        await new Promise((next) => setTimeout(next, 20));
    }
    return told;
}"""


def capital_mm(page, selector: str, inches: int) -> float:
    """Return how high capitals stand on a screen of this diagonal, as the wall reckons it."""
    return page.evaluate(
        """([selector, inches]) => {
            const px = parseFloat(getComputedStyle(document.querySelector(selector)).fontSize) * 0.7;
            return px / (Math.hypot(screen.width, screen.height) / (inches * 25.4));
        }""",
        [selector, inches],
    )


def test_the_wall_says_in_large_letters_what_matters_and_leaves_no_unaccepted_case_out(console, station):
    """Kind, worker, place, age, who has it, what happens next; fifty cases: the rest small, or counted."""
    page = console(station, screen={"width": 1280, "height": 900})
    station.do("alarm", device="png-01", kind="fall")
    station.do("alarm", device="png-02", kind="silent")
    page.goto(station.url + "#/wall")
    cases = page.locator(".wall-case")
    expect(cases).to_have_count(2)
    expect(cases.nth(0)).to_contain_text("Do not call the worker")
    anna = cases.nth(1)
    for said in ("Fall alarm", "Anna Beispiel", "Hall 3", "Not accepted", "in 0:5"):
        expect(anna).to_contain_text(said)
    expect(page.get_by_role("heading", level=1)).to_have_text("2 NOT ACCEPTED")
    for inches in (24, 55):
        page.get_by_label("Screen").select_option(str(inches))
        assert capital_mm(page, ".wall-case .wall-text", inches) == pytest.approx(25, abs=0.1)
    assert faults_of(page) == []
    # Of each device that nobody has registered there is a technical alarm, too.
    for number in range(24):
        station.do("alarm", device=f"png-{number + 10}")
    expect(page.get_by_role("heading", level=1)).to_have_text("50 NOT ACCEPTED", timeout=30_000)
    shown = page.locator(".wall [data-case]").count()
    left_out = page.locator(".wall-more")
    if shown < 50:
        expect(left_out).to_have_text(f"{50 - shown} MORE NOT ACCEPTED")
    page.get_by_label("Screen").select_option("24")
    expect(left_out).to_contain_text("MORE NOT ACCEPTED")
    expect(cases).not_to_have_count(0)
    assert not page.evaluate("document.documentElement.scrollHeight > innerHeight"), (
        "something is scrolled away"
    )
    assert page.locator(".wall img, .wall a[href^='tel:']").count() == 0
    assert faults_of(page) == []


def test_the_sounder_is_silenced_in_two_steps_for_a_minute_on_every_console(console, station):
    """Said with a name and a countdown, also after a reload; a new case is heard at once."""
    first, second = console(station, "olga"), console(station, "otto")
    station.do("alarm", device="png-01")
    until_playing(first, "person")
    until_playing(second, "person")
    first.get_by_role("button", name="Silence for 60 s…").press("Enter")
    until_playing(first, "person")
    question = first.get_by_role("dialog")
    expect(question).to_contain_text("Silence 1 alarm for 60 s?")
    first.route("**/api/v1/sounder/silence", lambda route: route.abort())
    first.keyboard.press("Enter")
    expect(question.get_by_role("alert")).to_contain_text("was not reached")
    until_playing(first, "person")
    first.unroute("**/api/v1/sounder/silence")
    first.keyboard.press("Enter")
    until_playing(first)
    until_playing(second)
    banner = second.locator(".banner.silenced")
    expect(banner).to_contain_text("SOUND OF 1 ALARM SILENCED by Olga Operator")
    expect(banner).to_contain_text("0:5")
    expect(second.get_by_role("button", name="Silence for 60 s…")).to_have_count(0)
    expect(second.locator("li.case")).to_contain_text("Not accepted")
    second.reload()
    second.locator("h1").click()
    expect(banner).to_contain_text("SILENCED by Olga Operator")
    until_playing(second)
    station.do("alarm", device="png-02", kind="technical")
    until_playing(first, "technical")
    until_playing(second, "technical")
    assert faults_of(second) == []
    second.goto(station.url + "#/case/1")
    expect(second.locator(".timeline")).to_contain_text("Olga Operator silenced the sounder for 60 s")


def test_each_case_is_notified_and_spoken_once_and_a_silent_one_names_nobody(console, station):
    """By one tab of the browser; taken back when somebody has it; a switch ends the voice."""
    page = console(station, login=None)
    page.add_init_script(f"({TOLD})()")
    other = page.context.new_page()
    other.faults = []
    other.add_init_script(f"({TOLD})()")
    page.reload()
    log_in(page, "olga")
    expect(page.get_by_role("heading", name="Open alarms")).to_be_visible()
    other.goto(station.url)
    other.locator("h1").click()
    expect(other.locator(".sound-off")).to_have_count(0)
    station.do("alarm", device="png-01", kind="fall")
    told = page.evaluate(UNTIL_TOLD, 2)
    assert told == [
        ["notified", "Rufweite: Fall alarm", "Anna Beispiel, Hall 3"],
        ["spoke", "Fall alarm, Anna Beispiel, Hall 3"],
    ]
    page.locator("li.case").get_by_role("button", name="Accept").click()
    assert page.evaluate(UNTIL_TOLD, 3)[2] == ["closed"]
    page.get_by_label("Speaks new alarms").uncheck()
    station.do("alarm", device="png-02", kind="silent")
    assert page.evaluate(UNTIL_TOLD, 4)[3] == ["notified", "Rufweite: alarm", ""]
    page.get_by_label("Speaks new alarms").check()
    station.do("alarm", device="png-09", kind="duress")
    told = page.evaluate(UNTIL_TOLD, 8)[4:]
    assert ["notified", "Rufweite: alarm", ""] in told
    assert ["spoke", "Rufweite: alarm"] in told
    expect(other.locator("li.case")).to_have_count(4)
    assert len(page.evaluate(UNTIL_TOLD, 0)) == 8, "both tabs told"


def test_what_layout_does_with_fifty_cases_is_decided_by_who_has_them(console, station):
    """Large ones first, the others small; what nobody has goes before what somebody has."""
    page = console(station, login=None)

    def laid(cases: int, waiting: int, lines: float, columns: int) -> tuple[int, int, int]:
        found = page.evaluate(
            """([count, waiting, space]) => import("/static/wall_layout.js").then(({ layoutOf }) => {
                const cases = Array.from({ length: count }, (_, n) => n);
                const { large, small, leftOut } = layoutOf(cases, waiting, space);
                if (String([...large, ...small, ...leftOut]) !== String(cases)) throw new Error("order");
                return [large.length, small.length, leftOut.length];
            })""",
            [cases, waiting, {"lines": lines, "columns": columns}],
        )
        return tuple(found)

    assert laid(0, 0, 12, 3) == (0, 0, 0)
    assert laid(1, 1, 0, 1) == (1, 0, 0)
    assert laid(3, 3, 12, 3) == (3, 0, 0)
    assert laid(4, 4, 12, 3) == (2, 2, 0)
    assert laid(50, 50, 20, 4) == (2, 48, 0)
    assert laid(50, 50, 12, 3) == (1, 30, 19)
    assert laid(50, 2, 12, 3) == (2, 15, 33)
