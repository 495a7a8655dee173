"""Place, tone and coverage on the pages of the console."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_the_case_page_shows_where_the_wearer_was_heard_and_orders_the_tone(console, station):
    """A beacon nobody has listed by its name; the device has not answered yet."""
    page = console(station)
    alarm = station.do("alarm", device="png-01")["alarm"]
    station.do("say", device="png-01", kind="place", alarm=alarm, beacons={"gate-3": -52}, age_s=0)
    page.goto(station.url + "#/case/1")
    expect(page.locator("dl").first).to_contain_text("gate-3 (-52 dBm, 0:0")
    expect(page.locator("dl").first).to_contain_text("gate-3 (not on the list)")
    page.get_by_role("button", name="Tone on").click()
    expect(page.get_by_role("group", name="Location tone")).to_contain_text("on: waiting for the device")


def test_a_changed_building_asks_for_a_walk_and_a_walk_is_begun_on_its_page(console, station):
    """The notice stands beside the alarms until somebody walks; the map says that it has nothing yet."""
    page = console(station, "ada")
    page.goto(station.url + "#/coverage")
    page.get_by_role("button", name="The building has changed").click()
    expect(page.get_by_role("region", name="Coverage")).to_contain_text("Hall 3: the building has changed")
    page.get_by_role("button", name="Begin a walk").click()
    walk = page.locator("main a", has_text="Hall 3")
    expect(walk).to_contain_text("png-01")
    expect(page.get_by_role("region", name="Coverage", exact=True)).to_have_count(0)
    walk.click()
    expect(page.get_by_role("heading", name="Map of Hall 3")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Nothing was measured yet.")
    page.get_by_role("button", name="End the walk").click()
    expect(page.get_by_role("button", name="End the walk")).to_have_count(0)
