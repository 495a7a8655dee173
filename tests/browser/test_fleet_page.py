"""The fleet page: who runs which release, what became of an order, brokers, certificates, log-ins left."""

import os

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

END = "2027-04-06T06:00:00.000Z"


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
    page.route("**/api/v1/fleet", lambda route: route.fulfill(json=[row | since for row in rows]))
    page.get_by_role("button", name="Menu").click()
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
    page.unroute("**/api/v1/fleet")
    page.reload()
    expect(page.get_by_role("row", name="png-01")).to_contain_text("not known yet")


def test_the_fleet_page_shows_brokers_certificates_and_log_ins_that_are_left(console, station):
    """Whose each broker is and how it does; who has a certificate until when; what is still to be removed."""
    broker = {"kind": "embedded", "tls": "server", "is_connected": True, "is_healthy": True, "faults": [],
              "number": 1, "place": "192.0.2.7:8883", "since": "2026-03-02T06:00:00.000Z",
              "proven_at": "2026-03-02T06:10:00.000Z", "certificate_ends_at": END}  # fmt: skip
    away = {"number": 2, "place": "192.0.2.8:8883", "kind": "further", "is_connected": False, "since": None,
            "proven_at": None, "faults": ["no connection: nobody answers"]}  # fmt: skip
    left = {"device": "png-03", "broker": "192.0.2.8:8883", "is_retired": True, "is_let_in": True,
            "since": "2026-03-02T06:00:00.000Z", "checked_at": "2026-03-02T06:10:00.000Z"}  # fmt: skip
    page = console(station, "olga")
    page.route("**/api/v1/brokers", lambda route: route.fulfill(json=[broker, broker | away]))
    page.route("**/api/v1/log-ins-left", lambda route: route.fulfill(json=[left, left | {"is_let_in": None}]))
    devices = [{"name": "png-01", "is_active": True, "certificate_ends_at": "2046-02-25T06:00:00.000Z"},
               {"name": "png-02", "is_active": True, "certificate_ends_at": None}]  # fmt: skip
    page.route("**/api/v1/devices", lambda route: route.fulfill(json=devices))
    page.goto(f"{station.url}#/fleet")
    brokers = page.get_by_role("table", name="Brokers")
    expect(brokers.get_by_role("row", name="1: 192.0.2.7:8883")).to_contain_text("2027-04-06well")
    expect(brokers.get_by_role("row", name="2: 192.0.2.8:8883")).to_contain_text("nobody answers")
    rows = page.get_by_role("table", name="Log-ins still to be removed").get_by_role("row")
    expect(rows.nth(1)).to_contain_text("STILL LETS IT IN")
    expect(rows.nth(2)).to_contain_text("it could not be asked")
    certificates = page.get_by_role("table", name="Certificates of devices")
    expect(certificates.get_by_role("row", name="png-01")).to_contain_text("2046-02-25")
    expect(certificates.get_by_role("row", name="png-02")).to_have_count(0)
    if os.environ.get("RUFWEITE_SHOT"):
        page.screenshot(path=os.environ["RUFWEITE_SHOT"], full_page=True)
