"""Processes that die without a word, or stand still: base station, broker, device.

The bounds follow from the settings of the site (`site`), the canary (5 s, two missed), what SPEC.md lets a
device take to come back (5 s) and to repeat (5 s), and what a process takes to start.
"""

import os
import signal

from tests.faults.fault import Act, Fault
from tests.faults.moments import VICTIMS
from tests.faults.sightings import CONSOLE, DEVICE_CASE, LINK_LOST, STATION_CASE
from tests.faults.site import CANARY_S, LAST_WILL_S, LINK_LOSS_MS, SILENCE_S, FaultySite
from tests.system.running import keep_walking

#: From its start until a base station hears, on a machine that runs two sites.
START_S = 10
#: A device comes back, and repeats its alarm, within these.
BACK_S, REPEAT_S = 5, 5
CONSOLE_S = 7
#: `cases/silence.py`: a base station that has just come up calls nobody silent for 45 s.
GRACE_S = 46
LINK_LOST_S = LINK_LOSS_MS // 1000 + REPEAT_S
#: Two canaries are missed, the third interval has begun, and a look at it.
CANARY_MISSED_S = 3 * CANARY_S + 2
#: A frozen server is killed after 3 s, and another starts.
RESTART_S = 3 + 5


def _start_station(site: FaultySite) -> None:
    site.running.start()


def _kill_station(site: FaultySite) -> None:
    site.running.station.kill()


def _kill_broker(site: FaultySite) -> None:
    site.broker_process(signal.SIGKILL)


def _kill_both(site: FaultySite) -> None:
    site.broker_process(signal.SIGKILL)
    site.running.station.kill()


def _cut_power(site: FaultySite) -> None:
    site.devices["victim"].kill()


def _give_power(site: FaultySite) -> None:
    site.devices["victim"].restart()
    keep_walking(site.devices["victim"])


def _to_station(number: int) -> Act:
    return lambda site: site.station_process(number)


def _to_victim(number: int) -> Act:
    def act(site: FaultySite) -> None:
        os.kill(site.devices["victim"].process_id, number)

    return act


def _freeze_broker(site: FaultySite) -> None:
    site.broker_process(signal.SIGSTOP)


KILLS = (
    Fault(
        "base-killed",
        "base station: kill -9, started again after 4 s",
        _kill_station,
        4,
        (CONSOLE,),
        CONSOLE_S,
        START_S + BACK_S + REPEAT_S,
        "a page's watchdog 5 s; start 10 s, device back 5 s, repeat 5 s",
        _start_station,
        again_max=1,
        start_s=START_S,
    ),
    Fault(
        "broker-killed",
        "broker: kill -9, started again by the base station",
        _kill_broker,
        3,
        (STATION_CASE,),
        3,
        BACK_S + REPEAT_S + 3,
        "at once; device back 5 s, repeat 5 s, connection of the base 1.25 s",
    ),
    Fault(
        "both-killed",
        "base station and broker: kill -9 at once, started again after 3 s",
        _kill_both,
        3,
        (CONSOLE,),
        CONSOLE_S,
        START_S + BACK_S + REPEAT_S,
        "a page's watchdog 5 s; start 10 s, device back 5 s, repeat 5 s",
        _start_station,
        again_max=1,
        start_s=START_S,
    ),
    Fault(
        "device-killed",
        "device: power cut between its alarm and the receipt, back after 10 s",
        _cut_power,
        10,
        (DEVICE_CASE,),
        LAST_WILL_S + 3,
        BACK_S + REPEAT_S,
        "last will 5 s (here) and 3 s; start and log-in 5 s, repeat 5 s",
        _give_power,
        is_on_victim=True,
        settled_s=GRACE_S,
    ),
    Fault(
        "base-frozen",
        "base station: SIGSTOP for 22 s",
        _to_station(signal.SIGSTOP),
        22,
        (CONSOLE, LINK_LOST),
        CONSOLE_S,
        BACK_S + REPEAT_S + 5,
        "a page's watchdog 5 s; connection of the base, device back 5 s, repeat 5 s",
        _to_station(signal.SIGCONT),
        again_max=1,
    ),
    Fault(
        "broker-frozen",
        "broker: SIGSTOP, never continued",
        _freeze_broker,
        CANARY_MISSED_S,
        (STATION_CASE,),
        CANARY_MISSED_S,
        RESTART_S + BACK_S + REPEAT_S,
        "two canaries of 5 s and a look; killed after 3 s, start 5 s, device back 5 s, repeat 5 s",
    ),
    Fault(
        "device-frozen",
        "device: SIGSTOP for 50 s",
        _to_victim(signal.SIGSTOP),
        50,
        (DEVICE_CASE,),
        SILENCE_S + 3,
        BACK_S + REPEAT_S,
        "silence 35 s (here) and 3 s; device back 5 s, repeat 5 s",
        _to_victim(signal.SIGCONT),
        is_on_victim=True,
    ),
)


#: `moments`: killed so often between an alarm and its receipt; on SQLite, by the names of the rows.
MOMENTS = 20
MOMENTS_S = START_S + BACK_S + REPEAT_S
MOMENTS_OF = {f"{victims}-at-{MOMENTS}-moments": victims for victims in VICTIMS}
