"""The list of alarms in a real browser: what appears, what stays where it is, what the verbs do."""

import pytest
from playwright.sync_api import expect

from tests.browser.accessible import faults_of

pytestmark = pytest.mark.browser


def row(page, name: str):
    """Return the row of the list that says `name`."""
    return page.locator("li.case", has_text=name)


def names(page) -> list[str]:
    """Return the names in the rows, from above."""
    return page.locator("li.case .who").all_inner_texts()


def test_an_alarm_appears_without_reload_with_everything_an_operator_needs(console, station):
    """Kind, worker, place, way in, age, state, what happens next, and the verbs that cannot wait."""
    page = console(station)
    expect(page.get_by_text("No open alarm")).to_be_visible()
    station.do("alarm", device="png-01")
    anna = row(page, "Anna Beispiel")
    expect(anna).to_contain_text("Manual alarm")
    expect(anna).to_contain_text("Hall 3")
    expect(anna).to_contain_text("Gate B, left")
    expect(anna).to_contain_text("Not accepted")
    expect(anna.locator("time")).to_contain_text("0:0")
    expect(anna.locator(".next")).to_contain_text("calls")
    expect(anna.locator(".countdown")).to_contain_text("in 0:")
    offered = [button.inner_text() for button in anna.get_by_role("button").all()]
    assert offered == ["Accept", "On the way…", "On scene", "Call more now"]
    expect(page.locator("[aria-live=assertive]")).to_contain_text(
        "New alarm: Manual alarm, Anna Beispiel, Hall 3"
    )


def test_the_age_counts_up_and_the_escalation_counts_down_by_the_stations_clock(console, station):
    """Also when the browser's own clock is a day wrong."""
    page = console(station, clock_at="2020-01-01T00:00:00Z")
    station.do("alarm", device="png-01")
    anna = row(page, "Anna Beispiel")
    expect(anna.locator("time")).to_have_text("0:02")
    expect(anna.locator(".countdown")).to_have_text("in 0:57")


def test_the_verbs_reach_the_engine_and_each_has_its_own_place(console, station):
    """Accept, on the way in 5, on scene, all clear with a reason; a second press never meets another verb."""
    page = console(station)
    station.do("alarm", device="png-01")
    anna = row(page, "Anna Beispiel")
    accept = anna.get_by_role("button", name="Accept")
    place = accept.bounding_box()
    accept.click()
    expect(anna).to_contain_text("Olga Operator has it")
    assert station.do("case", id=1)["state"] == "ACCEPTED"
    for button in anna.get_by_role("button").all():
        box = button.bounding_box()
        assert box["y"] >= place["y"] + place["height"], "a verb lies where accept was"
    anna.get_by_role("button", name="On the way").click()
    page.get_by_role("button", name="5 min", exact=True).click()
    expect(anna.locator(".state")).to_contain_text("Help on the way")
    expect(anna.locator(".helpers")).to_contain_text("Olga Operator is on the way, there in 4:5")
    anna.get_by_role("button", name="On scene").click()
    expect(anna.locator(".state")).to_contain_text("Help on scene")
    expect(anna.locator(".helpers")).to_contain_text("Olga Operator is on scene since")
    anna.get_by_role("button", name="All clear").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Close the case").click()
    expect(dialog).to_contain_text("Choose a reason or write one")
    dialog.get_by_label("Worker was helped on the spot").check()
    dialog.get_by_label("In your words").fill("sprained ankle")
    dialog.get_by_role("button", name="Close the case").click()
    expect(dialog).to_have_count(0)
    page.mouse.move(5, 5)
    expect(page.get_by_text("No open alarm")).to_be_visible()
    case = station.do("case", id=1)
    assert (case["state"], case["closed_by"]) == ("CLOSED", "Olga Operator")
    assert case["reason"] == "Worker was helped on the spot: sprained ankle"


def test_a_technical_alarm_is_acknowledged_and_told_from_a_persons(console, station):
    """By word and shape, not only by colour; it sounds different, too."""
    page = console(station)
    station.do("alarm", device="png-02", kind="technical", cause="accelerometer")
    bruno = row(page, "Bruno Muster")
    expect(bruno).to_contain_text("Technical alarm")
    expect(bruno).to_contain_text("Not acknowledged")
    expect(bruno).to_contain_text("accelerometer")
    bruno.get_by_role("button", name="Acknowledge").click()
    expect(bruno).to_contain_text("Olga Operator knows")
    assert station.do("case", id=1)["state"] == "ACKNOWLEDGED"


def test_the_order_is_held_while_the_pointer_is_in_the_list_and_true_again_after(console, station):
    """No row moves from under the pointer; the new case is named, at the end, until one leaves or sorts."""
    page = console(station)
    station.do("alarm", device="png-02", kind="rest")
    bruno = row(page, "Bruno Muster")
    bruno.hover(position={"x": 200, "y": 40})
    before = bruno.bounding_box()
    station.do("alarm", device="png-01", kind="manual")
    expect(row(page, "Anna Beispiel")).to_be_visible()
    assert names(page) == ["Bruno Muster", "Anna Beispiel"]
    assert bruno.bounding_box() == before
    order = page.locator(".order-line")
    expect(order).to_contain_text("Order held")
    expect(order).to_contain_text("1 NEW at the end: Manual alarm, Anna Beispiel")
    page.mouse.move(5, 5)
    expect(order).to_contain_text("Order: not accepted")
    expect(page.locator("li.case .who")).to_have_text(["Anna Beispiel", "Bruno Muster"])


def test_the_order_can_be_made_true_at_once(console, station):
    """For who wants to stay in the list."""
    page = console(station)
    station.do("alarm", device="png-02", kind="rest")
    row(page, "Bruno Muster").get_by_role("link").first.focus()
    station.do("alarm", device="png-01", kind="manual")
    expect(page.locator("li.case .who")).to_have_text(["Bruno Muster", "Anna Beispiel"])
    page.get_by_role("button", name="Sort now").click()
    expect(page.locator("li.case .who")).to_have_text(["Anna Beispiel", "Bruno Muster"])


def test_a_case_that_ends_leaves_its_row_until_the_pointer_has_left(console, station):
    """What lies below does not jump up under the pointer."""
    page = console(station)
    station.do("say", device="png-02", kind="raised", alarm="1-7", alarm_kind="technical", repeat=0)
    station.do("alarm", device="png-01", kind="technical")
    rows = page.locator("li.case")
    expect(rows).to_have_count(2)
    rows.nth(1).hover(position={"x": 200, "y": 40})
    before = rows.nth(1).bounding_box()
    other = console(station, "otto")
    other.locator("li.case").nth(0).get_by_role("button", name="Acknowledge").click()
    expect(other.locator("li.case", has_text="Otto Officer knows")).to_have_count(1)
    station.do("say", device="png-02", kind="gone", alarm="1-7", alarm_kind="technical")
    expect(rows.nth(0)).to_contain_text("No longer open")
    assert rows.nth(1).bounding_box() == before
    page.mouse.move(5, 5)
    expect(rows).to_have_count(1)


def test_the_keyboard_is_enough_and_the_focus_stays_in_the_row(console, station):
    """Tab, Enter, and no verb is pressed by a key that is held down."""
    page = console(station)
    station.do("alarm", device="png-01")
    station.do("alarm", device="png-02")
    anna = row(page, "Anna Beispiel")
    accept = anna.get_by_role("button", name="Accept")
    accept.focus()
    page.keyboard.down("Enter")
    expect(anna).to_contain_text("Olga Operator has it")
    page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    assert page.evaluate("document.activeElement.dataset.case") == anna.get_attribute("data-case")
    assert station.do("case", id=1)["state"] == "ACCEPTED"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "On the way…"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(anna.locator(".state")).to_contain_text("Help on scene")


def test_two_operators_never_overwrite_each_other_silently(console, station):
    """Who presses on an old picture reads in the row who was first."""
    first, second = console(station, "olga"), console(station, "otto", is_deaf_on_request=True)
    station.do("alarm", device="png-01")
    accept = row(second, "Anna Beispiel").get_by_role("button", name="Accept")
    expect(accept).to_be_visible()
    second.deaf.append(True)
    row(first, "Anna Beispiel").get_by_role("button", name="Accept").click()
    expect(row(first, "Anna Beispiel")).to_contain_text("Olga Operator has it")
    accept.click()
    expect(row(second, "Anna Beispiel").get_by_role("alert")).to_contain_text(
        "Olga Operator has accepted this case"
    )


def test_a_pre_alarm_is_shown_quietly_apart_until_it_is_raised(console, station):
    """The worker can still cancel; nothing sounds and nothing is to be pressed."""
    page = console(station)
    station.do("say", device="png-01", kind="pre-alarm", alarm="1-5", alarm_kind="rest", deadline_ms=20000)
    aside = page.locator(".pre-alarms")
    expect(aside).to_contain_text("Rest alarm, Anna Beispiel")
    expect(aside).to_contain_text("raised by itself in 0:1")
    expect(page.locator("li.case")).to_have_count(0)
    assert page.title() == "Rufweite"
    station.do("alarm", device="png-01", kind="rest", alarm="1-5")
    expect(row(page, "Anna Beispiel")).to_contain_text("Not accepted")
    expect(aside).not_to_contain_text("Anna Beispiel")


def test_a_test_alarm_cannot_be_taken_for_a_real_one(console, station):
    """By its word and its hatching; and a real one that calls the same people ends it at once."""
    page = console(station)
    station.do("alarm", device="png-01", mark="test")
    expect(row(page, "Anna Beispiel").locator(".mark")).to_have_text("TEST - no emergency")
    expect(page.locator("li.case.rehearsed")).to_have_count(1)
    for theme in ("dark", "light"):
        page.emulate_media(color_scheme=theme)
        assert faults_of(page) == []
    station.do("alarm", device="png-02", kind="rest")
    expect(page.locator("li.case .who")).to_have_text(["Bruno Muster"])
    expect(page.locator("li.case .mark")).to_have_count(0)


def test_an_alarm_off_shift_names_the_device_as_unconfirmed(console, station):
    """Nobody is sent to look for the wrong person."""
    page = console(station)
    station.do("alarm", device="png-99")
    stranger = page.locator("li.case.person", has_text="Device png-99")
    expect(stranger).to_contain_text("no wearer known")
    expect(stranger).to_contain_text("Place not known")


def test_names_are_text_and_never_markup(console, station):
    """Whatever somebody registers, nothing of it runs."""
    evil = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
    station.do("shift", worker=evil, device="png-03", workplace=evil[:60], directions=evil)
    page = console(station)
    station.do("alarm", device="png-03", cause="<b>bold</b>")
    case = page.locator("li.case")
    expect(case.locator(".who")).to_have_text(evil)
    expect(case).to_contain_text("<b>bold</b>")
    assert case.locator("img, script, b").count() == 0
    assert page.title() not in {"1", "2"}


def test_a_duress_alarm_says_do_not_call_and_names_the_cancel_it_came_with(console, station):
    """In the row, aloud and on both case pages; the wearer's word under threat proves nothing."""
    page = console(station)
    alarm = station.do("say", device="png-01", kind="pre-alarm", alarm_kind="fall", deadline_ms=15000)["id"]
    station.do("say", device="png-01", kind="cancelled", alarm=alarm, alarm_kind="fall", by="key")
    alarm = station.do("alarm", device="png-01", kind="duress")["alarm"]
    anna = row(page, "Anna Beispiel")
    expect(anna).to_contain_text("SILENT Do not call or radio the worker")
    expect(anna).to_contain_text("Came as the worker cancelled a pre-alarm: #1")
    expect(page.locator("[aria-live=assertive]")).to_contain_text("Do not call the worker.")
    below = anna.bounding_box()["height"]
    station.do("say", device="png-01", kind="all-right", alarm=alarm, alarm_kind="duress")
    expect(anna).to_contain_text("The wearer says: I am all right")
    expect(anna).to_contain_text("proves nothing")
    assert anna.bounding_box()["height"] == below, "the rows below moved"
    anna.get_by_role("link", name="SILENT duress alarm", exact=True).click()
    expect(page.locator(".timeline")).to_contain_text("The wearer says: I am all right - under threat")
    page.get_by_role("link", name="#1").click()
    expect(page.locator("dl").first).to_contain_text("UNDER DURESS, see #2")
