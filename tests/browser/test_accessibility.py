"""Every page for everybody: axe, both themes, a phone's width, 200 % zoom."""

import pytest
from playwright.sync_api import expect

from tests.browser.accessible import faults_of

pytestmark = pytest.mark.browser


def several_cases(station) -> None:
    """Let a person's, a silent, a technical and a rehearsed case be open."""
    station.do("alarm", device="png-01", kind="fall")
    station.do("alarm", device="png-02", kind="silent")
    station.do("alarm", device="png-01", kind="technical", cause="battery_low")
    station.do("alarm", device="png-02", kind="manual", mark="drill")


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_the_alarms_follow_the_systems_theme_and_axe_finds_nothing(console, station, scheme):
    """Person, silent, technical and rehearsed rows."""
    page = console(station, color_scheme=scheme)
    several_cases(station)
    expect(page.locator("li.case")).to_have_count(4)
    expect(page.locator("html")).to_have_attribute("data-theme", scheme)
    assert faults_of(page) == []
