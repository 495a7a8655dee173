"""The console in German: the whole story of an alarm, without an English word."""

import re

import pytest
from playwright.sync_api import expect

from tests.basestation.web.control_room import PASSWORD
from tests.browser.conftest import log_in

pytestmark = pytest.mark.browser


def test_an_alarm_is_taken_and_closed_in_german(console, station):
    """Who asks for German gets it from the log-in on: words, day and hour, the reasons of the all clear."""
    page = console(station, login=None, locale="de-DE")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    page.get_by_label("Anmeldename").fill("olga")
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden").click()
    expect(page.get_by_text("Kein offener Alarm")).to_be_visible()
    assert re.search(r"bis (Mo|Di|Mi|Do|Fr|Sa|So|\d\d:)", page.locator(".at-work").inner_text())
    station.do("alarm", device="png-01", kind="fall")
    row = page.locator("li.case", has_text="Anna Beispiel")
    expect(row).to_contain_text("Sturzalarm")
    expect(row).to_contain_text("Nicht übernommen")
    expect(page.locator("[aria-live=assertive]")).to_contain_text(
        "Neuer Alarm: Sturzalarm, Anna Beispiel, Hall 3"
    )
    row.get_by_role("button", name="Übernehmen").click()
    expect(row).to_contain_text("Olga Operator hat übernommen")
    expect(row.locator(".next")).to_contain_text("nach der Ankunft gefragt, und alle werden wieder gerufen")
    row.get_by_role("button", name="Vor Ort").click()
    row.get_by_role("button", name="Entwarnung").click()
    page.get_by_role("dialog").get_by_label("Der Person wurde vor Ort geholfen").check()
    page.get_by_role("button", name="Fall schließen: Entwarnung").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.goto(f"{station.url}#/case/1")
    expect(page.locator(".timeline")).to_contain_text("Olga Operator: Entwarnung")


def test_language_and_theme_follow_whoever_logs_in(console, station):
    """Chosen once in the header; the sound of the page that is loaded anew is off and says so."""
    page = console(station, color_scheme="dark")
    page.get_by_role("button", name="Light theme").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.get_by_role("button", name="Die Konsole auf Deutsch").click()
    expect(page.get_by_role("heading", name="Offene Alarme")).to_be_visible()
    expect(page.get_by_text("TON AUS")).to_be_visible()
    other = console(station, login=None, color_scheme="dark")
    other.get_by_role("button", name="Die Konsole auf Deutsch").click()
    expect(other.get_by_role("heading", name="An der Konsole anmelden")).to_be_visible()
    other.get_by_role("button", name="The console in English").click()
    log_in(other, "olga")
    expect(other.get_by_role("heading", name="Offene Alarme")).to_be_visible()
    expect(other.locator("html")).to_have_attribute("data-theme", "light")
