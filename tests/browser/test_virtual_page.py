"""The virtual device on its page: the key by keyboard, light and sign, and a case that is marked."""

import os

import pytest
from playwright.sync_api import expect

from tests.browser.accessible import faults_of

pytestmark = pytest.mark.browser
#: The firmware runs in real time, and holds its key for 2 s.
WAIT_MS_MAX = 60_000


def test_a_virtual_device_raises_a_marked_alarm_and_ends_with_its_page(console, station):
    """Started by a person, pressed by keyboard, shown as a test everywhere, gone with the page."""
    page = console(station)
    page.goto(f"{station.url}#/virtual")
    expect(page.get_by_role("heading", name="Virtual device")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_role("button", name="Start the device").click()
    expect(page.get_by_text("TEST: training-")).to_be_visible(timeout=WAIT_MS_MAX)
    page.get_by_role("button", name="Lay down").click()
    expect(page.get_by_text("90°")).to_be_visible()
    key = page.get_by_role("button", name="Alarm key")
    key.focus()
    page.keyboard.down("Enter")
    raised = page.get_by_role("listitem").filter(has_text="Alarm raised, Manual alarm")
    expect(raised.first).to_be_visible(timeout=WAIT_MS_MAX)
    page.keyboard.up("Enter")
    assert faults_of(page) == []
    folder = os.environ.get("RUFWEITE_SHOTS")
    for width in (390, 1280) if folder else ():
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=f"{folder}/virtual-{width}.png", full_page=True)
    page.goto(f"{station.url}#/")
    case = page.get_by_role("listitem").filter(has_text="Device training-")
    expect(case.first).to_contain_text("TEST")
    page.goto(f"{station.url}#/virtual")
    expect(page.get_by_role("button", name="Start the device")).to_be_visible()
