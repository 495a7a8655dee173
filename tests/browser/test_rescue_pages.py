"""The pages of the rescue chain: people, rota and chain are set up there and count from then on."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_pages import go

pytestmark = pytest.mark.browser


def somebody_is_added(page, station) -> None:
    """Add Lea Leiter with an address by the forms."""
    go(page, station, "#/responders")
    page.get_by_text("Add a person", exact=True).click()
    new = page.get_by_role("form", name="Add a person")
    new.get_by_label("Name").fill("Lea Leiter")
    new.get_by_role("button", name="Add").click()
    lea = page.get_by_role("listitem", name="Lea Leiter")
    lea.locator("summary").first.click()
    lea.get_by_role("button", name="One more address").click()
    lea.get_by_role("button", name="Save the addresses").click()
    lea.get_by_label("Channel").fill("log")
    lea.get_by_label("Address", exact=True).fill("lea")
    lea.get_by_role("button", name="Save the addresses").click()
    expect(lea).to_contain_text("Saved.")


def test_somebody_is_added_gets_a_duty_and_is_called_by_the_chain(console, station):
    """Person, address, duty, plan and chain by the forms alone; then the dry truth of an alarm."""
    page = console(station, "otto")
    somebody_is_added(page, station)
    go(page, station, "#/rota")
    duties = page.get_by_role("region", name="Duties")
    duties.get_by_label("Duty").fill("First aid")
    duties.get_by_role("button", name="Add").click()
    expect(duties.get_by_role("listitem")).to_contain_text("First aid")
    plan = page.get_by_role("region", name="Plan", exact=False).first
    plan.get_by_label("Duty").select_option("First aid")
    plan.get_by_label("Person").select_option("Lea Leiter")
    for day in ("Sa", "Su"):
        plan.get_by_label(day, exact=True).check()
    plan.get_by_label("From", exact=True).fill("00:00")
    plan.get_by_label("Until").fill("00:00")
    plan.get_by_role("button", name="Add").click()
    expect(plan.get_by_role("listitem")).to_contain_text(
        "First aid: Lea Leiter, Mo Tu We Th Fr Sa Su 00:00-00:00"
    )

    go(page, station, "#/chain")
    page.get_by_role("button", name="One more level").click()
    level = page.get_by_role("group", name="Level 2")
    level.get_by_label("Who").select_option("Duty")
    level.get_by_label("Name").last.select_option("First aid")
    level.get_by_label("Seconds to answer").fill("5")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="set it between 10 s and 900 s")).to_be_visible()
    level.get_by_label("Seconds to answer").fill("30")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".said", has_text="Saved.")).to_be_visible()

    station.do("alarm", device="png-01")
    go(page, station, "#/")
    page.get_by_role("button", name="Call more now").click()
    page.get_by_role("link", name="All verbs").click()
    called = page.get_by_role("region", name="Who was called")
    expect(called.locator("li", has_text="Lea Leiter").first).to_contain_text("sent, ")


def test_what_is_retired_is_asked_about_once_and_gone(console, station):
    """A duty without anybody is seen, not hidden."""
    station.do("responder", name="Lea Leiter", channel="log", address="lea")
    page = console(station, "otto")
    go(page, station, "#/rota")
    absences = page.get_by_role("region", name="Absences")
    absences.get_by_label("Person").select_option("Lea Leiter")
    absences.get_by_label("From").fill("2026-12-24T00:00")
    absences.get_by_label("Until").fill("2026-12-27T00:00")
    absences.get_by_role("button", name="Add").click()
    entry = absences.get_by_role("listitem")
    expect(entry).to_contain_text("Lea Leiter, 24 Dec 2026")
    entry.get_by_role("button", name="Retire").click()
    entry.get_by_role("button", name="No").click()
    entry.get_by_role("button", name="Retire").click()
    entry.get_by_role("button", name="Yes, retire").click()
    expect(entry).to_have_count(0)


def test_an_operator_reads_the_chain_and_changes_nothing_of_it(console, station):
    """Numbers of people are nobody else's business."""
    page = console(station, "olga")
    go(page, station, "#/register")
    expect(page.get_by_role("region", name="Rescue chain")).to_contain_text("Control room")
    expect(page.get_by_role("link", name="Change the chain")).to_have_count(0)
    go(page, station, "#/chain")
    expect(page.get_by_role("heading", name="Open alarms")).to_be_visible()
