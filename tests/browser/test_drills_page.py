"""Drills in the browser: planned, begun, observed on a phone that loses its link, ended, on record."""

import os

import pytest
from playwright.sync_api import expect

from tests.browser.accessible import faults_of

pytestmark = pytest.mark.browser


def shot(page, name: str) -> None:
    """Keep a picture where somebody wants to look at it."""
    folder = os.environ.get("RUFWEITE_SHOTS")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def planned(page, station):
    """Plan a drill at hall 3 and open it."""
    page.goto(f"{station.url}#/drills")
    form = page.get_by_role("region", name="Plan a drill")
    form.get_by_label("Workplace").select_option("Hall 3")
    form.get_by_label("Shift").fill("day")
    form.get_by_label("Scenario").fill("Fallen from the ladder")
    form.get_by_label("Where the dummy").fill("Behind pump 4")
    form.get_by_label("When").fill("2026-03-02T10:00")
    form.get_by_label("Observers").fill("Vera Viewer")
    form.get_by_role("button", name="Plan a drill").click()
    expect(form.get_by_role("status")).to_contain_text("planned")
    assert faults_of(page) == []
    shot(page, "drills-1280")
    page.get_by_role("link", name="Hall 3, day").click()


def test_a_drill_is_planned_begun_observed_offline_and_put_on_record(console, station):
    """What was pressed without a link is told to be unsent, sent once, corrected beside the old time."""
    page = console(station, login="otto")
    planned(page, station)
    page.get_by_role("button", name="Begin the drill").click()
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_role("link", name="Case 1")).to_be_visible()
    link = page.get_by_role("link", name="Open the page of Vera Viewer").get_attribute("href")
    phone = console(station, login=None, width=390, height=844)
    phone.goto(station.url.rstrip("/") + link)
    expect(phone.get_by_role("heading", name="Hall 3")).to_be_visible()
    assert faults_of(phone) == []
    shot(phone, "observer-390")
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Person found").click()
    expect(phone.locator(".noted.waiting")).to_be_visible()
    expect(phone.get_by_role("alert")).to_contain_text("NO LINK")
    shot(phone, "observer-offline-390")
    phone.context.set_offline(False)
    expect(phone.get_by_text("✓ taken")).to_be_visible()
    phone.get_by_role("button", name="First aid begun").click()
    phone.get_by_role("button", name="Correct: First aid begun").click()
    assert faults_of(phone) == []
    phone.get_by_role("button", name="Leave it as it is").click()
    phone.get_by_role("button", name="Correct: Person found").click()
    phone.get_by_role("button", name="Take it back").click()
    expect(phone.get_by_role("button", name="Person found", exact=True)).to_be_visible()
    notes = page.get_by_role("region", name="What observers noted")
    expect(notes.get_by_role("listitem")).to_have_count(3)
    expect(notes).to_contain_text("corrected")
    page.get_by_role("button", name="End the drill").click()
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_text("Help on the spot after")).to_be_visible()
    # Nobody has accepted.
    expect(page.get_by_text("NOT PASSED")).to_be_visible()
    assert faults_of(page) == []
    shot(page, "drill-1280")
    page.set_viewport_size({"width": 390, "height": 844})
    shot(page, "drill-390")
    with page.expect_download() as loading:
        page.get_by_role("link", name="PDF").click()
    assert loading.value.path().read_bytes()[:4] == b"%PDF"
