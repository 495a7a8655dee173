"""Cut networks, by a fault proxy in the way: between devices and broker, and between broker and base station.

A way that is cut holds back what was on it; it arrives when the way is whole, unless an end has given up.
The base station has a network between itself and its broker only where that is somebody else's
(`external`).
"""

import shutil

from tests.faults import proxy
from tests.faults.fault import Act, Fault
from tests.faults.kills import BACK_S, CANARY_MISSED_S, LINK_LOST_S, REPEAT_S
from tests.faults.sightings import DEVICE_CASE, LINK_LOST, STATION_CASE
from tests.faults.site import APART, EXTERNAL, FaultySite, Wish

#: SPEC.md: connection, handshake and commands are given 4 s each before another try.
HANDSHAKE_S = 8
_AT_DEVICES = Wish(is_device_way=True)
_AT_STATION = Wish(EXTERNAL, is_station_way=True)


def _devices(mode: str) -> Act:
    def act(site: FaultySite) -> None:
        assert site.device_way is not None
        site.device_way.set(mode)

    return act


def _station(mode: str) -> Act:
    def act(site: FaultySite) -> None:
        assert site.station_way is not None
        site.station_way.set(mode)

    return act


def _replace_broker(site: FaultySite) -> None:
    """Another machine takes its place: nothing of sessions and queues is left."""
    broker = site.running.broker
    assert broker is not None
    broker.kill()
    shutil.rmtree(site.running.data / "broker" / "queues")


def _start_broker(site: FaultySite) -> None:
    assert site.running.broker is not None
    site.running.broker.start()


def _device_fault(name: str, said: str, mode: str, lasts_s: float, **more: object) -> Fault:
    noticed = {"noticed_by": (LINK_LOST, DEVICE_CASE), "noticed_s_max": LINK_LOST_S}
    bounds = "loss of the link 15 s (here) and 5 s; try of a dead way 8 s, device back 5 s, repeat 5 s"
    words = {"recovered_s_max": HANDSHAKE_S + BACK_S + REPEAT_S, "bounds": bounds, **noticed, **more}
    return Fault(
        name,
        said,
        _devices(mode),
        lasts_s,
        mend=_devices(proxy.PASS),
        wish=_AT_DEVICES,
        **words,  # type: ignore[arg-type]
    )


def _station_fault(name: str, said: str, mode: str, lasts_s: float, **more: object) -> Fault:
    bounds = (
        "keep-alive 15 s, two canaries and a look; log-in 1.25 s, delivery again 2 s, device's repeat 5 s"
    )
    words = {
        "noticed_s_max": CANARY_MISSED_S + 3,
        "recovered_s_max": BACK_S + REPEAT_S + 5,
        "bounds": bounds,
        **more,
    }
    return Fault(
        name,
        said,
        _station(mode),
        lasts_s,
        (STATION_CASE,),
        mend=_station(proxy.PASS),
        wish=_AT_STATION,
        **words,  # type: ignore[arg-type]
    )


NETWORKS = (
    _device_fault("devices-refused", "devices: connections reset and refused for 20 s", proxy.REFUSE, 20),
    _device_fault("devices-cut", "devices: network cut for 25 s, nobody is told", proxy.BLACK_HOLE, 25),
    _device_fault("devices-unheard", "devices: upward direction lost for 22 s", proxy.UP_LOST, 22),
    _device_fault("devices-deaf", "devices: downward direction lost for 22 s", proxy.DOWN_LOST, 22),
    _device_fault(
        "devices-half-open",
        "devices: connections end on their side alone",
        proxy.HALF_OPEN,
        5,
        noticed_by=(),
        noticed_s_max=0,
    ),
    _device_fault(
        "devices-slow",
        "devices: 0.7 s more in each direction for 15 s",
        proxy.DELAY,
        15,
        noticed_by=(),
        noticed_s_max=0,
    ),
    _device_fault(
        "devices-flapping",
        "devices: every connection reset every 2 s, for 20 s",
        proxy.FLAP,
        20,
        noticed_by=(),
        noticed_s_max=0,
    ),
    _station_fault(
        "base-cut", "broker to base station: network cut for 22 s, nobody is told", proxy.BLACK_HOLE, 22
    ),
    _station_fault(
        "base-refused",
        "broker to base station: reset and refused for 12 s",
        proxy.REFUSE,
        12,
        noticed_s_max=3,
    ),
    _station_fault(
        "base-deaf", "broker to base station: downward direction lost for 22 s", proxy.DOWN_LOST, 22
    ),
    _station_fault(
        "base-half-open",
        "broker to base station: ends on the base's side alone",
        proxy.HALF_OPEN,
        5,
        noticed_s_max=3,
    ),
    Fault(
        "broker-replaced",
        "broker replaced by an empty one after 4 s",
        _replace_broker,
        4,
        (STATION_CASE,),
        3,
        5 + BACK_S + REPEAT_S,
        "at once; start 5 s, device back 5 s, repeat 5 s",
        _start_broker,
        Wish(APART),
    ),
)
