"""People at work now, the handover between two operators, the worker's page and the kiosk at the gate."""

import pytest
from playwright.sync_api import expect

from tests.browser.accessible import faults_of

pytestmark = pytest.mark.browser

POST = """async ([path, body]) => (await fetch(path, {
    method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(body),
})).json()"""


def post(page, path: str, body: dict | None = None) -> dict:
    """Ask the API as whoever is logged in on the page."""
    return page.evaluate(POST, [f"/api/v1/{path}", body or {}])


def unprotect(station, device: str = "png-01") -> None:
    """Let a device say that its clip is open."""
    station.do("say", device=device, kind="protection", state="not_protected", reason="clip_open")


def test_whoever_is_not_protected_stands_first_and_beside_the_alarms(console, station):
    """Every fact with its age, unknown said as unknown; what is looked for outlives news; 390 px."""
    page = console(station)
    unprotect(station, "png-02")
    band = page.get_by_role("region", name="1 NOT PROTECTED")
    expect(band).to_contain_text("Bruno Muster")
    page.goto(station.url + "#/people")
    cards = page.locator(".people-cards > li")
    expect(cards.first).to_contain_text("Bruno Muster")
    expect(cards.first).to_contain_text("NOT PROTECTED: clip or strap open")
    expect(cards.first.locator("div", has_text="Worn").last).to_contain_text("NO")
    expect(cards.nth(1)).to_contain_text("Protection unknown")
    expect(cards.nth(1).locator("div", has_text="Battery").last).to_contain_text("unknown")
    page.get_by_label("Name, place or device").fill("anna")
    expect(cards).to_have_count(1)
    station.do("alarm", device="png-02")
    expect(page.locator(".waiting-count")).to_have_text("1")
    expect(page.get_by_label("Name, place or device")).to_have_value("anna")
    page.get_by_role("button", name="Ask Anna Beispiel to confirm").press("Enter")
    expect(cards.first).to_contain_text("asked by Olga Operator")
    expect(page.get_by_role("button", name="Ask Anna")).to_have_count(0)
    assert faults_of(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    station.do("alarm", device="png-01", kind="silent")
    page.get_by_label("Name, place or device").fill("")
    expect(page.get_by_role("button", name="to confirm")).to_have_count(1)
    page.goto(station.url + "#/")
    expect(band).to_contain_text("Call the worker")
    station.do("alarm", device="png-02", kind="silent")
    expect(band).to_contain_text("Do not call or radio the worker")
    expect(band).not_to_contain_text("Call the worker")


def test_the_outgoing_operator_is_released_only_when_the_incoming_one_knows_everything(console, station):
    """Two log-ins at two consoles; what opens meanwhile joins the list; nothing of a case changes."""
    going, coming = console(station, "olga"), console(station, "otto")
    for page in (going, coming):
        page.goto(station.url + "#/handover")
    station.do("alarm", device="png-01")
    going.get_by_role("button", name="I take the duty").click()
    expect(going.locator(".on-duty")).to_contain_text("Olga Operator has the duty")
    going.get_by_role("button", name="Begin to hand over").click()
    expect(going.locator(".handover")).to_contain_text("Olga Operator is NOT released yet")
    expect(going.get_by_role("button", name="I take over")).to_have_count(0)
    coming.get_by_role("button", name="I take over").click()
    case = coming.locator(".handover-items > li", has_text="Case 1")
    expect(case).to_contain_text("Anna Beispiel")
    expect(going.get_by_role("button", name="Confirm:")).to_have_count(0)
    case.get_by_role("button").click()
    expect(case).to_contain_text("confirmed")
    release = coming.get_by_role("button", name="I have the duty: release Olga Operator")
    expect(release).to_be_visible()
    unprotect(station, "png-02")
    expect(release).to_have_count(0)
    worker = coming.locator(".handover-items > li", has_text="Bruno Muster is NOT PROTECTED")
    expect(going.locator(".alert-line")).to_contain_text("1 thing is not confirmed")
    assert faults_of(coming) == []
    worker.get_by_role("button").press("Enter")
    release.click()
    expect(coming.locator(".on-duty")).to_contain_text("Otto Officer has the duty")
    expect(going.locator(".on-duty")).to_contain_text("Otto Officer has the duty")
    past = going.get_by_role("region", name="Past handovers")
    expect(past).to_contain_text("Olga Operator to Otto Officer")
    expect(past).to_contain_text("2 things confirmed")
    assert station.do("case", id=1)["state"] == "RECEIVED"


def test_a_worker_ends_and_starts_a_shift_and_answers_on_their_own_page(console, station):
    """By the personal link, in German; a silent alarm shows nothing; what did not arrive never looks done."""
    room = console(station, "otto")
    given = post(room, "workers/1/access")
    page = console(station, login=None, width=390, height=844, locale="de-DE")
    page.goto(station.url.rstrip("/") + given["path"])
    expect(page.get_by_role("heading", name="Guten Tag, Anna Beispiel")).to_be_visible()
    assert given["path"].split("#")[1] not in page.url
    station.do("say", device="png-01", kind="protection", state="not_protected", reason="clip_open")
    expect(page.get_by_role("region", name="Schutz")).to_contain_text("NICHT GESCHÜTZT")
    expect(page.get_by_role("region", name="Schutz")).to_contain_text("bitte schließen")
    before = page.locator("main").inner_text()
    station.do("alarm", device="png-01", kind="silent")
    expect(room.locator("li.case")).to_have_count(1)
    with page.expect_response(lambda answer: answer.url.endswith("/api/v1/own")):
        pass
    assert page.locator("main").inner_text() == before
    page.get_by_role("button", name="Zeigen").click()
    expect(page.get_by_role("heading", name="Bewegungen gelesen von")).to_be_visible()
    assert "silent" not in page.content()
    assert faults_of(page) == []
    page.context.set_offline(True)
    page.get_by_role("button", name="Schicht beenden").click()
    page.get_by_role("button", name="Ja, beenden").click()
    expect(page.get_by_text("NICHT GESCHEHEN")).to_be_visible()
    expect(page.get_by_role("heading", name="Sie sind in der Schicht")).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("button", name="Ja, beenden").click()
    expect(page.get_by_text("Ihre Schicht ist beendet.")).to_be_visible()


def test_a_kiosk_starts_a_shift_and_forgets_who_stood_there(console, station):
    """Opened with its address, English; back to the start after 20 s without a touch, nothing left."""
    room = console(station, "ada")
    post(room, "shifts/1/end")
    room.goto(station.url + "#/access")
    room.get_by_role("button", name="Give access: Anna Beispiel").click()
    pin = room.locator(".credential b").nth(1)
    expect(pin).to_be_visible()
    given = {"number": 1, "pin": pin.inner_text()}
    room.get_by_role("button", name="It is handed over").click()
    expect(room.locator(".credential")).to_have_count(0)
    room.get_by_label("Where the tablet hangs").fill("Gate 3")
    room.get_by_role("button", name="Make a kiosk").click()
    address = room.locator(".credential code").inner_text()
    assert faults_of(room) == []
    page = console(station, login=None, clock_at="2026-03-02T06:00:00Z")
    page.goto(station.url + "kiosk")
    page.get_by_label("Your number").fill("1")
    page.get_by_label("Your PIN").fill("000000")
    page.get_by_role("button", name="Enter").click()
    expect(page.get_by_text("no kiosk yet")).to_be_visible()
    page.goto("about:blank")
    page.goto(address)
    page.get_by_label("Your number").fill(str(given["number"]))
    page.get_by_label("Your PIN").fill(given["pin"])
    page.get_by_role("button", name="Enter").click()
    expect(page.get_by_role("heading", name="Hello, Anna Beispiel")).to_be_visible()
    assert "png-02" not in page.content()
    assert "Bruno" not in page.content()
    page.get_by_label("Which device").select_option("png-01")
    page.get_by_label("Where do you work").select_option("Hall 3")
    page.get_by_role("button", name="Start my shift").click()
    expect(page.get_by_text("Your shift has started")).to_be_visible()
    assert faults_of(page) == []
    page.clock.run_for(21_000)
    expect(page.get_by_label("Your PIN")).to_have_value("")
    assert "Anna" not in page.content()
