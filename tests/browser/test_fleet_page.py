"""The fleet page: who runs which release, and what became of an order."""

import os

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_the_fleet_page_says_who_runs_what_and_what_failed(console, station):
    """Board, release that runs, release ordered, state in words and its reason."""
    rows = [
        {"device": "png-01", "label": "Blue one", "board": "esp32s3", "running": "0.3.0", "wanted": "0.3.0",
         "state": "passed", "reason": "", "is_canary": True, "piece": 94, "pieces": 94},
        {"device": "png-02", "label": "", "board": "esp32s3", "running": "0.2.0", "wanted": "0.3.0",
         "state": "sending", "reason": "", "is_canary": False, "piece": 47, "pieces": 94},
        {"device": "png-03", "label": "", "board": "unix", "running": "0.2.0", "wanted": "0.3.0",
         "state": "rolled_back", "reason": "it failed to start", "is_canary": False, "piece": 9, "pieces": 9},
        {"device": "png-04", "label": "", "board": None, "running": None, "wanted": None, "state": None,
         "reason": None, "is_canary": None, "piece": None, "pieces": None},
    ]  # fmt: skip
    since = {"since": "2026-03-02T06:00:00+00:00", "ordered_by": "Ada"}
    page = console(station, "olga")
    page.route("**/api/fleet", lambda route: route.fulfill(json=[row | since for row in rows]))
    page.get_by_role("link", name="Register").click()
    page.get_by_role("link", name="Fleet").click()
    table = page.get_by_role("table")
    for device, words in (
        ("png-01", "runs and has passed its check"),
        ("png-02", "being sent, 50 %"),
        ("png-03", "WENT BACK: it failed to start"),
        ("png-04", "not known yet"),
    ):
        expect(table.get_by_role("row", name=device)).to_contain_text(words)
    expect(table.get_by_role("row", name="png-01")).to_contain_text("goes first")
    if os.environ.get("RUFWEITE_SHOT"):
        page.screenshot(path=os.environ["RUFWEITE_SHOT"])
    page.unroute("**/api/fleet")
    page.reload()
    expect(page.get_by_role("row", name="png-01")).to_contain_text("not known yet")
