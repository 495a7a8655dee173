"""When somebody could notice: the console that stops answering, a technical case, a device that says so.

Looks twice a second, from the strike on, and writes down what it sees first of each kind. A console page's
own watchdog gives up after 5 s without a word; so does this. Times are of the monotonic clock, in seconds.
"""

import json
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import httpx

from basestation.local import COOKIE
from simulator.device import VirtualDevice
from tests.system.running import RunningSite, is_signal

LOOK_S = 0.4
#: `basestation/web/static`: a page calls the station silent after this.
CONSOLE_S_MAX = 5.0
CONSOLE, STATION_CASE, DEVICE_CASE, LINK_LOST, STORE = (
    "console",
    "station case",
    "device case",
    "link_lost",
    "store",
)


#: What counts that the store does not take what comes.
_NOT_KEPT = ("rufweite_commits_failed_total", "rufweite_ingest_retries_total")


class Sightings:
    """Looks from `begin` to `end`."""

    def __init__(self, site: RunningSite, devices: Mapping[str, VirtualDevice]) -> None:
        self._site, self._devices = site, devices
        self._seen: dict[str, tuple[float, str]] = {}
        self._ended = threading.Event()
        self._marks: dict[str, int] = {}
        self._cases_before: set[int] = set()
        self._url = ""
        self._thread = threading.Thread(target=self._look_on, daemon=True)

    def begin(self) -> None:
        """Look from now on; what stands already is no news."""
        snapshot = self._site.snapshot()
        self._cases_before = {case["id"] for case in snapshot["cases"] if case["state"] != "GONE"}
        self._marks = {name: device.count for name, device in self._devices.items()}
        self._thread.start()

    def end(self) -> None:
        """Look no more."""
        self._ended.set()
        self._thread.join(2 * CONSOLE_S_MAX)

    def first(self, kinds: tuple[str, ...]) -> tuple[float, str] | None:
        """Return when the first of these kinds was seen, and what it said."""
        found = [self._seen[kind] for kind in kinds if kind in self._seen]
        return min(found) if found else None

    def _look_on(self) -> None:
        with httpx.Client(timeout=CONSOLE_S_MAX, trust_env=False) as client:
            while not self._ended.wait(LOOK_S):
                self._look_at_console(client)
                self._look_at_devices()

    def _look_at_console(self, client: httpx.Client) -> None:
        try:
            snapshot = self._snapshot(client)
        except (httpx.HTTPError, OSError, ValueError) as error:
            self._see(CONSOLE, f"the console does not answer ({type(error).__name__})")
            return
        for case in snapshot["cases"]:
            if case["is_person"] or case["id"] in self._cases_before:
                continue
            kind = STATION_CASE if case["device"] == "station" else DEVICE_CASE
            self._see(kind, f"technical case of {case['device']}: {case['cause']}")
        self._look_at_store(client)

    def _look_at_store(self, client: httpx.Client) -> None:
        """Look at what is for machines: health, or where there is none the count of failed commits."""
        with suppress(httpx.HTTPError, OSError, ValueError, IndexError):
            ready = client.get(f"{self._url}/health/ready")
            if ready.status_code == httpx.codes.SERVICE_UNAVAILABLE:
                self._see(STORE, f"/health/ready: {ready.text[:200]}")
            elif ready.status_code == httpx.codes.NOT_FOUND:
                counts = client.get(f"{self._url}/metrics").text
                failed = [float(counts.split(f"\n{name} ")[1].split()[0]) for name in _NOT_KEPT]
                if any(failed):
                    self._see(STORE, f"/metrics: {failed[0]:.0f} commits failed, {failed[1]:.0f} tried again")

    def _snapshot(self, client: httpx.Client) -> Any:
        access = json.loads((self._site.data / "local-access.json").read_text(encoding="utf-8"))
        cookie = f"{COOKIE}={access['token']}"
        self._url = access["url"]
        answer = client.get(f"{self._url}/api/v1/snapshot", headers={"Cookie": cookie})
        answer.raise_for_status()
        return answer.json()

    def _look_at_devices(self) -> None:
        for name, device in self._devices.items():
            with suppress(Exception):
                if any(is_signal("link_lost")(effect) for effect in device.effects(self._marks[name])):
                    self._see(LINK_LOST, f"the device {name} says that its link is lost")

    def _see(self, kind: str, said: str) -> None:
        self._seen.setdefault(kind, (time.monotonic(), said))
