"""What of the device may be set, within which limits, and what is refused.

Decides from the table `DEFAULTS` and the sums that DGUV Information 212-139, annex 2, table 5 allows for
each row of `alarm.KINDS`, from the condition to the sending; the time that the detector itself needs counts.
Never repairs a value: what is impossible is refused with a sentence. Integers only; names end in their units.
"""

from collections import namedtuple

from firmware import alarm
from protocol.messages import INT_MAX

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: One setting with its inclusive limits.
Setting = namedtuple("Setting", ("name", "default", "low", "high", "unit"))

#: The field's longest pre-alarm.
PRE_ALARM_MS_MAX = 45000
#: Key hold and pre-alarm of a manual alarm stay below this where the hazard is critical.
CRITICAL_TRIGGER_MS = 2000
#: So long the answer to a heartbeat may take.
REPLY_MS_MAX = 5000
#: A mean acceleration between these can be gravity, in mg.
GRAVITY_MG_MIN = 850
GRAVITY_MG_MAX = 1150
#: Places of wear, as `worn_at`.
WAIST, CHEST, WRIST = 0, 1, 2

DEFAULTS = (
    Setting("version", 0, 0, INT_MAX, ""),
    #: Where the device is worn: 0 waist, 1 chest, 2 wrist.
    Setting("worn_at", WAIST, WAIST, WRIST, ""),
    #: Press and hold raises the manual alarm.
    Setting("manual_hold_ms", 2000, 1000, 5000, "ms"),
    Setting("manual_pre_alarm_ms", 0, 0, PRE_ALARM_MS_MAX, "ms"),
    #: Press and hold after the receipt resets the shown alarm.
    Setting("reset_hold_ms", 5000, 3000, 10000, "ms"),
    Setting("is_hazard_critical", 0, 0, 1, ""),
    #: Alarms that nobody on the spot perceives; outside the standard, so a site switches them on.
    Setting("is_silent_on", 0, 0, 1, ""),
    Setting("is_duress_on", 0, 0, 1, ""),
    #: The automatic kinds, by site. Escape and time ask for work in which running is a sign of danger,
    #: or in which somebody can confirm at an interval.
    Setting("is_fall_on", 1, 0, 1, ""),
    Setting("is_position_on", 1, 0, 1, ""),
    Setting("is_rest_on", 1, 0, 1, ""),
    Setting("is_loss_on", 1, 0, 1, ""),
    Setting("is_escape_on", 0, 0, 1, ""),
    Setting("is_time_on", 0, 0, 1, ""),
    Setting("fall_pre_alarm_ms", 15000, 0, PRE_ALARM_MS_MAX, "ms"),
    #: Tilt from upright beyond which a body counts as lying.
    Setting("tilt_limit_deg", 60, 30, 80, "degrees"),
    Setting("position_detection_ms", 25000, 1000, 90000, "ms"),
    Setting("position_pre_alarm_ms", 15000, 0, PRE_ALARM_MS_MAX, "ms"),
    #: So long in a row the posture must be right again to cancel a pre-alarm.
    Setting("position_clear_ms", 4000, 1000, 30000, "ms"),
    Setting("rest_detection_ms", 60000, 5000, 90000, "ms"),
    Setting("rest_pre_alarm_ms", 15000, 0, PRE_ALARM_MS_MAX, "ms"),
    #: So much movement must come together to count as real.
    Setting("rest_clear_ms", 2000, 500, 10000, "ms"),
    #: Mean deviation from gravity, summed over the axes, from which a body moves; a steady vibration of the
    #: floor must be exceeded as well. Recordings: lying still after a fall 17 (p50), walking from 112 (p5),
    #: work at a desk in between.
    Setting("movement_mg", 50, 20, 500, "mg"),
    #: Clip or strap open for so long, or no sign of a body for `unworn_ms`.
    Setting("loss_detection_ms", 30000, 1000, 90000, "ms"),
    Setting("loss_pre_alarm_ms", 20000, 0, PRE_ALARM_MS_MAX, "ms"),
    Setting("unworn_ms", 60000, 10000, 90000, "ms"),
    #: Movement below this is the sensor's own noise: no living body is so still.
    Setting("unworn_mg", 12, 1, 40, "mg"),
    Setting("escape_detection_ms", 7000, 1000, 10000, "ms"),
    Setting("escape_pre_alarm_ms", 2000, 0, 9000, "ms"),
    #: Swing of |a| within a fifth of a second from which movement is hectic. Recordings: quick walking mostly
    #: below, jogging from 1100; stairs at a run are above it, but not for the detection time.
    Setting("hectic_mg", 1100, 500, 3000, "mg"),
    #: A confirmation is asked for so long after the last one.
    Setting("time_interval_ms", 600000, 60000, 900000, "ms"),
    Setting("time_pre_alarm_ms", 30000, 0, PRE_ALARM_MS_MAX, "ms"),
    #: The one pause of a shift; 0: there is none.
    Setting("pause_ms", 600000, 0, 600000, "ms"),
    #: The self-test of every active kind at the start of the shift and again after so many hours.
    Setting("is_self_test_on", 1, 0, 1, ""),
    Setting("self_test_hours", 24, 1, 24, "h"),
    #: The upright direction as the sensor sees it; three zeros: learn it from standing and walking.
    Setting("upright_x_mg", 0, -GRAVITY_MG_MAX, GRAVITY_MG_MAX, "mg"),
    Setting("upright_y_mg", 0, -GRAVITY_MG_MAX, GRAVITY_MG_MAX, "mg"),
    Setting("upright_z_mg", 0, -GRAVITY_MG_MAX, GRAVITY_MG_MAX, "mg"),
    #: Whether the automatic kinds watch before the first shift command: fail towards noise.
    Setting("is_guarding_without_shift", 1, 0, 1, ""),
    Setting("heartbeat_ms", 25000, 5000, 60000, "ms"),
    #: A raised alarm is repeated so often until its receipt.
    Setting("repeat_ms", 5000, 1000, 30000, "ms"),
    #: Without a receipt for so long the alarm becomes loud on the spot.
    Setting("unheard_ms", 20000, 5000, 60000, "ms"),
    #: A base station that is not heard for so long, whatever the reason, is signalled as a lost link.
    Setting("link_loss_ms", 60000, 15000, 300000, "ms"),
    Setting("battery_low_percent", 15, 5, 50, "%"),
    Setting("battery_critical_percent", 5, 1, 20, "%"),
    #: At so much or less the device says that it will go silent because its battery is empty.
    Setting("battery_empty_percent", 2, 0, 10, "%"),
    #: So long a full battery lasts at worst, by docs/power.md or by the site's own measurement.
    Setting("battery_run_min", 600, 30, 10080, "min"),
    #: A signal weaker than this for so long: the wearer is leaving the area with coverage.
    Setting("area_edge_dbm", -85, -120, -40, "dBm"),
    Setting("area_edge_ms", 5000, 1000, 60000, "ms"),
    #: A sensor that gives no sample for so long is silent, one whose samples never differ is stuck.
    Setting("sensor_silent_ms", 5000, 1000, 60000, "ms"),
    Setting("sensor_stuck_ms", 10000, 1000, 60000, "ms"),
)

_BY_NAME = {setting.name: setting for setting in DEFAULTS}


class SettingsError(Exception):
    """The settings cannot be used; `str()` is a sentence with the value and its limit."""


class _Values:
    """Settings without their rules: the same attributes, and no code that would keep this file in memory."""


class Settings:
    """The settings of one device; every name of `DEFAULTS` is an attribute, an int."""

    def __init__(self) -> None:
        for setting in DEFAULTS:
            setattr(self, setting.name, setting.default)

    @classmethod
    def from_dict(cls, values: "dict[str, Any]") -> "Settings":
        """Return the defaults, changed by `values` (name: int).

        Raises:
            SettingsError: an unknown name, a value outside its limits, or values that do not go together.
        """
        settings = cls()
        for name in sorted(values):
            _check_value(name, values[name])
            setattr(settings, name, values[name])
        _check_sums(settings)
        _check_critical(settings)
        _check_order(settings)
        _check_heartbeat(settings)
        _check_upright(settings)
        kept: "Any" = _Values()
        for setting in DEFAULTS:
            setattr(kept, setting.name, getattr(settings, setting.name))
        accepted: "Settings" = kept
        return accepted

    # Which attributes there are stands in the table.
    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> int: ...


def _check_value(name: str, value: "Any") -> None:
    setting = _BY_NAME.get(name)
    if setting is None:
        raise SettingsError("There is no setting called " + name + ".")
    if isinstance(value, bool) or not isinstance(value, int):
        raise SettingsError(name + " must be a whole number, not " + repr(value) + ".")
    if not setting.low <= value <= setting.high:
        raise SettingsError(
            name + " is " + _with_unit(value, setting.unit) + "; it must lie between "
            + str(setting.low) + " and " + _with_unit(setting.high, setting.unit) + "."
        )  # fmt: skip


def _check_sums(settings: "Settings") -> None:
    for kind in alarm.KINDS:
        for detection in kind.detections or ("",):
            names = [name for name in (detection, kind.pre_alarm) if name]
            parts_ms = [getattr(settings, name) for name in names]
            if kind.latency_ms:
                parts_ms.append(kind.latency_ms)
                names.append("the detector's own time")
            if sum(parts_ms) > kind.trigger_ms_max:
                raise SettingsError(
                    _sum(names, parts_ms) + "; at most " + str(kind.trigger_ms_max)
                    + " ms may pass from the condition to the " + kind.name
                    + " alarm, so shorten one of them."
                )  # fmt: skip


def _check_critical(settings: "Settings") -> None:
    parts_ms = [settings.manual_hold_ms, settings.manual_pre_alarm_ms]
    if settings.is_hazard_critical and sum(parts_ms) >= CRITICAL_TRIGGER_MS:
        raise SettingsError(
            _sum(["manual_hold_ms", "manual_pre_alarm_ms"], parts_ms)
            + "; where the hazard is critical it must stay under " + str(CRITICAL_TRIGGER_MS)
            + " ms, so shorten one of them."
        )  # fmt: skip


def _check_order(settings: "Settings") -> None:
    for name, factor, lower_name in (
        ("reset_hold_ms", 1, "manual_hold_ms"),
        ("unheard_ms", 1, "repeat_ms"),
        ("battery_low_percent", 1, "battery_critical_percent"),
        ("battery_critical_percent", 1, "battery_empty_percent"),
    ):
        value, limit = getattr(settings, name), factor * getattr(settings, lower_name)
        if value <= limit:
            times = "" if factor == 1 else str(factor) + " times "
            unit = _BY_NAME[name].unit
            raise SettingsError(
                name + " is " + _with_unit(value, unit) + "; it must be more than " + times + lower_name
                + ", " + _with_unit(limit, unit) + "."
            )  # fmt: skip


def _check_heartbeat(settings: "Settings") -> None:
    least_ms = 2 * settings.heartbeat_ms + REPLY_MS_MAX
    if settings.link_loss_ms < least_ms:
        raise SettingsError(
            "link_loss_ms is " + str(settings.link_loss_ms) + " ms; two heartbeats (heartbeat_ms) and "
            + str(REPLY_MS_MAX) + " ms for the answer must find their place in it, so at least "
            + str(least_ms) + " ms."
        )  # fmt: skip


def _check_upright(settings: "Settings") -> None:
    x_mg, y_mg, z_mg = settings.upright_x_mg, settings.upright_y_mg, settings.upright_z_mg
    square = x_mg * x_mg + y_mg * y_mg + z_mg * z_mg
    if square != 0 and not GRAVITY_MG_MIN * GRAVITY_MG_MIN <= square <= GRAVITY_MG_MAX * GRAVITY_MG_MAX:
        raise SettingsError(
            "upright_x_mg, upright_y_mg, upright_z_mg are " + str(x_mg) + ", " + str(y_mg) + ", " + str(z_mg)
            + " mg; their length must lie between " + str(GRAVITY_MG_MIN) + " and " + str(GRAVITY_MG_MAX)
            + " mg, or all be 0 to learn the direction."
        )  # fmt: skip


def _sum(names: "list[str]", parts_ms: "list[int]") -> str:
    return str(
        " + ".join(names) + " is " + str(sum(parts_ms)) + " ms ("
        + " + ".join([str(part_ms) for part_ms in parts_ms]) + ")"
    )  # fmt: skip


def _with_unit(value: int, unit: str) -> str:
    return str(value) + " " + unit if unit else str(value)
