"""Whether a device may have these settings: the firmware's own rules, asked before anything is sent.

Decides nothing by itself, so that base station and device never differ. What is refused is refused with the
firmware's sentence, which names the value, its limits and the sum.
"""

from collections.abc import Mapping
from typing import Any

from basestation.errors import EntryRefused
from firmware.alarm import KINDS
from firmware.settings import CRITICAL_TRIGGER_MS, DEFAULTS, Settings, SettingsError

#: The version is ours to give.
VERSION = "version"


def judged(settings: Mapping[str, Any]) -> dict[str, int]:
    """Return those of the settings that differ from the defaults; raises EntryRefused with a sentence."""
    if VERSION in settings:
        raise EntryRefused("The version of the settings is given by the base station: leave it out.")
    try:
        Settings.from_dict(dict(settings))
    except SettingsError as error:
        raise EntryRefused(f"These settings cannot be used: {error}") from error
    defaults = {setting.name: setting.default for setting in DEFAULTS}
    return {name: settings[name] for name in sorted(settings) if settings[name] != defaults[name]}


def whole(settings: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return every setting with its value, whether it differs from the default, and its limits."""
    return [
        {
            "name": one.name, "value": settings.get(one.name, one.default), "default": one.default,
            "low": one.low, "high": one.high, "unit": one.unit,
        }
        for one in DEFAULTS
        if one.name != VERSION
    ]  # fmt: skip


def sums() -> list[dict[str, Any]]:
    """Return what counts together: a kind's settings, the detector's own time, and their limit, in ms."""
    found = [
        {
            "kind": kind.name,
            "parts": [name for name in (detection, kind.pre_alarm) if name],
            "own_ms": kind.latency_ms,
            "ms_max": kind.trigger_ms_max,
        }
        for kind in KINDS
        for detection in kind.detections or ("",)
        if kind.pre_alarm
    ]
    manual = ["manual_hold_ms", "manual_pre_alarm_ms"]
    critical = {"kind": "critical", "parts": manual, "own_ms": 0, "ms_max": CRITICAL_TRIGGER_MS - 1}
    return [*found, critical]


def differences(before: Mapping[str, int] | None, after: Mapping[str, int]) -> dict[str, list[int | None]]:
    """Return name to [value before, value after] of what changes; before None: nobody knows."""
    defaults = {setting.name: setting.default for setting in DEFAULTS if setting.name != VERSION}
    if before is None:
        return {name: [None, value] for name, value in after.items()}
    pairs = {name: [before.get(name, value), after.get(name, value)] for name, value in defaults.items()}
    return {name: [old, new] for name, (old, new) in pairs.items() if old != new}
