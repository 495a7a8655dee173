"""The responder's page on a phone of 390 px: pressed, cut off, and without scripts."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

#: The least height of anything to press, for gloves.
TOUCH_PX = 64


@pytest.fixture
def alarmed(tmp_path, process):
    """A base station whose helpers are called for Anna."""
    process.open(tmp_path)
    process.do("staff")
    process.do("alarm", device="png-01", kind="fall")
    return process


@pytest.fixture
def phone(chromium, alarmed):
    """Return a function that opens somebody's page on a phone."""
    contexts = []

    def open_page(who="person/2", **more):
        context = chromium.new_context(viewport={"width": 390, "height": 844}, **more)
        contexts.append(context)
        page = context.new_page()
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        path = alarmed.do("page", who=who, notice_id=2)["path"]
        # With everything loaded: before its script is there a press is a plain form's.
        page.goto(f"{alarmed.url.rstrip('/')}{path}", wait_until="networkidle")
        return page

    yield open_page
    for context in contexts:
        for page in context.pages:
            assert not page.faults, page.faults
        context.close()


def check_size(page) -> None:
    """See that everything to press is large and nothing lies beside the screen."""
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for element in page.locator("button:visible, summary:visible, a:visible").all():
        box = element.bounding_box()
        assert box["height"] >= TOUCH_PX, element.inner_text()
        assert box["width"] >= TOUCH_PX, element.inner_text()


def test_a_helper_takes_it_goes_there_and_ends_it_on_a_phone(phone, alarmed):
    """Four presses, minutes and a reason; somebody else's page says so, and both are over at the end."""
    page = phone(color_scheme="dark")
    other = phone("person/1")
    check_size(page)
    page.get_by_role("button", name="ACCEPT").click()
    expect(page.locator("#facts")).to_contain_text("YOU HAVE IT")
    expect(other.locator("#facts")).to_contain_text("Cara Muster hat ihn")
    page.get_by_text("On the way …").click()
    check_size(page)
    page.get_by_role("button", name="5", exact=True).click()
    expect(other.locator("#more")).to_contain_text("Cara Muster: unterwegs, dort um")
    page.get_by_role("button", name="I am on the scene").click()
    expect(page.locator("#more")).to_contain_text("you: on the scene")
    page.get_by_text("All clear …").click()
    end = page.locator("form.all_clear")
    end.get_by_label("Worker was helped on the spot").check()
    end.get_by_label("In your words").fill("She is well")
    check_size(page)
    page.locator("form.all_clear").get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This case is over.")
    expect(other.get_by_role("heading", level=1)).to_have_text("Dieser Fall ist vorbei.")
    assert "Anna" not in page.locator("body").inner_text()
    case = alarmed.do("case", id=1)
    assert (case["state"], case["closed_by"]) == ("CLOSED", "Cara Muster")
    assert case["reason"] == "Worker was helped on the spot: She is well"


def test_a_press_that_did_not_reach_the_base_never_looks_done(phone, alarmed):
    """The button says so and repeats the same press; what is typed stays; a silent base is shown as such."""
    page = phone()
    page.route("**/accept", lambda route: route.abort())
    accept = page.locator("form.accept button")
    accept.click()
    expect(accept).to_have_text("ACCEPT: NOT SENT. Press again.")
    assert alarmed.do("case", id=1)["state"] == "RECEIVED"
    page.unroute("**/accept")
    page.route("**/accept", lambda route: (route.fetch(), route.abort()))
    accept.click()
    expect(accept).to_have_text("ACCEPT: NOT SENT. Press again.")
    page.unroute("**/accept")
    page.get_by_text("Need more people …").click()
    page.get_by_label("What is needed?").fill("a ladder")
    expect(page.locator("#facts")).to_contain_text("YOU HAVE IT")
    expect(page.get_by_label("What is needed?")).to_have_value("a ladder")
    expect(page.locator("#lost")).to_be_hidden()
    alarmed.freeze()
    try:
        expect(page.locator("#lost")).to_be_visible()
    finally:
        alarmed.thaw()
    expect(page.locator("#lost")).to_be_hidden()
    called = {call["key"]: call["ways"][0]["opened_at"] for call in alarmed.do("case", id=1)["called"]}
    assert called["person/2"] is not None
    assert called["person/1"] is None


def test_a_phone_without_scripts_takes_it_and_says_that_it_is_on_the_way(phone, alarmed):
    """A real browser tells no referrer and posts a plain form all the same; opened is then not known."""
    page = phone(java_script_enabled=False)
    check_size(page)
    page.get_by_role("button", name="ACCEPT").click()
    expect(page.locator("#said")).to_contain_text("You have it.")
    page.get_by_text("On the way …").click()
    page.get_by_role("button", name="10", exact=True).click()
    expect(page.locator("#said")).to_contain_text("You are on the way, 10 minutes.")
    case = alarmed.do("case", id=1)
    assert (case["state"], case["accepted_by"]) == ("DISPATCHED", "Cara Muster")
    assert case["called"][1]["ways"][0]["opened_at"] is None
