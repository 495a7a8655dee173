"""From the sample that completes a condition to the row on the operator's screen, 200 times.

    python -m tests.bench.time_to_screen

Everything is real: MicroPython devices that lie still, broker, SQLite, the console in a headless Chromium.
The pre-alarm is set to nothing, so the sample that completes the detection time is the one that raises. The
end is the first frame drawn after the row stood in the page. All clocks are this machine's.
"""

import shutil
import statistics
import sys
import tempfile
import threading
from contextlib import closing
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from basestation.local import LocalAccess
from basestation.web.settings import COOKIE
from simulator.device import VirtualDevice
from tests.browser.conftest import FLAGS
from tests.system.running import RunningSite, is_published, is_signal, running_site, wait_until, walk_then

DEVICES, ROUNDS = 5, 40
WALK, LYING = walk_then("lie:5")
#: Worn as the walk shows it; nothing but the posture raises an alarm.
SETTINGS = {
    "position_detection_ms": 1000,
    "position_pre_alarm_ms": 0,
    "reset_hold_ms": 3000,
    "is_rest_on": 0,
    "is_fall_on": 0,
    "is_loss_on": 0,
} | {
    f"upright_{axis}_mg": round(mean_mg)
    for axis, mean_mg in zip("xyz", WALK.acc_mg.mean(axis=0), strict=True)
}
SOON_S = 20
#: Notes when each row was first drawn, in ms since 1970.
OBSERVE = """() => {
  window.drawn = {};
  const look = () => {
    for (const row of document.querySelectorAll("[data-case]")) {
      const id = row.dataset.case;
      if (!(id in window.drawn)) {
        window.drawn[id] = 0;
        requestAnimationFrame(() => { window.drawn[id] = performance.timeOrigin + performance.now(); });
      }
    }
  };
  new MutationObserver(look).observe(document.body, {childList: true, subtree: true, attributes: true});
  look();
}"""


def raise_alarms(device: VirtualDevice, raised_ms: dict[tuple[str, str], int], mark: int) -> None:
    """Lie still, be heard, reset, and lie still again; note when each alarm was raised."""
    for _ in range(ROUNDS):
        effect = device.wait_for(is_published("raised", "position"), SOON_S, mark)
        raised_ms[(device.config.name, effect["message"]["alarm"])] = effect["time_ms"]
        device.wait_for(is_signal("alarm_received"), SOON_S, mark)
        mark = device.count
        device.press()
        device.wait_for(is_published("reset"), SOON_S, mark)
        device.release()


def clear_cases(site: RunningSite, is_done: threading.Event) -> None:
    """Take and end every case a while after it came, as an operator would."""
    with closing(site.api()) as api:
        while not is_done.wait(0.5):
            for case in api.get("snapshot")["cases"]:
                if case["is_person"] and case["state"] == "RECEIVED":
                    api.post(f"cases/{case['id']}/on_scene")
                elif case["is_person"] and "all_clear" in case["verbs"]:
                    api.post(f"cases/{case['id']}/all_clear", {"reason": "measured"})


def log_in(page: Page, access: LocalAccess) -> None:
    """Open the console with the session of the command line."""
    page.context.add_cookies([{"name": COOKIE, "value": access.token, "url": access.url}])
    page.goto(access.url)
    page.wait_for_selector("text=Receiving alarms")
    page.evaluate(OBSERVE)


def measure(folder: Path) -> list[float]:
    """Return the milliseconds of each alarm."""
    raised_ms: dict[tuple[str, str], int] = {}
    with running_site(folder) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        with closing(site.api()) as api:
            log_in(page, api.access)
        devices = [site.add_device(f"bench-{number}", WALK, **SETTINGS) for number in range(DEVICES)]
        is_done = threading.Event()
        clearing = threading.Thread(target=clear_cases, args=(site, is_done))
        clearing.start()
        threads = []
        for device in devices:
            mark = device.count
            device.play(LYING)
            threads.append(threading.Thread(target=raise_alarms, args=(device, raised_ms, mark)))
            threads[-1].start()
        wait_until(lambda: not any(thread.is_alive() for thread in threads), 600, "all alarms")
        page.wait_for_timeout(1000)
        is_done.set()
        clearing.join()
        drawn = page.evaluate("window.drawn")
        browser.close()
        rows = site.rows("select id, device, alarm from cases where kind = 'position'")
    # A device that lies on after its last reset raises another one, which nobody measures.
    rows = [row for row in rows if (row[1], row[2]) in raised_ms]
    missing = [row for row in rows if not drawn.get(str(row[0]))]
    assert not missing, f"never drawn: {missing}"
    return [drawn[str(case)] - raised_ms[(device, alarm)] for case, device, alarm in rows]


def main() -> None:
    """Print median and 95th percentile."""
    if shutil.which("chromium") is None:
        sys.exit("time to screen: left out, there is no Chromium")
    with tempfile.TemporaryDirectory() as folder:
        took_ms = sorted(measure(Path(folder)))
    p95 = took_ms[int(len(took_ms) * 0.95)]
    print(
        f"sample to screen, {len(took_ms)} alarms: median {statistics.median(took_ms):.0f} ms, "
        f"p95 {p95:.0f} ms"
    )


if __name__ == "__main__":
    main()
