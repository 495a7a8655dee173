"""Programs get their tokens, past cases are found, and a few letters find anything, by keyboard alone."""

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.accessible import faults_of
from tests.browser.test_pages import go

pytestmark = pytest.mark.browser


def test_a_token_is_made_shown_once_used_and_revoked(console, station):
    """What was typed stays while it is refused; after the revocation the program is out."""
    page = console(station, "ada")
    go(page, station, "#/tokens")
    form = page.get_by_role("region", name="Make the token")
    form.get_by_label("What the program is called").fill("Roster")
    form.get_by_role("button", name="Make the token").click()
    expect(form.get_by_role("alert")).to_have_text("Choose at least one thing it may do.")
    expect(form.get_by_label("What the program is called")).to_have_value("Roster")
    form.get_by_label("Register: read").check()
    form.get_by_role("button", name="Make the token").click()
    token = page.locator(".credential code").text_content()
    headers = {"Authorization": f"Bearer {token}"}
    assert httpx.get(f"{station.url}api/v1/workers", headers=headers).status_code == 200
    assert faults_of(page) == []
    page.get_by_role("button", name="I have it, hide it").click()
    expect(page.locator("main")).not_to_contain_text(token)
    listed = page.get_by_role("region", name="Tokens")
    listed.get_by_role("button", name="Revoke: Roster").click()
    listed.get_by_role("button", name="Yes, revoke it").click()
    expect(listed).to_contain_text("REVOKED by Ada Admin")
    assert httpx.get(f"{station.url}api/v1/workers", headers=headers).status_code == 401
    assert faults_of(page) == []


def test_a_few_letters_find_a_case_and_closed_ones_are_found_by_worker(console, station):
    """Key /, letters, arrow, Enter; then the page of closed cases, narrowed and told when nothing fits."""
    station.do("alarm", device="png-01")
    page = console(station)
    page.keyboard.press("/")
    page.keyboard.type("anna")
    options = page.get_by_role("option")
    expect(options.first).to_contain_text("Anna Beispiel")
    assert faults_of(page) == []
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.get_by_role("combobox", name="Search (key /)").fill("#1")
    expect(options.first).to_contain_text("Case")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{station.url}#/case/1")
    expect(page.locator(".case-page")).to_be_visible()
    station.do("close", id=1)
    go(page, station, "#/past")
    row = page.get_by_role("listitem").filter(has_text="#1")
    expect(row).to_contain_text("Anna Beispiel")
    expect(row).to_contain_text("All clear by Olga Operator: Worker is well")
    assert faults_of(page) == []
    page.get_by_label("Worker, a few letters").fill("bruno")
    page.get_by_role("button", name="Find").click()
    expect(page.locator("main").get_by_role("status")).to_have_text("No closed case fits.")
    expect(row).to_have_count(0)
