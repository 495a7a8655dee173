"""The settings of a device, ordered on its page: limits and sums are shown, each change is asked for once."""

import pytest
from playwright.sync_api import expect

from tests.browser.accessible import faults_of
from tests.browser.test_pages import go

pytestmark = pytest.mark.browser


def test_settings_are_ordered_with_their_sums_in_view_and_nobody_is_overwritten(console, station):
    """Too long a sum is said before anything is sent, and refused; whoever was quicker is named."""
    otto = console(station, "otto")
    go(otto, station, "#/device/png-01")
    form = otto.get_by_role("region", name="Order settings")
    expect(form).to_contain_text("WHICH SETTINGS THIS DEVICE HAS IS NOT KNOWN HERE")
    rest = form.get_by_role("group", name="Rest alarm")
    expect(rest).to_contain_text("5 to 90 s, usually 60")
    expect(rest).to_contain_text("75.2 s of at most 90 s")
    rest.get_by_label("Detection").fill("80")
    expect(rest.get_by_role("alert")).to_contain_text("95.2 s: TOO LONG, at most 90 s")
    form.get_by_role("button", name="Order the settings").click()
    form.get_by_role("button", name="Yes, order them").click()
    expect(form.get_by_role("alert").filter(has_text="These settings cannot be used")).to_be_visible()
    expect(rest.get_by_label("Detection")).to_have_value("80")
    rest.get_by_label("Detection").fill("45")
    expect(form).to_contain_text("Detection: 60 s becomes 45 s")
    assert faults_of(otto) == []
    status = otto.evaluate("""() => fetch("/api/v1/devices/png-01/settings", { method: "PUT",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ values: { tilt_limit_deg: 45 }, is_whole: true }) })
        .then((answer) => answer.status)""")
    assert status == 202
    expect(form).to_contain_text("Version 1 was ordered meanwhile")
    form.get_by_role("button", name="Discard what I typed").click()
    rest.get_by_label("Detection").fill("50")
    form.get_by_role("button", name="Order the settings").click()
    form.get_by_role("button", name="Yes, order them").click()
    expect(form.get_by_role("status").filter(has_text="Sent to png-01")).to_be_visible()
    history = otto.get_by_role("region", name="Settings").locator("li")
    expect(history.first).to_contain_text("Version 2")
