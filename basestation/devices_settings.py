"""`rufweite device settings`: what a device is set to, changed over the air, and what became of each change.

Decides how words become settings; what is refused is refused by the running base station, with its sentence.
"""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from basestation.administration import ConfigFile, show, with_station
from basestation.local import NotReached, Station

_VERBS = ("show", "set", "history")


def settings(
    name: Annotated[str, typer.Argument(help="The device.")],
    verb: Annotated[str, typer.Argument(help="show, set or history.")] = "show",
    pairs: Annotated[list[str] | None, typer.Argument(help="For set: name=value, several of them.")] = None,
    *,
    whole: Annotated[
        bool, typer.Option("--whole", help="These are all that differ from the defaults.")
    ] = False,
    config_file: ConfigFile = None,
) -> None:
    """Show the settings of a device, change them over the air, or show what became of each change."""

    def ask(station: Station) -> Any:
        if verb not in _VERBS:
            raise NotReached(f"{verb!r} is not known here: use one of {', '.join(_VERBS)}.")
        if verb != "set" and (pairs or whole):
            raise NotReached(f"Only set takes settings: `rufweite device settings {name} set name=value`.")
        if verb == "set":
            body = {"values": values_of(pairs or [], is_whole=whole), "is_whole": whole}
            return station.put(f"devices/{name}/settings", body)["history"][0]
        found = station.get(f"devices/{name}/settings")
        return found["history"] if verb == "history" else _shown(found)

    show(with_station(config_file, ask))


def values_of(pairs: Sequence[str], *, is_whole: bool) -> dict[str, int]:
    """Return the settings in words such as `tilt_limit_deg=45`; raises NotReached with a sentence."""
    if not pairs and not is_whole:
        raise NotReached("Name what is to change: tilt_limit_deg=45, for instance.")
    values: dict[str, int] = {}
    for pair in pairs:
        setting, separator, number = pair.partition("=")
        if not separator or not setting or setting in values:
            raise NotReached(f"{pair!r} is no setting: write name=value, each name once.")
        try:
            values[setting] = int(number)
        except ValueError:
            raise NotReached(f"{setting} must be a whole number, not {number!r}.") from None
    return values


def add_to(group: typer.Typer) -> None:
    """Add the command to the group of the devices."""
    group.command("settings")(settings)


def _shown(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a row for each setting, after one that says which version it is and what is under way."""
    newest = found["history"][0] if found["history"] else {}
    head = {"device": found["device"], "version": found["version"], "newest": newest.get("version")}
    head |= {"state": newest.get("state"), "reason": newest.get("reason")}
    if found["settings"] is None:
        return [head | {"settings": "not known here; change them with --whole"}]
    return [head, *found["settings"]]
