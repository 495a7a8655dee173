"""Whether a device guards its wearer, as far as the control room may believe it.

Decides which of two statements of a device counts, what is shown of a worker at work, and when a wearer
who is not protected becomes a technical alarm. Never decides about silence (`silence` does): of a device
that is not heard, nothing is known. States and reasons are those of `protocol.messages`; the words beside
them are the base station's own. Field: 30 min at most to a technical alarm (DGUV 212-139); times in seconds.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from protocol.messages import PROTECTIONS

PROTECTED, NOT_PROTECTED, SUSPENDED = PROTECTIONS
#: Nothing is known: what is shown of a device that is not heard, or has not said.
UNKNOWN = "unknown"
UNSAID, SILENT, OFFLINE = "unsaid", "silent", "offline"
#: A suspension that should be over: the device pauses longer than it said, or than it may.
PAUSE_OVER = "pause_over"

#: The mute of the automatic kinds is 10 min long (DGUV 212-139, usual value).
PAUSE_S_MAX = 600
#: A heartbeat's period and a margin, for the word that a pause has ended.
PAUSE_GRACE_S = 45

#: What an operator reads: of the reasons of a device, and of the causes of its technical alarms.
CAUSES: Final = {
    "key_stuck": "the key is stuck",
    "sensor_silent": "the movement sensor says nothing",
    "sensor_stuck": "the movement sensor is stuck or failed its test",
    "battery_critical": "the battery is nearly empty",
    "battery_low": "the battery is low",
    "battery_short": "the battery will not last until the planned end of the shift",
    "link_lost": "the device has lost its link",
    "link_refused": "the device and its broker refuse each other: certificate, name or secret is wrong",
    "clip_open": "the clip or strap is open",
    "upright_unknown": "the device does not know how it is worn",
    "self_test_failed": "the self-test failed",
    "self_test_due": "the self-test has not been done",
    "journal_failed": "the device cannot write its journal",
    "off_shift": "the device does not know of the shift",
    PAUSE_OVER: "the pause has not ended in time",
}


@dataclass(frozen=True, slots=True)
class ProtectionSettings:
    """How long a wearer may be without protection."""

    #: From the beginning of it to the technical alarm, in seconds.
    not_protected_s: int = 300
    #: What each device gets after the base was deaf, in seconds.
    grace_s: int = 45


@dataclass(frozen=True, slots=True)
class Protection:
    """What a device said of it last."""

    #: One of PROTECTIONS, or a word of a newer device.
    state: str
    reason: str | None
    #: Since when this has been so.
    since: datetime
    #: When the device said so last.
    said_at: datetime
    #: End of the suspension, where the device told it.
    until: datetime | None
    #: The message that said so.
    boot: int
    seq: int


@dataclass(frozen=True, slots=True)
class SelfTest:
    """The last self-test of a device, whoever wore it."""

    #: "passed", "failed" or "abandoned".
    result: str
    at: datetime
    #: Part to 1 (passed) or 0.
    parts: dict[str, int]
    mark: str
    boot: int
    seq: int


@dataclass(frozen=True, slots=True)
class ShownProtection:
    """What the control room shows of a worker at work."""

    state: str
    reason: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ProtectionDue:
    """The technical alarm that comes at `due_at` unless the wearer is protected before."""

    due_at: datetime
    reason: str

    @property
    def cause(self) -> str:
        """Return why, as a sentence for people."""
        return f"the worker is not protected: {CAUSES.get(self.reason, self.reason)}"


def newest(known: Protection | None, said: Protection, *, is_present: bool = False) -> Protection:
    """Return the statement that counts; `is_present`: `said` is of the present start, whatever its number."""
    if known is None:
        return said
    is_newer = (said.boot, said.seq) > (known.boot, known.seq)
    if not is_newer and not (is_present and said.boot != known.boot):
        return known
    if said.state != known.state:
        return said
    if said.reason == known.reason:
        # A heartbeat says nothing of the end that the event told.
        said = replace(said, until=said.until or known.until)
    elif said.state == SUSPENDED:
        return said
    return replace(said, since=known.since)


def newest_test(known: SelfTest | None, said: SelfTest) -> SelfTest:
    """Return the later of two self-tests, in the order in which they were heard of."""
    if known is not None and known.boot == said.boot and said.seq <= known.seq:
        return known
    return said


def shown_protection(
    said: Protection | None, shift_started_at: datetime, now: datetime, unheard: str | None = None
) -> ShownProtection:
    """Return what is shown; `unheard`: SILENT or OFFLINE while the device is not heard."""
    if unheard is not None:
        return ShownProtection(UNKNOWN, unheard)
    if said is None or said.said_at < shift_started_at:
        return ShownProtection(UNKNOWN, UNSAID)
    hindrance = _hindrance(said)
    if hindrance is not None and hindrance[1] <= now:
        return ShownProtection(NOT_PROTECTED, hindrance[0], max(hindrance[1], shift_started_at))
    state = said.state if said.state in PROTECTIONS else UNKNOWN
    return ShownProtection(state, said.reason, max(said.since, shift_started_at), _pause_end(said))


def protection_due(
    said: Protection | None,
    shift_started_at: datetime,
    looked_at: datetime | None,
    link_up_since: datetime | None,
    settings: ProtectionSettings,
) -> ProtectionDue | None:
    """Return when the lack of protection is a technical alarm; None without one, or if nothing is known.

    `looked_at`: an alarm of the device's own said so already then, and counts for another while.
    `link_up_since`: since when the base station has been hearing its devices; None while it does not.
    """
    if said is None or said.said_at < shift_started_at or link_up_since is None:
        return None
    hindrance = _hindrance(said)
    if hindrance is None:
        return None
    reason, since = hindrance
    due_at = max(since, shift_started_at, looked_at or since) + _seconds(settings.not_protected_s)
    return ProtectionDue(max(due_at, link_up_since + _seconds(settings.grace_s)), reason)


def _hindrance(said: Protection) -> tuple[str, datetime] | None:
    """Return why the wearer is not protected, and from when on."""
    if said.state == NOT_PROTECTED:
        return said.reason or NOT_PROTECTED, said.since
    if said.state == SUSPENDED and said.reason == "off_shift":
        # By the station's books the worker is at work.
        return "off_shift", said.since
    pause_end = _pause_end(said)
    return None if pause_end is None else (PAUSE_OVER, pause_end + _seconds(PAUSE_GRACE_S))


def _pause_end(said: Protection) -> datetime | None:
    if said.state != SUSPENDED or said.reason != "paused":
        return None
    latest = said.since + _seconds(PAUSE_S_MAX)
    return min(said.until or latest, latest)


def _seconds(count: int) -> timedelta:
    return timedelta(seconds=count)
