"""A JSON file with the settings of a device, as `replay` and `evaluate` take it.

Decides that it is one object whose numbers are numbers. Whether its values are possible is for the firmware
to say.
"""

import json
from pathlib import Path
from typing import Any


class SettingsFileRefused(Exception):
    """The file cannot be used; `str()` is a sentence."""


def read_settings(path: Path | None) -> dict[str, Any]:
    """Return the settings in a file by their names, none without a file.

    Raises:
        SettingsFileRefused: it cannot be read, or is no JSON object of names and values.
    """
    if path is None:
        return {}
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsFileRefused(f"The settings file {path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise SettingsFileRefused(f"The settings file {path} is no JSON: {error}.") from error
    if not isinstance(values, dict):
        raise SettingsFileRefused(f"The settings file {path} is no JSON object of names and values.")
    try:
        json.dumps(values, allow_nan=False)
    except ValueError:
        sentence = f"The settings file {path} holds a number that is none (NaN, Infinity)."
        raise SettingsFileRefused(sentence) from None
    return values
