"""The rescue chain on the console: who comes, who was called, two people for an end, an empty chair."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import people_at_work
from tests.browser.test_alarms import row

pytestmark = pytest.mark.browser

LEA = {"kind": "person", "name": "Lea Leiter", "ways": [{"channel": "log"}]}
CHAIN = {
    "name": "Plant",
    "levels": [
        {
            "name": "Control room",
            "recipients": [{"kind": "control_room", "name": "Control room"}],
            "answer_s": 60,
        },
        {"name": "Shift lead", "recipients": [LEA], "answer_s": 60},
    ],
}


@pytest.fixture
def chain(station):
    """The same station with a shift lead behind the control room, and Mara beside the chain."""
    with_chain(station)
    return station


def with_chain(station):
    """Let Lea be called after the control room; Mara is known and not in the chain."""
    station.do("responder", name="Lea Leiter", channel="log", address="lea")
    station.do("responder", name="Mara Muster", channel="log", address="mara")
    station.do("chain", **CHAIN)


def test_an_end_without_anybody_there_needs_a_second_person_who_reads_why(console, chain):
    """One proposes, and is not offered to confirm; the other sees the reason and closes."""
    first, second = console(chain, "olga"), console(chain, "otto")
    chain.do("alarm", device="png-01", kind="rest")
    anna = row(first, "Anna Beispiel")
    anna.get_by_role("button", name="Accept").click()
    anna.get_by_role("button", name="All clear").click()
    dialog = first.get_by_role("dialog")
    expect(dialog).to_contain_text("a second person must confirm")
    dialog.get_by_label("In your words").fill("seen on the camera, waving")
    dialog.get_by_role("button", name="Ask a second person").click()
    expect(anna).to_contain_text("Olga Operator proposes: all clear (seen on the camera, waving)")
    expect(anna.get_by_role("button", name="Confirm")).to_have_count(0)
    assert chain.do("case", id=1)["state"] == "ACCEPTED"
    row(second, "Anna Beispiel").get_by_role("button", name="Confirm").click()
    second.mouse.move(5, 5)
    expect(second.get_by_text("No open alarm")).to_be_visible()
    case = chain.do("case", id=1)
    assert (case["closed_by"], case["confirmed_by"]) == ("Olga Operator", "Otto Officer")


def test_without_an_attended_console_the_next_level_is_called_at_once(console, process, tmp_path):
    """A page whose sound is not proven is nobody; one press there, and the first level has its time."""
    process.open(tmp_path, is_attended=False)
    people_at_work(process)
    with_chain(process)
    process.do("alarm", device="png-01")
    page = console(process)
    expect(row(page, "Anna Beispiel").locator(".next")).to_contain_text("calls everyone again")
    expect(page.locator("li.case.technical")).to_contain_text("nobody sat at a console")
    # The log-in was the press: the sound is proven, and somebody is here.
    page.locator("li.case.technical").get_by_role("button", name="Acknowledge").click()
    page.mouse.move(5, 5)
    expect(page.locator("li.case.technical")).to_have_count(0)
    process.do("alarm", device="png-02")
    expect(row(page, "Bruno Muster").locator(".next")).to_contain_text("calls level 2: Shift lead")
    # The page has shown it; that it was an attended console is stored a moment later.
    page.goto(f"{page.url.partition('#')[0]}#/case/3")
    expect(page.locator("dl").first).to_contain_text("Seen in the control room")


def test_the_case_page_shows_what_became_of_every_call_and_calls_one_more(console, chain):
    """Escalated by hand; sent is not seen; Mara is called at once, and Lea at another address."""
    page = console(chain)
    chain.do("alarm", device="png-01", kind="fall")
    row(page, "Anna Beispiel").get_by_role("link", name="All verbs").click()
    called = page.get_by_role("region", name="Who was called")
    expect(called).to_contain_text("seen on an attended console")
    page.get_by_role("button", name="Call more now").click()
    lea = called.locator("li", has_text="Lea Leiter").first
    expect(lea).to_contain_text("sent, ")
    called.get_by_text("Call one more").click()
    called.get_by_label("Person").select_option("Mara Muster")
    called.get_by_role("button", name="Call now").click()
    expect(called).to_contain_text("Mara Muster is called.")
    expect(called).to_contain_text("Called beside the levels")
    called.get_by_text("Correct an address").click()
    called.get_by_label("Of").select_option("Lea Leiter")
    called.get_by_label("Channel").select_option("log")
    called.get_by_label("Address").fill("lea at home")
    called.get_by_role("button", name="Call there now").click()
    expect(called).to_contain_text("The address counts from now on.")
    expect(page.locator(".timeline")).to_contain_text("Olga Operator corrected the address")
    assert "lea at home" not in page.content()


def test_a_case_is_handed_over_to_somebody_at_another_console(console, chain):
    """Until they accept, whoever had it has it."""
    first, second = console(chain, "olga"), console(chain, "otto")
    chain.do("alarm", device="png-01", kind="fall")
    row(first, "Anna Beispiel").get_by_role("button", name="Accept").click()
    row(first, "Anna Beispiel").get_by_role("link", name="All verbs").click()
    first.get_by_role("button", name="Hand over").click()
    first.get_by_label("Who is to take over").select_option("Otto Officer")
    first.get_by_role("button", name="Send").click()
    anna = row(second, "Anna Beispiel")
    expect(anna).to_contain_text("Otto Officer is asked to take over")
    expect(anna).to_contain_text("Olga Operator has it")
    anna.get_by_role("button", name="Accept").click()
    expect(anna).to_contain_text("Otto Officer has it")


def test_in_a_silent_case_nobody_is_asked_to_call_the_worker(console, chain):
    """What reached somebody can be written down, and proves nothing."""
    page = console(chain)
    chain.do("alarm", device="png-01", kind="duress")
    row(page, "Anna Beispiel").get_by_role("link", name="All verbs").click()
    page.get_by_role("button", name="Spoke with the worker").click()
    expect(page.get_by_role("dialog")).to_contain_text("Do NOT call the worker.")
    # The letter that presses it stands beside it.
    assert page.locator(".verb.contact").inner_text().splitlines() == ["Word from the worker…", "T"]
    page.get_by_role("dialog").get_by_label("What the worker said").fill("a text: all is well")
    page.get_by_role("dialog").get_by_role("button", name="Send").click()
    expect(page.locator("dl").first).to_contain_text("a text: all is well (Olga Operator)")
    assert not chain.do("case", id=1)["may_end"]
