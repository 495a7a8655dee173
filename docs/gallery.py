"""Takes the pictures of `docs/gallery.md` from a real control room with made-up people (`make gallery`).

Every page of the console in both themes and both widths goes into build/gallery, to be looked at; the few of
`SHOWN` go into docs/gallery with a caption each. Decides what the room holds and what is shown, and refuses
to grow beyond a bound. Needs a Chromium, by RUFWEITE_CHROMIUM or on the path. Widths in pixels.
"""

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
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
SHOW_MS_MAX = 20_000
#: What is behind a page's name in its address, where it shows nothing without.
ARGUMENTS = {"case": "1"}
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
    """Let two people work and two alarms come; everybody is made up."""
    station.do(
        "shift", worker="Anna Beispiel", device="png-01", workplace="Hall 3", directions="Gate B, left"
    )
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
    station.do("alarm", device="png-01", kind="fall")
    station.do("alarm", device="png-02", kind="manual", mark="drill")


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


def views(browser: Browser, url: str) -> Iterator[tuple[str, int, Page]]:
    """Yield (theme, width, page) with somebody logged in who may see everything."""
    for theme in THEMES:
        for width in WIDTHS:
            context = browser.new_context(
                viewport={"width": width, "height": HEIGHTS[width]},
                color_scheme="dark" if theme == "dark" else "light",
                reduced_motion="reduce",
                locale="en-GB",
            )
            page = context.new_page()
            page.goto(url)
            page.get_by_label("Login").fill("ada")
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Log in").click()
            page.get_by_role("navigation").wait_for(timeout=SHOW_MS_MAX)
            yield theme, width, page
            context.close()


def take(page: Page, url: str, name: str) -> bytes:
    """Return the picture of a page once it shows what it has read."""
    argument = ARGUMENTS.get(name)
    page.goto(f"{url}#/" + ("" if name == WALLBOARD else name if argument is None else f"{name}/{argument}"))
    # Loaded anew, so that the network falls silent only when the page has read its lists.
    page.reload()
    page.locator("main h1, main h2").first.wait_for(timeout=SHOW_MS_MAX)
    # One gesture, so that no picture is of a console without sound.
    page.mouse.click(2, 2)
    page.wait_for_load_state("networkidle", timeout=SHOW_MS_MAX)
    is_reading = (
        "[...document.querySelectorAll('main [role=status]')].some((e) => e.textContent.includes('…'))"
    )
    page.wait_for_function(f"() => !{is_reading}", timeout=SHOW_MS_MAX)
    return page.screenshot(type="jpeg", quality=QUALITY)


def written() -> str:
    """Return the page of the gallery."""
    lines = [f"![{one.caption}](gallery/{one.name})\n\n*{one.caption}*\n" for one in SHOWN]
    return (
        "# The console in pictures\n\n"
        "Taken by `make gallery` from a real control room with made-up people; every page in both themes and "
        "both widths\nlies in `build/gallery` afterwards.\n\n" + "\n".join(lines)
    )


def main() -> int:
    """Take all pictures; return the exit code."""
    named = os.environ.get("RUFWEITE_CHROMIUM")
    chromium = named or shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        print("No Chromium: install one, or name it in RUFWEITE_CHROMIUM.", file=sys.stderr)  # noqa: T201
        return 1
    for folder in (FOLDER, REST):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    kept = {one.name for one in SHOWN}
    station = Station()
    try:
        with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
            station.open(Path(data))
            furnish(station)
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            for theme, width, page in views(browser, station.url):
                for name in pages():
                    file = f"{name}-{theme}-{width}.jpeg"
                    beat(station)
                    picture = take(page, station.url, name)
                    (REST / file).write_bytes(picture)
                    if file in kept:
                        (FOLDER / file).write_bytes(picture)
                    if name == WALLBOARD:
                        accept(page)
            browser.close()
    finally:
        station.stop()
    total = sum(path.stat().st_size for path in FOLDER.iterdir())
    assert total <= BYTES_MAX, f"the gallery has {total} bytes, {BYTES_MAX} at most"
    PAGE.write_text(written())
    print(f"{len(list(REST.iterdir()))} pictures in {REST.relative_to(ROOT)}, {len(kept)} of them shown")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
