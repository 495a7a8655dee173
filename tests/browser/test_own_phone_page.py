"""The button for an own phone on the pages of responders; no push service of a browser is asked."""

import os

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def page(chromium, tmp_path, process):
    """A page of 390 px at a base station with web push; it must raise no fault."""
    process.open(tmp_path)
    process.do("staff")
    process.do("web_push")
    context = chromium.new_context(viewport=PHONE)
    page = context.new_page()
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    yield page
    assert not faults, faults
    context.close()


def shoot(page, name) -> None:
    """Keep a picture of the page where somebody wants to look at it."""
    folder = os.environ.get("RUFWEITE_PICTURES")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_the_refusal_of_a_browser_is_said_on_the_page_of_a_test_message(page, process):
    """In both languages, after the press that confirms; the button stays for another try."""
    page.goto(f"{process.url}proof/{process.do('ask', responder_id=2)['code']}")
    own = page.get_by_role("button", name="Tell me on this phone, too Auch auf diesem Telefon melden")
    expect(own).to_have_count(0)
    page.get_by_role("button", name="It has reached me").click()
    expect(own).to_be_visible()
    shoot(page, "proof-offered")
    own.click()
    answer = page.locator(".own-phone [role=status]")
    expect(answer).to_contain_text("This browser does not allow notifications.")
    expect(answer).to_contain_text("Dieser Browser erlaubt keine Mitteilungen.")
    expect(own).to_be_enabled()
    shoot(page, "proof-refused")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_on_the_page_of_a_case_the_button_stands_below_everything_else(page, process):
    """In the language of its holder; a browser that cannot do it says so."""
    page.add_init_script("delete globalThis.PushManager")
    process.do("alarm", device="png-01", kind="fall")
    page.goto(f"{process.url.rstrip('/')}{process.do('page', who='person/1', notice_id=2)['path']}")
    own = page.get_by_role("button", name="Auch auf diesem Telefon melden")
    expect(own).to_be_visible()
    verb = page.locator("#verbs button:visible, #verbs summary:visible").last
    assert own.bounding_box()["y"] > verb.bounding_box()["y"]
    assert own.bounding_box()["height"] >= 64
    own.click()
    expect(page.locator(".own-phone [role=status]")).to_contain_text("Dieser Browser kann das nicht.")
    shoot(page, "case-refused")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
