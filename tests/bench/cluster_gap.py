"""From the loss of a node of the cluster to the case of an alarm that is raised in that moment.

    python -m tests.bench.cluster_gap [ROUNDS]

Base station, three brokers and the device are the real ones on this machine. Each kind of loss comes ROUNDS
times: the node that the device is at, killed and away until the case stands; the node that is the base
station's own, killed and started again by it; each node in turn, so that whichever leads the queues is among
them; and the device's node frozen. The end is the first snapshot with the case. Then cases are counted.
"""

import signal
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from simulator.device import VirtualDevice
from tests.system.clusters import NODES, RunningCluster, running_cluster
from tests.system.running import is_published, is_signal, wait_until

ROUNDS = 10
HOLD_MS, LOSE_AFTER_S = 1000, 0.9
SOON_S = 60
#: The device of the measurement tries this node first.
ITS_NODE = 1


def one_round(cluster: RunningCluster, device: VirtualDevice, lose: Callable[[], None]) -> float:
    """Return the milliseconds from the raised alarm to its case, with a loss 0.1 s before it."""
    since = device.count
    device.press()
    threading.Event().wait(LOSE_AFTER_S)
    lose()
    case = cluster.site.case(device.config.name, SOON_S, kind="manual", state="RECEIVED")
    shown_ms = time.time_ns() // 1_000_000
    raised = device.wait_for(is_signal("alarm"), SOON_S, since)
    device.release()
    device.wait_for(is_signal("alarm_received"), SOON_S, since)
    cluster.site.press(case["id"], "on_scene")
    cluster.site.press(case["id"], "all_clear", "measured")
    since = device.count
    device.press()
    device.wait_for(is_published("reset"), SOON_S, since)
    device.release()
    return float(shown_ms - raised["time_ms"])


def back_to_its_node(cluster: RunningCluster, device: VirtualDevice) -> None:
    """Lose the network and find it, so that the device is at the first of its nodes again."""
    since = device.count
    device.set_radio(is_lost=True)
    device.wait_for(lambda effect: effect["effect"] == "link" and not effect["is_up"], SOON_S, since)
    device.set_radio(is_lost=False)
    device.wait_for(lambda effect: effect["effect"] == "link" and effect["is_up"], SOON_S, since)
    wait_until(lambda: cluster.site.snapshot()["station"]["mqtt"]["is_connected"], SOON_S, "the base station")


def killed(cluster: RunningCluster, device: VirtualDevice, number: int) -> float:
    """Measure the loss of one node by SIGKILL, and bring it back."""
    took_ms = one_round(cluster, device, lambda: cluster.kill(number))
    if number:
        cluster.start_apart(number)
    cluster.wait_joined()
    back_to_its_node(cluster, device)
    return took_ms


def frozen(cluster: RunningCluster, device: VirtualDevice, number: int) -> float:
    """Measure the loss of one node by SIGSTOP, and let it go on."""
    server = cluster.server_of(number)
    took_ms = one_round(cluster, device, lambda: cluster.send(number, signal.SIGSTOP))
    assert cluster.server_of(number) == server
    cluster.send(number, signal.SIGCONT)
    cluster.wait_joined()
    back_to_its_node(cluster, device)
    return took_ms


def said(what: str, found: list[float]) -> None:
    """Print one line."""
    listed = ", ".join(f"{one / 1000:.1f}" for one in sorted(found))
    middle, worst = statistics.median(found) / 1000, max(found) / 1000
    print(f"{what}, {len(found)} times: median {middle:.1f} s, worst {worst:.1f} s ({listed})", flush=True)


def main(rounds: int) -> None:
    """Print median and worst of each kind."""
    with tempfile.TemporaryDirectory() as folder, running_cluster(Path(folder), canary_s="1") as cluster:
        times = {"manual_hold_ms": HOLD_MS, "reset_hold_ms": 3000}
        device = cluster.device("tower-1", node=ITS_NODE, **times)
        turns = range(rounds)
        said("the device's node killed", [killed(cluster, device, ITS_NODE) for _ in turns])
        said("the base station's own node killed", [killed(cluster, device, 0) for _ in turns])
        said("each node killed in turn", [killed(cluster, device, turn % NODES) for turn in turns])
        said("the device's node frozen", [frozen(cluster, device, ITS_NODE) for _ in turns])
        query = "select count(*) from cases where device = 'tower-1' and kind = 'manual'"
        print(f"alarms raised {4 * rounds}, cases {cluster.site.rows(query)[0][0]}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
