"""One emergency from the first tone to its report: German, by keyboard, over a hung and a killed station."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.basestation.web.control_room import PASSWORD
from tests.browser.pdf_text import pages_of, text_of
from tests.browser.test_trust import until_playing

pytestmark = pytest.mark.browser

#: A lost base station is seen within this time by the page's own clock, in milliseconds.
LOST_MS_MAX = 6000
#: Presses of the tab key until something is found, at most.
TABS_MAX = 120
#: Notes when the page says that it is lost, and by how much the machine was late with the page's own timers.
WATCH = """() => {
    const watch = (globalThis.watch = { from: performance.now(), lateMs: 0 });
    let last = watch.from;
    const timer = setInterval(() => {
        watch.lateMs = Math.max(watch.lateMs, performance.now() - last - 50);
        last = performance.now();
    }, 50);
    watch.lost = new Promise((told) => new MutationObserver(() => {
        if (!document.querySelector(".banner.lost")) return;
        clearInterval(timer);
        told({ waitedMs: performance.now() - watch.from, lateMs: watch.lateMs });
    }).observe(document.body, { childList: true, subtree: true }));
}"""


@pytest.fixture
def station(tmp_path, own_process):
    """A base station of its own whose helpers are called for Anna."""
    own_process.open(tmp_path)
    own_process.do("staff")
    return own_process


def tab_to(page, name: str) -> None:
    """Press the tab key until what begins with this name has the focus."""
    for _ in range(TABS_MAX):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED).startswith(name):
            return
    pytest.fail(f"{name} is not reached by the tab key")


FOCUSED = """() => {
    const one = document.activeElement;
    return one.getAttribute("aria-label") ?? (one.labels?.[0] ?? one).innerText.trim();
}"""


def write(page, field: str, text: str) -> None:
    """Go to a field by the tab key and type."""
    tab_to(page, field)
    page.keyboard.type(text)


def press(page, button: str) -> None:
    """Go to a button or a link by the tab key and press it."""
    tab_to(page, button)
    page.keyboard.press("Enter")


def log_in_by_keys(page) -> None:
    """Log in as Olga without a pointer."""
    expect(page.get_by_label("Anmeldename")).to_be_focused()
    page.keyboard.type("olga")
    write(page, "Passwort", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Offene Alarme")).to_be_visible()


def check_lost(page) -> None:
    """See that the page tells in time, in four ways, that nothing on it may be trusted."""
    told = page.evaluate("watch.lost")
    assert told["waitedMs"] < LOST_MS_MAX + told["lateMs"], told
    expect(page.locator(".banner.lost")).to_contain_text("VERBINDUNG VERLOREN")
    expect(page).to_have_title(re.compile("^VERBINDUNG VERLOREN"))
    assert "grayscale" in page.evaluate("getComputedStyle(document.querySelector('main')).filter")
    page.wait_for_function("async () => (await import('/static/sound.js')).playingTones().includes('lost')")


def check_back(page) -> None:
    """See that it comes back by itself."""
    expect(page.locator(".banner.lost")).to_have_count(0)
    assert page.evaluate("getComputedStyle(document.querySelector('main')).filter") == "none"
    expect(page).not_to_have_title(re.compile("VERLOREN"))


def frozen(page, phone, station) -> None:
    """Let the base station hang while a note is kept: it is not there until it is."""
    write(page, "Weitere Notiz", "Tor B ist offen.")
    page.evaluate(WATCH)
    station.freeze()
    try:
        press(page, "Notiz speichern")
        check_lost(page)
        expect(page.locator(".written li")).to_have_count(0)
        expect(page.get_by_label("Weitere Notiz")).to_have_value("Tor B ist offen.")
        expect(phone.locator("#lost")).to_be_visible()
    finally:
        station.thaw()
    check_back(page)
    keep = page.locator(".notes form button")
    expect(keep).to_have_attribute("aria-disabled", "false")
    if page.get_by_label("Weitere Notiz").input_value():
        # The answer took longer than the page waits: it said so, and the same note is sent again.
        keep.press("Enter")
    expect(page.get_by_label("Weitere Notiz")).to_have_value("")
    expect(page.locator(".written li")).to_have_count(1)


def killed(page, phone, station, folder: Path) -> None:
    """End the base station while both act: neither press looks done, and what is typed stays."""
    press(page, "Bericht schreiben")
    write(page, "Was geschehen ist", "Auf Öl ausgerutscht.")
    page.evaluate(WATCH)
    station.kill()
    phone.get_by_role("button", name="Ich bin vor Ort").click()
    expect(phone.locator("form.on_scene button")).to_contain_text("NICHT GESENDET")
    press(page, "Bericht speichern")
    expect(page.locator(".report [role=alert]")).to_contain_text("nicht erreicht")
    check_lost(page)
    expect(page.locator(".case-now .now-state")).to_contain_text("Hilfe unterwegs")
    station.start()
    station.open(folder, station.port)
    check_back(page)
    expect(page.locator(".report textarea")).to_have_value("Auf Öl ausgerutscht.")
    assert station.do("case", id=1)["state"] == "DISPATCHED"


def taken(page, station) -> None:
    """Let an alarm come, be heard and be taken, and open its page."""
    station.do("alarm", device="png-01", kind="fall")
    row = page.locator("li.case")
    expect(row).to_contain_text("Sturzalarm")
    until_playing(page, "person")
    press(page, "Übernehmen: Sturzalarm")
    expect(row).to_contain_text("Olga Operator hat übernommen")
    until_playing(page)
    press(page, "Alle Handgriffe")
    expect(page.locator(".case-now")).to_be_visible()


def handed_over(page) -> None:
    """Ask Ben to take the case over."""
    page.keyboard.press("w")
    successor = page.get_by_label("Wer soll übernehmen")
    expect(successor.get_by_role("option", name="Ben Muster")).to_be_attached()
    tab_to(page, "Wer soll übernehmen")
    page.keyboard.type("Ben")
    expect(successor).to_have_value("Ben Muster")
    press(page, "Senden")
    expect(page.get_by_role("dialog")).to_have_count(0)


def ended(page, phone) -> None:
    """Keep the report, and give the all-clear with a reason."""
    page.get_by_role("button", name="Bericht speichern").press("Enter")
    expect(page.locator(".report .text")).to_have_text("Auf Öl ausgerutscht.")
    page.keyboard.press("e")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("radio").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(dialog.get_by_label("Der Person wurde vor Ort geholfen")).to_be_checked()
    press(page, "Fall schließen: Entwarnung")
    expect(dialog).to_have_count(0)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Dieser Fall ist vorbei.")


def reported(page, station) -> None:
    """Read the report of the incident, as page and PDF; find the case among those that are closed."""
    press(page, "Bericht über dieses Ereignis")
    expect(page.get_by_role("article")).to_contain_text("Anna Beispiel")
    with page.expect_download() as loading:
        press(page, "PDF")
    pdf = Path(loading.value.path()).read_bytes()
    assert pdf.startswith(b"%PDF")
    assert pages_of(pdf) > 0
    text = text_of(pdf)
    for said in ("Anna Beispiel", "Ereignis 1: Sturzalarm", "Auf Öl"):
        assert said in text, said
    page.goto(f"{station.url}#/past")
    expect(page.locator(".past li")).to_have_count(1)
    expect(page.locator(".past li")).to_contain_text("Der Person wurde vor Ort geholfen")
    case = station.do("case", id=1)
    assert (case["state"], case["outcome"], case["closed_by"]) == ("CLOSED", "all_clear", "Olga Operator")
    assert [note["text"] for note in case["notes"]] == ["Tor B ist offen."]
    assert case["report"]["version"] == 1


def test_an_emergency_goes_its_whole_way_over_a_hung_and_a_killed_base_station(
    console, chromium, station, tmp_path
):
    """Tone, taken, a helper's phone goes there, all clear, report, PDF, past: nothing lost, nothing twice."""
    page = console(station, login=None, locale="de-DE")
    log_in_by_keys(page)
    taken(page, station)
    handed_over(page)
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="de-DE")
    phone = context.new_page()
    path = station.do("page", who="person/1", notice_id=2)["path"]
    phone.goto(station.url.rstrip("/") + path, wait_until="networkidle")
    phone.locator("form.accept button").click()
    expect(phone.locator("#facts")).to_contain_text("SIE HABEN IHN")
    expect(page.locator(".case-now .holder")).to_contain_text("Ben Muster hat übernommen")
    frozen(page, phone, station)
    expect(phone.locator("#lost")).to_be_hidden()
    phone.get_by_text("Unterwegs …").click()
    phone.get_by_role("button", name="5", exact=True).click()
    expect(page.locator(".case-now")).to_contain_text("Ben Muster ist unterwegs")
    killed(page, phone, station, tmp_path)
    phone.locator("form.on_scene button").click()
    expect(page.locator(".case-now")).to_contain_text("Ben Muster ist vor Ort seit")
    ended(page, phone)
    context.close()
    reported(page, station)
