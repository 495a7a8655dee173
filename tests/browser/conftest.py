"""A headless Chromium and a base station for each test; without a Chromium the tests are left out."""

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.basestation.web.control_room import PASSWORD
from tests.browser.station import Station

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
expect.set_options(timeout=15_000)


def _chromium() -> str | None:
    named = os.environ.get("RUFWEITE_CHROMIUM")
    if named:
        return named if Path(named).is_file() else None
    return shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="module")
def chromium():
    """One browser for the tests of a file; it must not outlive them, or asyncio tests find its event loop."""
    path = _chromium()
    if path is None:
        pytest.skip("no Chromium: install one, or name it in RUFWEITE_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def processes():
    """Keep the process that serves base stations, for the whole run."""
    kept = []
    yield kept
    for process in kept:
        process.stop()


@pytest.fixture(scope="module")
def process(chromium, processes):
    """One process for all base stations, which costs more than most tests; one that ended is replaced."""
    if not processes or not processes[-1].is_running:
        processes[:] = [Station()]
    return processes[-1]


@pytest.fixture
def station(tmp_path, process):
    """A base station with Anna at work in hall 3 and Bruno in the tank farm."""
    process.open(tmp_path)
    people_at_work(process)
    return process


@pytest.fixture
def own_process(chromium):
    """A process of its own, to be killed."""
    process = Station()
    yield process
    process.stop()


@pytest.fixture
def own_station(tmp_path, own_process):
    """The same as `station` in a process of its own."""
    own_process.open(tmp_path)
    people_at_work(own_process)
    return own_process


def people_at_work(station: Station) -> None:
    """Let two shifts begin."""
    station.do(
        "shift", worker="Anna Beispiel", device="png-01", workplace="Hall 3", directions="Gate B, left"
    )
    station.do(
        "shift", worker="Bruno Muster", device="png-02", workplace="Tank farm", directions="North gate"
    )


@pytest.fixture
def console(chromium):
    """Return a function that opens a page at a station, logged in unless told otherwise."""
    contexts = []

    def open_console(
        station: Station,
        login: str | None = "olga",
        width: int = 1280,
        height: int = 900,
        clock_at: str | None = None,
        is_deaf_on_request: bool = False,
        **more,
    ):
        # A pulse is drawn sixty times a second; test_accessibility.py sees that it is there.
        context = chromium.new_context(
            viewport={"width": width, "height": height}, **{"reduced_motion": "reduce", **more}
        )
        contexts.append(context)
        page = context.new_page()
        if clock_at is not None:
            page.clock.install(time=clock_at)
        if is_deaf_on_request:
            _make_deafenable(page)
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("console", lambda said: _note(page, said))
        page.goto(station.url)
        if login is not None:
            log_in(page, login)
            expect(page.get_by_role("heading", name="Open alarms")).to_be_visible()
        return page

    yield open_console
    for context in contexts:
        for page in context.pages:
            assert not page.faults, page.faults
        context.close()


def _make_deafenable(page) -> None:
    """Let the page hear the WebSocket until something is put into `page.deaf`."""
    page.deaf = []

    def join(socket) -> None:
        server = socket.connect_to_server()
        server.on_message(lambda message: None if page.deaf else socket.send(message))

    page.route_web_socket("**/api/v1/ws*", join)


def _note(page, said) -> None:
    # A refused request is what some tests are about; everything else a page complains of is a fault.
    if said.type == "error" and not said.text.startswith(("Failed to load resource", "WebSocket connection")):
        page.faults.append(said.text)


def log_in(page, login: str, password: str = PASSWORD) -> None:
    """Fill in the log-in form and send it."""
    page.get_by_label("Login").fill(login)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    # A pointer that rests where the list comes to lie would hold its order.
    page.mouse.move(0, 0)
