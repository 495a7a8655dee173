"""The header and its menu: small on a phone, by keyboard, what the role may open, never over an alarm."""

import pytest
from playwright.sync_api import expect

from tests.browser.accessible import faults_of

pytestmark = pytest.mark.browser

#: Of the header, on a phone of 390 px with nobody's protection missing.
HEADER_PX_MAX = 120


def offered(page) -> list[str]:
    """Return what the open menu offers."""
    return page.locator("#menu a").all_inner_texts()


def test_the_menu_offers_what_the_role_may_open_and_is_used_by_keyboard(console, station):
    """Escape gives the focus back, a page that was chosen takes it; the search is in it on a phone."""
    page = console(station, width=390, height=844)
    header = page.locator("header")
    assert header.bounding_box()["height"] <= HEADER_PX_MAX
    button, menu = page.get_by_role("button", name="Menu"), page.get_by_role("navigation", name="All pages")
    expect(menu).to_be_hidden()
    expect(page.get_by_role("button", name="Log out")).to_be_hidden()
    button.press("Enter")
    expect(menu).to_be_visible()
    assert "Handover" in offered(page)
    assert not {"Rescue chains", "Programs and tokens", "Workers' access"} & set(offered(page))
    assert faults_of(page) == []
    assert [box for one in menu.get_by_role("link").all() if (box := one.bounding_box())["height"] < 44] == []
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(button).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_role("combobox", name="Search")).to_be_focused()
    menu.get_by_role("link", name="Closed cases").press("Enter")
    expect(page.get_by_role("heading", name="Closed cases")).to_be_visible()
    expect(menu).to_be_hidden()
    expect(page.locator("main")).to_be_focused()

    other = console(station, "ada")
    other.get_by_role("button", name="Menu").click()
    assert {"Rescue chains", "Programs and tokens", "Workers' access"} <= set(offered(other))
    station.do("alarm", device="png-01", kind="fall")
    expect(other.locator("li.case")).to_be_visible()
    expect(other.get_by_role("navigation", name="All pages")).to_be_hidden()
