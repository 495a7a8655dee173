"""What makes the console trustworthy: it shows when it is blind, mute or logged out."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import log_in

pytestmark = pytest.mark.browser

#: Resolves when exactly these tones play, asked from the module the page itself uses.
PLAYING = """async (wanted) => {
    const sound = await import("/static/sound.js");
    const until = performance.now() + 15000;
    while (String(sound.playingTones().sort()) !== wanted) {
        if (performance.now() > until) throw new Error(`playing ${sound.playingTones()}, not ${wanted}`);
        await new Promise((next) => setTimeout(next, 20));
    }
}"""
#: Resolves to the audio clock when it is beyond a time, in seconds.
AUDIO_CLOCK = """async (beyond) => {
    const sound = await import("/static/sound.js");
    const until = performance.now() + 15000;
    while (sound.audioClockS() <= beyond) {
        if (performance.now() > until) throw new Error(`the audio clock stands at ${sound.audioClockS()}`);
        await new Promise((next) => setTimeout(next, 20));
    }
    return sound.audioClockS();
}"""


def until_playing(page, *tones: str) -> None:
    """Wait until exactly these tones play."""
    page.evaluate(PLAYING, ",".join(sorted(tones)))


def test_a_frozen_server_makes_the_page_stale_within_six_seconds(console, station):
    """Its sockets stay open; only the missing heartbeat tells. Banner, grey, tone, title, recovery."""
    page = console(station)
    station.do("alarm", device="png-01", kind="technical")
    expect(page.locator("li.case")).to_have_count(1)
    page.evaluate("""() => {
        window.lost = new Promise((told) => new MutationObserver(() => {
            if (document.querySelector('.banner.lost')) told(performance.now());
        }).observe(document.body, { childList: true, subtree: true }));
        window.frozen = performance.now();
    }""")
    station.freeze()
    waited_ms = page.evaluate("window.lost.then((at) => at - window.frozen)")
    banner = page.locator(".banner.lost")
    expect(banner).to_contain_text("CONNECTION LOST - this page is stale since")
    assert 2900 < waited_ms < 6000, waited_ms
    assert banner.bounding_box()["width"] == page.viewport_size["width"]
    assert page.title().startswith("CONNECTION LOST")
    assert "grayscale" in page.evaluate("getComputedStyle(document.querySelector('main')).filter")
    until_playing(page, "lost", "technical")
    station.thaw()
    expect(banner).to_have_count(0)
    until_playing(page, "technical")
    assert page.evaluate("getComputedStyle(document.querySelector('main')).filter") == "none"


def test_after_a_kill_the_page_comes_back_by_itself_with_what_happened_meanwhile(
    console, own_station, tmp_path
):
    """No reload, no second log-in; one full snapshot."""
    page = console(own_station)
    own_station.kill()
    expect(page.locator(".banner.lost")).to_be_visible()
    own_station.start()
    own_station.open(tmp_path, own_station.port)
    own_station.do("alarm", device="png-01")
    expect(page.locator(".banner.lost")).to_have_count(0)
    expect(page.locator("li.case", has_text="Anna Beispiel")).to_be_visible()


def test_a_page_that_missed_a_change_asks_for_everything(console, station):
    """Changes say how many came before: one that does not follow on is never put upon what is there."""
    other, page = console(station, "otto"), console(station, is_deaf_on_request=True)
    page.deaf.append(True)
    station.do("alarm", device="png-01", kind="fall")
    expect(other.locator("li.case")).to_have_count(1)
    expect(page.locator("li.case")).to_have_count(0)
    page.deaf.clear()
    station.do("alarm", device="png-02", kind="rest")
    expect(page.locator("li.case")).to_have_count(2)
    expect(page.locator(".banner.lost")).to_have_count(0)


def test_a_verb_that_did_not_reach_the_server_never_looks_done(console, station):
    """The row says so and keeps its verb; what was typed for the all clear stays."""
    page = console(station)
    station.do("alarm", device="png-01")
    anna = page.locator("li.case", has_text="Anna Beispiel")
    page.route("**/api/v1/cases/*/*", lambda route: route.abort())
    anna.get_by_role("button", name="Accept").click()
    expect(anna.get_by_role("alert")).to_contain_text("was not reached")
    expect(anna.get_by_role("button", name="Accept")).to_be_visible()
    expect(anna).to_contain_text("Not accepted")
    page.unroute("**/api/v1/cases/*/*")
    anna.get_by_role("button", name="Accept").click()
    expect(anna).to_contain_text("Olga Operator has it")
    expect(anna.get_by_role("alert")).to_have_count(0)
    anna.get_by_role("button", name="On scene").click()
    expect(anna.locator(".state")).to_contain_text("Help on scene")
    anna.get_by_role("button", name="All clear").click()
    page.route("**/api/v1/cases/*/*", lambda route: route.abort())
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("In your words").fill("all is well")
    dialog.get_by_role("button", name="Close the case").click()
    expect(dialog.get_by_role("alert")).to_contain_text("was not reached")
    expect(dialog.get_by_label("In your words")).to_have_value("all is well")
    assert station.do("case", id=1)["state"] == "ON_SCENE"


def test_after_the_log_in_the_sound_is_on_and_proven(console, station):
    """The press on the button was the gesture the browser wants; the audio clock advances."""
    page = console(station)
    expect(page.locator(".sound-off")).to_have_count(0)
    first = page.evaluate(AUDIO_CLOCK, 0)
    assert page.evaluate(AUDIO_CLOCK, first + 0.2) > first + 0.2


def test_a_reloaded_page_says_sound_off_until_a_gesture_and_cases_stay_usable(console, station):
    """Across the full width; the first press anywhere ends it and still does what it was meant for."""
    page = console(station)
    station.do("alarm", device="png-01")
    page.reload()
    banner = page.locator(".sound-off")
    expect(banner).to_contain_text("SOUND OFF")
    assert banner.bounding_box()["width"] == page.viewport_size["width"]
    assert page.evaluate(AUDIO_CLOCK, -1) == 0
    anna = page.locator("li.case", has_text="Anna Beispiel")
    before = anna.bounding_box()
    page.locator("h1").click()
    expect(banner).to_have_count(0)
    until_playing(page, "person")
    assert anna.bounding_box() == before, "the banner moved the row"
    page.reload()
    expect(banner).to_be_visible()
    anna.get_by_role("button", name="Accept").click()
    expect(anna).to_contain_text("Olga Operator has it")
    expect(banner).to_have_count(0)


def test_the_sounder_knows_a_person_from_a_technical_alarm_and_ends_with_the_taking(console, station):
    """Loud until taken; a test has a soft tone and ends for a real alarm; the title counts the alarms."""
    # The title changes to and fro, which is movement.
    page = console(station, reduced_motion="no-preference")
    until_playing(page)
    station.do("alarm", device="png-01", mark="test")
    until_playing(page, "test")
    expect(page).to_have_title("TEST - no emergency")
    page.evaluate("() => (location.hash = '#/people')")
    expect(page.locator(".banner.alarms-wait")).to_contain_text("TEST - no emergency")
    page.evaluate("() => (location.hash = '#/')")
    station.do("alarm", device="png-02", kind="technical")
    until_playing(page, "technical")
    station.do("alarm", device="png-01")
    until_playing(page, "person")
    expect(page).to_have_title("(2) ALARM NOT ACCEPTED")
    expect(page).to_have_title("(2) Manual alarm: Anna Beispiel")
    expect(page.locator("li.case.rehearsed")).to_have_count(0)
    real = page.locator("li.case")
    real.filter(has_text="Anna Beispiel").get_by_role("button", name="Accept").click()
    until_playing(page, "technical")
    real.filter(has_text="Bruno Muster").get_by_role("button", name="Acknowledge").click()
    until_playing(page)
    expect(page).to_have_title("Rufweite")


def test_a_session_that_ends_by_itself_is_seen_and_heard(console, station):
    """A console that shows a log-in form watches nothing, and must not look quiet."""
    page = console(station)
    station.do("deactivate", login="olga")
    expect(page.get_by_text("SESSION ENDED")).to_be_visible()
    until_playing(page, "lost")
    assert "SESSION ENDED" in page.title()
    log_in(page, "otto")
    expect(page.get_by_role("heading", name="Open alarms")).to_be_visible()
    until_playing(page)


def test_a_wrong_password_gets_a_sentence_and_no_page(console, station):
    """And the right one afterwards gets in."""
    page = console(station, login=None)
    log_in(page, "olga", "wrong horse battery")
    expect(page.get_by_role("alert").filter(has_text="Login or password is wrong.")).to_be_visible()
    log_in(page, "olga")
    expect(page.get_by_role("heading", name="Open alarms")).to_be_visible()


def test_whoever_logs_out_is_not_alarmed(console, station):
    """It was meant; the form is quiet."""
    page = console(station)
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_label("Password")).to_be_visible()
    expect(page.get_by_text("SESSION ENDED")).to_have_count(0)
    until_playing(page)
