"""The registers' pages: filtered, changed by two people at once, retired, undone, with what was changed."""

import pytest
from playwright.sync_api import expect

from tests.browser.accessible import faults_of
from tests.browser.test_pages import go

pytestmark = pytest.mark.browser


def opened(page, name: str):
    """Open the row of this name and return it."""
    row = page.get_by_role("listitem", name=name)
    row.locator("summary").first.click()
    return row


def test_two_people_change_one_worker_and_neither_writes_over_the_other(console, station):
    """What was typed stays, both are shown, who was first is said; and all is on record."""
    otto, ada = console(station, "otto"), console(station, "ada", width=390, height=844)
    station.do("shift", worker="Clara Exempel", device="png-07", workplace="Pump house")
    for page in (otto, ada):
        go(page, station, "#/register/workers")
    otto.get_by_label("Filter").fill("clara")
    expect(otto.locator(".rows > li")).to_have_count(1)
    mine, theirs = opened(otto, "Clara Exempel"), opened(ada, "Clara Exempel")
    mine.get_by_label("Phone").fill("0000 111")
    theirs.get_by_label("Phone").fill("0000 222")
    theirs.get_by_label("Note for helpers").fill("Allergic to latex")
    theirs.get_by_role("button", name="Save").click()
    expect(ada.get_by_role("status").filter(has_text="Clara Exempel is saved.")).to_be_visible()
    mine.get_by_role("button", name="Save").click()
    expect(mine.get_by_role("alert").filter(has_text="NOT SAVED: Ada Admin changed this at")).to_be_visible()
    expect(mine.get_by_label("Phone")).to_have_value("0000 111")
    expect(mine).to_contain_text("Saved by somebody else meanwhile: 0000 222")
    expect(mine.get_by_label("Note for helpers")).to_have_value("Allergic to latex")
    mine.get_by_role("button", name="Save").click()
    expect(otto.get_by_role("status").filter(has_text="Clara Exempel is saved.")).to_be_visible()

    mine.get_by_role("button", name="Retire: Clara Exempel").press("Enter")
    expect(mine.get_by_role("button", name="No", exact=True)).to_be_focused()
    otto.keyboard.press("Escape")
    expect(mine.get_by_role("button", name="Retire: Clara Exempel")).to_be_focused()
    mine.get_by_role("button", name="Retire: Clara Exempel").click()
    mine.get_by_role("button", name="Yes, retire").click()
    expect(mine.get_by_role("alert").filter(has_text="is on shift with png-07 in Pump house")).to_be_visible()
    mine.get_by_text("What was changed").click()
    history = mine.locator(".history > li")
    expect(history.first).to_contain_text("Otto Officer changed")
    expect(history.first).to_contain_text("0000 222")
    expect(history).to_have_count(2)
    for page in (otto, ada):
        assert faults_of(page) == []


def test_what_was_retired_by_mistake_is_back_with_one_button(console, station):
    """It leaves the list, says so, and comes back; retired ones are shown when asked for."""
    station.do("beacon", name="gate-3", zone="Boiler room")
    page = console(station, "otto")
    go(page, station, "#/register/beacons")
    row = opened(page, "gate-3")
    row.get_by_role("button", name="Retire: gate-3").click()
    row.get_by_role("button", name="Yes, retire").click()
    expect(row).to_have_count(0)
    page.get_by_label("Show retired").check()
    expect(row).to_contain_text("retired")
    page.get_by_role("button", name="Undo the last change", exact=True).first.click()
    page.get_by_label("Show retired").uncheck()
    expect(row).to_contain_text("Boiler room")
    assert faults_of(page) == []


def test_an_older_answer_that_comes_late_hides_no_added_row(console, station):
    """The list that was asked for at the beginning comes after the one that has the new row."""
    page = console(station, "otto")
    held = []

    def hold(route):
        if route.request.method == "GET" and not held:
            held.append((route, route.fetch()))
            return
        route.continue_()

    page.route("**/api/v1/registers/workers", hold)
    go(page, station, "#/register/workers")
    page.get_by_text("Add a worker", exact=True).click()
    form = page.get_by_role("form", name="Add a worker")
    form.get_by_label("Name").fill("Clara Exempel")
    form.get_by_role("button", name="Add").click()
    clara = page.get_by_role("listitem", name="Clara Exempel")
    expect(clara).to_be_visible()
    route, answer = held[0]
    with page.expect_response("**/api/v1/registers/workers"):
        route.fulfill(response=answer)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    expect(clara).to_be_visible()


def test_an_answer_that_breaks_off_is_told_and_not_taken_for_a_list(console, station):
    """Its head came in time, its body did not: the page says so and stays."""
    page = console(station, "otto")
    page.route("**/api/v1/registers/workers", lambda route: route.fulfill(status=200, body='[{"id": 1, '))
    go(page, station, "#/register/workers")
    expect(page.get_by_role("alert").filter(has_text="No answer from the base station")).to_be_visible()
    expect(page.get_by_label("Filter")).to_be_visible()


def test_both_catalogues_of_the_registers_have_the_same_words(console, station):
    """Keys and kinds: a missing one would be an empty place on the page."""
    page = console(station, login=None)
    shapes = page.evaluate("""async () => {
        const shape = (value) => typeof value !== "object" ? typeof value
            : Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shape(one)]));
        const file = (language) => import(`/static/words/${language}/registers.js`);
        const read = async (language) => shape({ ...(await file(language)) });
        return [await read("en"), await read("de")];
    }""")
    assert shapes[0] == shapes[1]
    assert shapes[0]["registersWords"]


def test_the_calendar_marks_a_gap_and_a_chain_is_tried_without_calling_anybody(console, station):
    """Week and month by keys; readiness and the dry run beside the chain; an earlier version comes back."""
    lea = station.do("responder", name="Lea Leiter", channel="log", address="lea")
    page = console(station, "otto")
    page.evaluate(
        """async (lea) => {
        const post = (path, body) => fetch(`/api/v1/rota/${path}`, {
            method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
        await post("roles", { name: "First aid" });
        await post("plan", { role_id: 1, responder_id: lea, weekdays: [1, 2], start: "00:00", end: "00:00",
            first_day: "2020-01-01" });
    }""",
        lea["id"],
    )
    go(page, station, "#/rota")
    calendar = page.get_by_role("region", name="Who is on duty")
    days = calendar.locator(".day")
    expect(days).to_have_count(7)
    expect(days.nth(0)).to_contain_text("all day Lea Leiter")
    expect(days.nth(3)).to_contain_text("all day NOBODY")
    title = calendar.get_by_role("heading", level=2).inner_text()
    calendar.get_by_role("button", name="Later").press("ArrowRight")
    expect(calendar.get_by_role("heading", level=2)).not_to_have_text(title)
    calendar.get_by_role("button", name="Month").click()
    expect(days.nth(27)).to_be_visible()
    assert faults_of(page) == []

    go(page, station, "#/chain")
    trial = page.get_by_role("region", name="Who would be called?")
    trial.get_by_role("button", name="Show who").click()
    expect(trial).to_contain_text("after 0 s Control room")
    seconds = page.get_by_label("Seconds to answer before")
    for wanted in ("40", "50"):
        seconds.fill(wanted)
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator(".chain-editor .history > li").nth(int(wanted) // 10 - 4)).to_be_attached()
    page.locator(".chain-editor summary").click()
    page.get_by_role("button", name="Take this into the form: version 1").click()
    expect(seconds).to_have_value("40")
    assert faults_of(page) == []


def test_a_device_has_its_page_and_a_grave_action_asks_once(console, station):
    """Its wearer, its alarms, what was done; retired only after the question, which says who wears it."""
    station.do("alarm", device="png-01")
    page = console(station, "ada")
    go(page, station, "#/device/png-01")
    expect(page.get_by_role("region", name="Now")).to_contain_text("Anna Beispiel")
    expect(page.get_by_role("region", name="Alarms")).to_contain_text("Manual alarm")
    kept = page.get_by_role("region", name="Kept by hand")
    kept.get_by_label("Lent to").fill("Contractor")
    kept.get_by_role("button", name="Save").click()
    expect(page.get_by_role("region", name="What was done with it")).to_contain_text("lent to Contractor")
    kept.get_by_role("button", name="Retire the device for good").click()
    expect(kept).to_contain_text("Anna Beispiel WEARS IT")
    kept.get_by_role("button", name="No", exact=True).click()
    assert faults_of(page) == []
