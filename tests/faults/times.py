"""A clock that is stepped, a certificate that runs out; and everything at once at the end."""

import signal
from datetime import UTC, datetime, timedelta

from basestation.broker.configuration import station_user
from basestation.trust.authority import SERVER_LIFE
from basestation.trust.certificates import SiteCertificates
from tests.faults import proxy, small_disk
from tests.faults.fault import Act, Fault
from tests.faults.kills import BACK_S, CONSOLE_S, REPEAT_S, START_S
from tests.faults.networks import HANDSHAKE_S
from tests.faults.sightings import CONSOLE, STATION_CASE
from tests.faults.site import TLS_NAME, FaultySite, Wish
from tests.faults.template import REPLICA
from tests.system.running import keep_walking, wait_until

HOUR_S = 3600
#: A level that does not answer is followed by the next after this; shown so much later at most.
ANSWER_S, ESCALATED_S_MAX = 12, 12 + 8
#: A device that did not believe its broker tries again after 30 to 40 s (SPEC.md).
REFUSED_S = 40
_SOON_S = 5


def _step(ahead_s: int) -> Act:
    def act(site: FaultySite) -> None:
        assert site.clock is not None
        site.clock.set(ahead_s)

    return act


def _certificates(site: FaultySite, left_s: float) -> SiteCertificates:
    """Return the site's certificates as at a moment, so that what they make has so many seconds left."""
    then = datetime.now(UTC) - SERVER_LIFE + timedelta(seconds=left_s)
    return SiteCertificates(
        site.running.data, [TLS_NAME], station_user(REPLICA), lambda: then, is_for_clients=False
    )


def _start_with_expired(site: FaultySite) -> None:
    site.running.station.kill()
    _certificates(site, -86400).renewed()
    site.running.station.start()


def _let_run_out(site: FaultySite) -> None:
    """Let the broker show a certificate until it is over, and then let everybody come anew."""
    made = _certificates(site, _SOON_S).renewed()
    configuration = site.running.data / "broker" / "nats.conf"
    lines = configuration.read_text().splitlines()
    for number, line in enumerate(lines):
        for word, path in (("cert_file:", made.certificate), ("key_file:", made.key)):
            if line.strip().startswith(word):
                lines[number] = f'    {word} "{path}"'
    configuration.write_text("\n".join(lines) + "\n")
    site.broker_process(signal.SIGHUP)
    over_at = datetime.now(UTC) + timedelta(seconds=_SOON_S + 1)
    wait_until(lambda: datetime.now(UTC) > over_at, 2 * _SOON_S, "the end of the certificate")
    site.broker_process(signal.SIGKILL)


def _strike_all(site: FaultySite) -> None:
    assert site.device_way is not None
    assert site.database.disk is not None
    site.device_way.set(proxy.BLACK_HOLE)
    site.database.disk.fill()
    site.broker_process(signal.SIGKILL)
    site.devices["victim"].kill()
    site.running.station.kill()


def _mend_all(site: FaultySite) -> None:
    assert site.device_way is not None
    assert site.database.disk is not None
    site.database.disk.free()
    site.database.revive()
    site.devices["victim"].restart()
    keep_walking(site.devices["victim"])
    site.device_way.set(proxy.PASS)
    site.running.start()


def _clock_fault(name: str, said: str, ahead_s: int) -> Fault:
    return Fault(
        name,
        said,
        _step(ahead_s),
        26,
        (),
        0,
        BACK_S + REPEAT_S,
        "nothing stops: device back 5 s, repeat 5 s; the next level is called 12 s after the alarm, and 8",
        _step(0),
        Wish(has_own_clock=True, answer_s=ANSWER_S),
        escalated_s_max=ESCALATED_S_MAX,
    )


TIMES = (
    _clock_fault("clock-ahead", "base station's clock: one hour ahead, and back after 26 s", HOUR_S),
    _clock_fault("clock-back", "base station's clock: one hour back, and ahead after 26 s", -HOUR_S),
    Fault(
        "certificate-at-start",
        "base station started with a broker's certificate that has expired",
        _start_with_expired,
        0,
        (CONSOLE,),
        CONSOLE_S,
        START_S + BACK_S + REPEAT_S,
        "a page's watchdog 5 s; start and renewal 10 s, device back 5 s, repeat 5 s",
        wish=Wish(is_tls=True),
        again_max=1,
        start_s=START_S,
    ),
    Fault(
        "certificate-expired",
        "broker's certificate runs out while it is in force; everybody comes anew",
        _let_run_out,
        3,
        (STATION_CASE,),
        _SOON_S + 1 + 4,
        15 + REFUSED_S + REPEAT_S,
        "with the first refusal; renewed with that, base back 15 s, device again after 40 s, repeat 5 s",
        wish=Wish(is_tls=True),
    ),
    Fault(
        "all-at-once",
        "base, broker, a device killed, the devices' network cut, the store's disk full, all for 10 s",
        _strike_all,
        10,
        (CONSOLE,),
        CONSOLE_S,
        START_S + HANDSHAKE_S + BACK_S + REPEAT_S,
        "a page's watchdog 5 s; start 10 s, try of a dead way 8 s, device back 5 s, repeat 5 s",
        _mend_all,
        Wish(is_device_way=True, is_store_small=True),
        is_on_victim=True,
        again_max=4,
        missing=small_disk.why_none,
        start_s=START_S,
    ),
)
