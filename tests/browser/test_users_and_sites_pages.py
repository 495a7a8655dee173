"""Log-ins with roles at sites, and sites with zones: added, changed, undone, and never overwritten unseen."""

import pytest
from playwright.sync_api import expect

from tests.browser.accessible import faults_of
from tests.browser.conftest import log_in

pytestmark = pytest.mark.browser


def part(page, name):
    """Return the part of the page with this heading."""
    return page.locator("section").filter(has=page.get_by_role("heading", name=name, exact=True))


def choose_password(phone, code):
    """Choose a password with a code, on a page that axe finds nothing wrong with."""
    phone.get_by_role("button", name="I have a code").click()
    phone.get_by_label("Login").fill("nora")
    phone.get_by_label("Code").fill(code)
    phone.get_by_label("New password").fill("long enough pw")
    phone.get_by_role("button", name="Choose the password").click()
    expect(phone.get_by_role("status")).to_contain_text("The password is set")
    assert faults_of(phone) == []


def test_somebody_gets_a_role_at_one_site_logs_in_by_a_code_and_sees_that_site_only(console, station):
    """A site and its zone, a log-in with a code, a snapshot without the other site; axe finds nothing."""
    station.do("alarm", device="png-01")
    page = console(station, "ada")
    page.goto(f"{station.url}#/sites")
    new = part(page, "Add a site")
    new.get_by_label("Name").fill("Depot")
    new.get_by_label("Time zone").fill("Europe/Nowhere")
    new.get_by_role("button", name="Add a site").click()
    expect(new.get_by_role("alert")).to_contain_text("no time zone")
    expect(new.get_by_label("Name")).to_have_value("Depot")
    new.get_by_label("Time zone").fill("Europe/London")
    new.get_by_role("button", name="Add a site").click()
    depot = part(page, "Depot")
    depot.get_by_text("Add a zone", exact=True).first.click()
    depot.get_by_label("Name").first.fill("Tank farm")
    depot.get_by_label("What is dangerous there").fill("Gas")
    depot.get_by_role("button", name="Add a zone").click()
    expect(depot.locator(".hazard")).to_contain_text("Gas")
    assert faults_of(page) == []
    page.goto(f"{station.url}#/users")
    added = part(page, "Add a log-in")
    added.get_by_label("Login").fill("nora")
    added.get_by_label("Name shown to others").fill("Nora Neu")
    added.get_by_label("Site").select_option("Depot")
    added.get_by_role("button", name="Add a log-in").click()
    code = page.locator(".one-time-code").inner_text()
    expect(part(page, "Nora Neu").get_by_role("listitem")).to_have_text("operator: Depot")
    assert faults_of(page) == []
    phone = console(station, None, width=390, height=844)
    choose_password(phone, code)
    phone.get_by_role("button", name="Back to the log-in").click()
    log_in(phone, "nora", "long enough pw")
    expect(phone.get_by_role("heading", name="Open alarms")).to_be_visible()
    expect(phone.get_by_text("Anna Beispiel")).to_have_count(0)
    nora = part(page, "Nora Neu")
    nora.get_by_text("Change", exact=True).click()
    nora.get_by_label("Site").select_option("All sites")
    nora.get_by_role("button", name="Save").click()
    expect(phone.get_by_text("Anna Beispiel").first).to_be_visible()
    nora.get_by_text("History").click()
    expect(nora.locator("ol li")).to_have_count(3)
    nora.get_by_role("button", name="Undo the last change").click()
    expect(nora.get_by_role("listitem").first).to_have_text("operator: Depot")
    # A row that was under the pointer stays behind until the list is left.
    phone.reload()
    expect(phone.get_by_role("heading", name="Open alarms")).to_be_visible()
    expect(phone.get_by_text("Anna Beispiel")).to_have_count(0)


def test_two_who_change_the_same_site_do_not_overwrite_each_other(console, station):
    """The second is told who was faster; what they typed stays, and the page fits a phone."""
    pages = [console(station, login, **size) for login, size in (("ada", {}), ("otto", {"width": 390}))]
    forms = []
    for page, name in zip(pages, ("Plant", "Works"), strict=True):
        page.goto(f"{station.url}#/sites")
        site = page.locator("main section").first
        site.get_by_text("Change:").click()
        form = site.locator("form").filter(has=page.get_by_role("button", name="Save"))
        form.get_by_label("Name").fill(name)
        form.get_by_label("Time zone").fill("Europe/Berlin")
        forms.append(form)
    forms[0].get_by_role("button", name="Save").click()
    expect(pages[0].get_by_role("heading", name="Plant", exact=True)).to_be_visible()
    forms[1].get_by_role("button", name="Save").click()
    expect(forms[1].get_by_role("alert")).to_contain_text("NOT DONE: Ada Admin")
    expect(forms[1].get_by_label("Name")).to_have_value("Works")
    assert pages[1].evaluate("document.documentElement.scrollWidth <= innerWidth")
    forms[1].get_by_role("button", name="Discard").click()
    pages[1].goto(f"{station.url}#/users")
    expect(pages[1].get_by_role("heading", name="Your password")).to_be_visible()
    expect(pages[1].get_by_role("heading", name="Add a log-in")).to_have_count(0)
    assert faults_of(pages[1]) == []
