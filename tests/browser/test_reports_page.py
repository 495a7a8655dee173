"""The page of reports: from the case to its report, as page and as a PDF that opens, and the month."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.accessible import faults_of

pytestmark = pytest.mark.browser


def shot(page, name: str) -> None:
    """Keep a picture where somebody wants to look at it."""
    folder = os.environ.get("RUFWEITE_SHOTS")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_an_incident_and_a_month_are_read_taken_along_and_without_barriers(console, station):
    """The case leads to its report, its PDF is one, German is German, and axe finds nothing."""
    station.do("alarm", device="png-01", kind="fall")
    page = console(station)
    page.goto(f"{station.url}#/case/1")
    page.get_by_role("link", name="Report of this incident").click()
    report = page.get_by_role("article")
    expect(report).to_contain_text("Anna Beispiel")
    expect(report.get_by_role("row", name="Fall alarm")).to_have_count(0)
    expect(report).to_contain_text("still open")
    with page.expect_download() as loading:
        page.get_by_role("link", name="PDF").click()
    assert Path(loading.value.path()).read_bytes()[:4] == b"%PDF"
    assert faults_of(page) == []
    shot(page, "incident-1280")
    page.get_by_label("Language of the report").select_option("de")
    expect(report.get_by_role("heading", name="Was geschah")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    shot(page, "incident-390")
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("link", name="Reports").click()
    expect(report.get_by_role("heading", name="Geschützte Stunden in Schicht")).to_be_visible()
    assert faults_of(page) == []
    shot(page, "month-390")
    page.set_viewport_size({"width": 1280, "height": 900})
    shot(page, "month-1280")
    page.get_by_label("Number of the case").fill("99")
    page.get_by_label("Number of the case").press("Enter")
    expect(page.get_by_role("alert").filter(has_text="There is no case 99")).to_be_visible()
    expect(page.get_by_label("Number of the case")).to_have_value("99")
