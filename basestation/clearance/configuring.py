"""What the terms of a clearance ask of the device's settings; only what differs, and never a weaker value.

Decides which settings change; whether the device may have them is the firmware's own rules' (`tuning/rules`).
"""

from collections.abc import Mapping

from basestation.clearance.rules import Terms

#: Alarm kinds that a setting switches; the manual alarm is always on.
_SWITCHES = {kind: f"is_{kind}_on" for kind in ("fall", "position", "rest", "loss", "escape", "time")}


def changes_for(terms: Terms, settings: Mapping[str, int]) -> dict[str, int]:
    """Return the settings to change, name to value, given those in force with their defaults."""
    wanted = {_SWITCHES[kind]: 1 for kind in sorted(terms.alarm_kinds) if kind in _SWITCHES}
    changes = {name: value for name, value in wanted.items() if settings.get(name) != value}
    above = {name: most for name, most in terms.settings_max.items() if settings.get(name, most) > most}
    return {**changes, **above}
