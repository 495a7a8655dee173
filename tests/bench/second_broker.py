"""From an alarm that is raised while its broker is dead to the case that the consoles show, by the other one.

    python -m tests.bench.second_broker

The broker is killed a tenth of a second before the key has been held long enough, ROUNDS times. Base station,
both brokers and the device are the real ones on this machine; the end is the first snapshot with the case.
"""

import statistics
import tempfile
import threading
import time
from pathlib import Path

from tests.system.running import is_published, is_signal, wait_until
from tests.system.test_several_brokers import (
    NAME,
    SOON_S,
    device_at_both,
    return_to_the_first,
    site_with_a_second_broker,
)

ROUNDS = 10
HOLD_MS, KILL_AFTER_S = 1000, 0.9


def measure(folder: Path) -> list[float]:
    """Return the milliseconds of each round."""
    found: list[float] = []
    with site_with_a_second_broker(folder) as (site, second):
        device = device_at_both(site, second, folder, manual_hold_ms=HOLD_MS, reset_hold_ms=3000)
        for _ in range(ROUNDS):
            since = device.count
            device.press()
            threading.Event().wait(KILL_AFTER_S)
            site.broker.kill()
            case = site.case(NAME, SOON_S, kind="manual", state="RECEIVED")
            shown_ms = time.time_ns() // 1_000_000
            raised = device.wait_for(is_signal("alarm"), SOON_S, since)
            found.append(shown_ms - raised["time_ms"])
            device.release()
            device.wait_for(is_signal("alarm_received"), SOON_S, since)
            site.press(case["id"], "on_scene")
            site.press(case["id"], "all_clear", "measured")
            since = device.count
            device.press()
            device.wait_for(is_published("reset"), SOON_S, since)
            device.release()
            site.broker.start()
            wait_until(lambda: site.snapshot()["station"]["brokers"][0]["is_connected"], SOON_S, "the first")
            return_to_the_first(device)
    return found


def main() -> None:
    """Print median and worst."""
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder))
    print(
        f"alarm in the gap to the case, {len(found)} times: median {statistics.median(found):.0f} ms, "
        f"worst {max(found):.0f} ms ({', '.join(f'{one:.0f}' for one in sorted(found))})"
    )


if __name__ == "__main__":
    main()
