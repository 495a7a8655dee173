"""The other pages, the roles, and narrow screens."""

import json

import pytest
from playwright.sync_api import expect

from protocol.messages import ALARM_KINDS, HINDRANCES, PROTECTIONS, SUSPENSIONS, TECHNICAL_CAUSES

pytestmark = pytest.mark.browser

PAGES = tuple(
    f"#/{page}"
    for page in (
        "",
        "shifts",
        "coverage",
        "fleet",
        "register",
        *(f"register/{name}" for name in ("workers", "workplaces", "beacons", "devices")),
        "chain",
        "responders",
        "rota",
        "plans",
        "case/1",
    )
)


def go(page, station, route: str) -> None:
    """Open a page of the console."""
    page.goto(station.url + route)
    page.locator("h1").first.wait_for()


def added(page, station, register: str, title: str, fields: dict[str, str]) -> None:
    """Add a row to a register by its form."""
    go(page, station, f"#/register/{register}")
    page.get_by_text(title, exact=True).click()
    form = page.get_by_role("form", name=title)
    for label, value in fields.items():
        form.get_by_label(label).fill(value)
    form.get_by_role("button", name="Add").click()
    expect(page.get_by_role("listitem", name=next(iter(fields.values())))).to_be_visible()


def test_a_shift_is_started_and_ended_on_the_page(console, station):
    """Worker, device, workplace, planned end in local time; ending asks once."""
    page = console(station, "ada", timezone_id="Asia/Kolkata")
    for register, title, fields in (
        ("workers", "Add a worker", {"Name": "Clara Exempel", "Phone": "0000 777"}),
        ("workplaces", "Add a workplace", {"Name": "Pump house", "Way in": "Path behind the canteen"}),
        ("devices", "Add a device", {"Device name": "png-07", "Label on the device": "red seven"}),
    ):
        added(page, station, register, title, fields)
    credential = page.locator(".credential")
    expect(credential).to_contain_text("shown once")
    credential.get_by_role("button").click()
    expect(credential).to_have_count(0)
    go(page, station, "#/shifts")
    page.get_by_label("Worker").select_option("Clara Exempel")
    page.get_by_label("Device").select_option("png-07")
    page.get_by_label("Workplace").select_option("Pump house")
    page.get_by_role("button", name="Start the shift").click()
    clara = page.locator(".people li", has_text="Clara Exempel")
    expect(clara).to_contain_text("Pump house")
    clara.get_by_role("button", name="End shift").click()
    expect(clara).to_contain_text("the device's silence is no alarm")
    clara.get_by_role("button", name="No", exact=True).click()
    clara.get_by_role("button", name="End shift").click()
    clara.get_by_role("button", name="Yes, end it").click()
    expect(clara).to_have_count(0)


def test_a_refused_shift_says_why_and_keeps_what_was_entered(console, station):
    """A planned end in the past is refused with the engine's sentence."""
    page = console(station, "ada")
    added(page, station, "devices", "Add a device", {"Device name": "png-07"})
    expect(page.locator(".credential")).to_be_visible()
    go(page, station, "#/shifts")
    page.get_by_label("Worker").select_option("Anna Beispiel")
    page.get_by_label("Device").select_option("png-07")
    page.get_by_label("Workplace").select_option("Hall 3")
    page.get_by_label("Planned end").fill("2020-01-01T06:00")
    page.get_by_role("button", name="Start the shift").click()
    expect(page.get_by_role("alert").filter(has_text="has passed already")).to_be_visible()
    expect(page.get_by_label("Planned end")).to_have_value("2020-01-01T06:00")


def test_people_at_work_are_shown_with_what_their_device_last_said(console, station):
    """Last seen, battery, mode and link come with the heartbeat."""
    heartbeat = {
        "uptime_s": 60,
        "mode": "guarding",
        "battery_percent": 71,
        "battery_left_min": 400,
        "firmware": "1.0",
        "settings_version": 0,
        "network": 1,
        "rssi_dbm": -67,
        "counts": {"refused_connects": 2},
    }
    station.do("say", device="png-01", kind="heartbeat", alarms_due=0, **heartbeat)
    page = console(station)
    anna = page.locator(".at-work li", has_text="Anna Beispiel")
    expect(anna).to_contain_text("guarding")
    expect(anna).to_contain_text("71 %, until about ")
    expect(anna).to_contain_text("ago")
    expect(anna).to_contain_text("network 2")
    expect(anna).to_contain_text("-67 dBm")
    expect(anna).to_contain_text("refused by a broker, or refused it: 2")
    expect(page.locator(".at-work li", has_text="Bruno Muster")).to_contain_text("never")


def test_whether_each_worker_is_protected_is_told_by_a_sign_and_a_word(console, station):
    """Not protected first and counted on every page, a pause with the time left; no row jumps for it."""
    page = console(station)
    anna, bruno = (page.locator(".at-work li", has_text=name) for name in ("Anna Beispiel", "Bruno Muster"))
    expect(anna).to_contain_text("? Protection unknown: not told yet")
    before = page.locator("main").bounding_box()["y"]
    station.do("say", device="png-01", kind="protection", state="protected")
    station.do("say", device="png-02", kind="protection", state="not_protected", reason="self_test_failed")
    parts = {"manual": 1, "rest": 0}
    station.do("say", device="png-02", kind="self-test", mark="test", result="failed", parts=parts)
    expect(anna.locator(".protection")).to_have_text("✓ Protected")
    expect(bruno).to_contain_text("! NOT PROTECTED: self-test failed, for 0:0")
    expect(bruno).to_contain_text("Self-test FAILED")
    expect(bruno).to_contain_text("not passed: Rest alarm")
    assert page.locator(".at-work .person-line strong").all_inner_texts() == ["Bruno Muster", "Anna Beispiel"]
    station.do(
        "say", device="png-01", kind="protection", state="suspended", reason="paused", remaining_ms=300000
    )
    expect(anna).to_contain_text("‖ Suspended: paused, 4:5")
    go(page, station, "#/register")
    expect(page.locator("header")).to_contain_text("1 NOT PROTECTED")
    assert page.locator("main").bounding_box()["y"] == before


def test_each_role_sees_the_forms_it_may_use(console, station):
    """The base station checks again; this only spares a refusal."""
    registers = {"workers": "worker", "workplaces": "workplace", "beacons": "beacon", "devices": "device"}
    for login, allowed in (
        ("olga", set()),
        ("otto", {"workers", "workplaces", "beacons"}),
        ("ada", set(registers)),
    ):
        page = console(station, login)
        go(page, station, "#/register")
        expect(page.get_by_role("region", name="Rescue chain")).to_contain_text("Control room")
        for register, one in registers.items():
            go(page, station, f"#/register/{register}")
            expect(page.locator("main")).to_contain_text(
                f"Add a {one}" if register in allowed else "needs the role"
            )


def test_the_case_page_tells_everything_that_happened_and_offers_the_verbs(console, station):
    """Live: what somebody else does appears without reload."""
    page = console(station)
    station.do("alarm", device="png-01", cause="button")
    page.locator("li.case").get_by_role("link", name="Manual alarm", exact=True).click()
    expect(page.locator(".timeline")).to_contain_text("Alarm raised: button")
    expect(page.locator(".timeline")).to_contain_text("Called Control room (console), level 1")
    page.get_by_role("button", name="Accept").click()
    expect(page.locator(".timeline")).to_contain_text("Olga Operator accepted")
    expect(page.locator("dl").first).to_contain_text("Accepted")
    page.goto(station.url + "#/case/99")
    expect(page.get_by_role("alert").filter(has_text="There is no case 99.")).to_be_visible()


def test_an_alarm_is_announced_on_every_other_page(console, station):
    """Whoever starts a shift does not overlook it."""
    page = console(station)
    go(page, station, "#/shifts")
    station.do("alarm", device="png-01")
    banner = page.locator(".banner.alarms-wait")
    expect(banner).to_contain_text("Manual alarm, Anna Beispiel")
    banner.click()
    expect(page.locator("li.case")).to_be_visible()


def test_every_kind_and_state_of_the_protocol_has_its_word(console, station):
    """The page's words are keyed by the protocol's names."""
    page = console(station)
    words = page.evaluate("import('/static/words.js').then((file) => JSON.parse(JSON.stringify(file.words)))")
    assert set(words["kinds"]) == set(ALARM_KINDS)
    assert set(words["causes"]) == set(TECHNICAL_CAUSES)
    from basestation.cases import protection
    from basestation.cases.case import CaseState
    from basestation.cases.verbs import VERBS
    from basestation.casework.snapshot import RETIRED_DEVICE
    from basestation.site.people import ROLES

    assert set(words["states"]) == {state.value for state in CaseState} - {"NEW"}
    assert set(words["verbs"]) == set(VERBS)
    assert set(words["roles"]) == set(ROLES)
    assert set(words["protection"]["states"]) == {*PROTECTIONS, protection.UNKNOWN}
    own = {protection.UNSAID, protection.SILENT, protection.OFFLINE, protection.PAUSE_OVER}
    assert set(words["protection"]["reasons"]) == {*HINDRANCES, *SUSPENSIONS, *own, RETIRED_DEVICE}


@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_scrolls_sideways_and_no_text_is_small(console, station, width):
    """At a telephone's width and at a console's; 16 px at least."""
    page = console(station, "ada", width=width, height=844)
    station.do("alarm", device="png-01", cause="x" * 64)
    station.do("alarm", device="png-02", mark="drill")
    station.do("alarm", device="png-99", kind="rest")
    page.locator("li.case").first.get_by_role("button", name="Accept").click()
    expect(page.locator("li.case", has_text="Ada Admin has it")).to_be_visible()
    for route in PAGES:
        go(page, station, route)
        found = page.evaluate("""() => ({
            width: document.documentElement.scrollWidth,
            small: [...document.querySelectorAll("#console *")]
                .filter((e) => e.innerText && parseFloat(getComputedStyle(e).fontSize) < 16)
                .map((e) => e.outerHTML),
        })""")
        assert found == {"width": width, "small": []}, (route, json.dumps(found))


def test_everything_comes_from_the_station_itself(console, station):
    """No third party learns that somebody watches; the page is small."""
    page = console(station, login=None)
    addresses, sizes = [], []
    page.on("request", lambda request: addresses.append(request.url))
    page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    page.reload()
    page.get_by_label("Login").wait_for()
    assert addresses
    assert all(address.startswith(station.url) for address in addresses), addresses
    assert sum(sizes) < 100_000, sum(sizes)


def test_the_page_of_a_test_message_sends_nothing_before_its_button_is_pressed(console, station):
    """A preview opens it too; what the base station answers is shown."""
    page = console(station, None)
    pressed = []

    def answer(route):
        pressed.append((route.request.method, route.request.url.rsplit("/", 1)[1]))
        route.fulfill(json={"sentence": "Thank you."})

    page.route("**/api/v1/**", answer)
    page.goto(f"{station.url}proof/ABCDEFGH23", wait_until="networkidle")
    assert pressed == []
    page.get_by_role("button", name="It has reached me").click()
    expect(page.get_by_role("status")).to_have_text("Thank you.")
    # What follows asks only whether this phone could be told too.
    assert pressed[0] == ("POST", "ABCDEFGH23")
    assert {method for method, _ in pressed[1:]} <= {"GET"}
