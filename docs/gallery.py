"""Takes the pictures of `docs/gallery.md` from a real control room with made-up people (`make gallery`).

Every page in both themes and both widths, and in German once, goes into build/gallery, to be looked at; the
few of `SHOWN` go into docs/gallery with a caption each, all of them or none: a page that does not show itself
leaves what was there. Names of pages behind the command take only those, into build/gallery. Needs a
Chromium, by RUFWEITE_CHROMIUM or on the path. Widths in pixels.
"""

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.basestation.web.control_room import PASSWORD
from tests.browser.station import Station

ROOT = Path(__file__).resolve().parents[1]
FOLDER, REST = Path(__file__).with_name("gallery"), ROOT / "build" / "gallery"
PAGE = Path(__file__).with_name("gallery.md")
PAGES = ROOT / "basestation" / "web" / "static" / "pages.js"
#: Of all pictures in the tree together.
BYTES_MAX = 2_000_000
QUALITY = 62
THEMES, WIDTHS = ("dark", "light"), (1280, 390)
HEIGHTS = {1280: 900, 390: 844}
#: How long a page may take to show itself, in ms.
SHOW_MS_MAX = 180_000
#: What is behind a page's name in its address, where it shows nothing without.
ARGUMENTS = {"case": "1", "device": "png-01"}
#: Pages without a log-in, by the name of their pictures.
OPEN_PAGES = {"login": "", "me": "me", "kiosk": "kiosk", "proof": "proof/ABCD"}
#: The page of one who is called has an address of its own.
RESPONDER = "responder"
#: The page of open alarms has no name of its own.
WALLBOARD = "wallboard"
PLAN = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 240" width="400" height="240">'
    '<rect x="10" y="10" width="380" height="220" fill="none" stroke="#333" stroke-width="3"/>'
    '<line x1="200" y1="10" x2="200" y2="150" stroke="#333" stroke-width="3"/></svg>'
)


@dataclass(frozen=True)
class Shown:
    """A picture in the tree."""

    page: str
    theme: str
    width: int
    caption: str

    @property
    def name(self) -> str:
        """Return the name of its file."""
        return f"{self.page}-{self.theme}-{self.width}.jpeg"


SHOWN = (
    Shown(WALLBOARD, "dark", 1280, "Open alarms: who, where, since when, who has it and what happens next."),
    Shown(WALLBOARD, "light", 390, "The same on a phone, in the light theme."),
    Shown("case", "dark", 1280, "One case: verbs, who was called, the plan with the place, what happened."),
    Shown("case", "light", 390, "The same on a phone."),
    Shown("shifts", "light", 1280, "Shifts: who works where, with which device, until when."),
    Shown("reports", "light", 1280, "The month of a site against the yardsticks, with what is not known."),
    Shown("reports", "dark", 390, "The same on a phone."),
    Shown("rota", "dark", 1280, "The rota: who has which duty, by day and hour."),
    Shown("plans", "light", 1280, "Floor plans with workplaces, beacons and ways in."),
    Shown("register", "dark", 1280, "What the site registers."),
)


def pages() -> list[str]:
    """Return the names of all pages of the console, as its table has them."""
    table = re.search(r"const PAGES = \{(.*?)\n\};", PAGES.read_text(), re.DOTALL)
    assert table is not None, "pages.js has no table of pages"
    return [WALLBOARD, *re.findall(r"^  (\w+): \{", table.group(1), re.MULTILINE)]


def furnish(station: Station) -> None:
    """Let two people work, two be called and two alarms come; everybody is made up."""
    station.do("staff")
    station.do(
        "shift", worker="Bruno Muster", device="png-02", workplace="Tank farm", directions="North gate"
    )
    marks = [
        {"kind": "workplace", "points": [[300, 80]], "workplace_id": 1},
        {"kind": "way", "points": [[20, 200], [250, 200], [300, 110]], "label": "Gate B"},
        {"kind": "assembly", "points": [[40, 40]], "label": "Car park"},
    ]
    station.do("plan", svg=PLAN, marks=marks)
    station.do("responder", name="Mara Modell", channel="log", address="")
    station.do("protocol", steps=["Call the worker.", "Send two helpers.", "Keep gate B open."])
    station.do("alarm", device="png-01", kind="fall")
    station.do("alarm", device="png-02", kind="manual")


def beat(station: Station) -> None:
    """Let both devices say that they are there, as they do all the time."""
    facts = {"uptime_s": 60, "mode": "guarding", "protection": "protected", "firmware": "0.2.0"}
    for device in ("png-01", "png-02"):
        station.do(
            "say", device=device, kind="heartbeat", settings_version=0, alarms_due=0,
            battery_percent=84, battery_mv=3980, is_charging=False, **facts,
        )  # fmt: skip


def accept(page: Page) -> None:
    """Let somebody take both alarms, so that no banner lies over the other pages."""
    for case in (1, 2):
        path = f"/api/v1/cases/{case}/accept"
        options = "{ method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' }"
        page.evaluate(f"fetch('{path}', {options}).then((answer) => answer.status)")


@dataclass(frozen=True)
class View:
    """How pages are looked at: a theme, a width, a language."""

    theme: str
    width: int
    locale: str = "en-GB"

    def file(self, name: str) -> str:
        """Return the name of a page's picture."""
        language = "" if self.locale == "en-GB" else f"-{self.locale[:2]}"
        return f"{name}-{self.theme}-{self.width}{language}.jpeg"


VIEWS = (*(View(theme, width) for theme in THEMES for width in WIDTHS), View("light", 1280, "de-DE"))


def opened(browser: Browser, view: View) -> Page:
    """Return a page of a browser that asks for this view."""
    context = browser.new_context(
        viewport={"width": view.width, "height": HEIGHTS[view.width]},
        color_scheme="dark" if view.theme == "dark" else "light",
        reduced_motion="reduce",
        locale=view.locale,
    )
    context.set_default_timeout(SHOW_MS_MAX)
    return context.new_page()


def log_in(page: Page, url: str) -> None:
    """Log somebody in who may see everything."""
    page.goto(url)
    page.locator("[name=login]").fill("ada")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").click()
    page.locator("header .beside").wait_for()


def settled(page: Page) -> bytes:
    """Return the picture of a page once it shows what it has read."""
    page.locator("main h1, main h2").first.wait_for()
    page.wait_for_load_state("networkidle")
    is_reading = (
        "[...document.querySelectorAll('main [role=status]')].some((e) => e.textContent.includes('…'))"
    )
    page.wait_for_function(f"() => !{is_reading}")
    return page.screenshot(type="jpeg", quality=QUALITY)


def taken(page: Page, url: str, name: str) -> bytes:
    """Return the picture of a page of the console."""
    argument = ARGUMENTS.get(name)
    page.goto(f"{url}#/" + ("" if name == WALLBOARD else name if argument is None else f"{name}/{argument}"))
    # Loaded anew, so that the network falls silent only when the page has read its lists.
    page.reload()
    page.locator("main h1, main h2").first.wait_for()
    # One gesture, so that no picture is of a console without sound.
    page.mouse.click(2, 2)
    return settled(page)


def looked_at(
    browser: Browser, station: Station, view: View, names: Collection[str]
) -> Iterator[tuple[str, bytes]]:
    """Yield name and picture of each page."""
    page = opened(browser, view)
    for name, path in {**OPEN_PAGES, RESPONDER: station.do("page")["path"].removeprefix("/")}.items():
        if name in names:
            page.goto(station.url + path)
            yield view.file(name), settled(page)
    log_in(page, station.url)
    for name in pages():
        if name in names:
            beat(station)
            yield view.file(name), taken(page, station.url, name)
        if name == WALLBOARD:
            accept(page)
    page.context.close()


def all_taken(chromium: str, names: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """Yield name and picture of each page in each view, out of one room."""
    station = Station()
    try:
        with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
            station.open(Path(data))
            furnish(station)
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            for view in VIEWS:
                yield from looked_at(browser, station, view, names)
            browser.close()
    finally:
        station.stop()


def written() -> str:
    """Return the page of the gallery."""
    lines = [f"![{one.caption}](gallery/{one.name})\n\n*{one.caption}*\n" for one in SHOWN]
    return (
        "# The console in pictures\n\n"
        "Taken by `make gallery` from a real control room with made-up people; every page in both themes and "
        "both widths\nlies in `build/gallery` afterwards.\n\n" + "\n".join(lines)
    )


def keep(pictures: dict[str, bytes]) -> None:
    """Put the few that are shown into the tree, and their page; none is touched before all are there."""
    shown = {one.name: pictures[one.name] for one in SHOWN}
    total = sum(map(len, shown.values()))
    assert total <= BYTES_MAX, f"the gallery has {total} bytes, {BYTES_MAX} at most"
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    for name, picture in shown.items():
        (FOLDER / name).write_bytes(picture)
    PAGE.write_text(written())


def main(chosen: list[str]) -> int:
    """Take all pictures, or those of the pages chosen; return the exit code."""
    named = os.environ.get("RUFWEITE_CHROMIUM")
    chromium = named or shutil.which("chromium") or shutil.which("chromium-browser")
    known = [*OPEN_PAGES, RESPONDER, *pages()]
    if chromium is None:
        print("No Chromium: install one, or name it in RUFWEITE_CHROMIUM.", file=sys.stderr)  # noqa: T201
        return 1
    if unknown := set(chosen) - set(known):
        print(f"No such page: {', '.join(sorted(unknown))}. There are: {', '.join(known)}.", file=sys.stderr)  # noqa: T201
        return 2
    REST.mkdir(parents=True, exist_ok=True)
    pictures = {}
    for file, picture in all_taken(chromium, chosen or known):
        (REST / file).write_bytes(picture)
        pictures[file] = picture
    if not chosen:
        keep(pictures)
    print(f"{len(pictures)} pictures in {REST.relative_to(ROOT)}, {len(SHOWN)} shown in {FOLDER.name}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
