"""Commands for beacons and coverage walks.

Each is one call of the API of the running base station; what that refuses is shown as its sentence.
"""

from typing import Annotated, Any

import typer

from basestation.administration import ConfigFile, number_of, show, with_station
from basestation.local import Station

beacons = typer.Typer(name="beacon", help="What is where the beacons hang.", no_args_is_help=True)
coverage = typer.Typer(
    name="coverage", help="Coverage walks: how well the radio reaches.", no_args_is_help=True
)
GROUPS = (beacons, coverage)


@beacons.command("add")
def add_beacon(
    name: Annotated[str, typer.Argument(help="As devices hear it: 12 hex digits of the BSSID, or its name.")],
    zone: Annotated[str, typer.Option(help="What is there, in words that helpers know.")],
    note: Annotated[str, typer.Option()] = "",
    config_file: ConfigFile = None,
) -> None:
    """Put a beacon or access point on the list."""
    body = {"name": name, "zone": zone, "note": note}
    show(with_station(config_file, lambda station: station.post("beacons", body)))


@beacons.command("list")
def list_beacons(config_file: ConfigFile = None) -> None:
    """Show the beacons in use."""
    show(with_station(config_file, lambda station: station.get("beacons")))


@beacons.command("retire")
def retire_beacon(name: str, config_file: ConfigFile = None) -> None:
    """Take a beacon off the list; cases that name it keep the words."""
    show(with_station(config_file, lambda station: station.post(f"beacons/{name}/retire")))


@coverage.command("start")
def start_walk(
    device: Annotated[str, typer.Option(help="The device that is carried.")],
    workplace: Annotated[str, typer.Option(help="Name or number of the workplace.")],
    minutes: Annotated[int, typer.Option(help="It ends by itself after so long, 120 at most.")] = 30,
    config_file: ConfigFile = None,
) -> None:
    """Begin a walk: the device measures every 5 s, and begins the next point at each short press."""

    def start(station: Station) -> Any:
        workplace_id = number_of(station.get("workplaces"), workplace, "workplace")
        return station.post("walks", {"device": device, "workplace_id": workplace_id, "minutes": minutes})

    show(with_station(config_file, start))


@coverage.command("stop")
def stop_walk(walk_id: int, config_file: ConfigFile = None) -> None:
    """End a walk."""
    show(with_station(config_file, lambda station: station.post(f"walks/{walk_id}/stop")))


@coverage.command("list")
def list_walks(config_file: ConfigFile = None) -> None:
    """Show the walks, newest first."""
    show(with_station(config_file, lambda station: station.get("walks")))


@coverage.command("show")
def show_walk(walk_id: int, config_file: ConfigFile = None) -> None:
    """Show the map of a walk, the worst places first."""
    show(with_station(config_file, lambda station: station.get(f"walks/{walk_id}"))["map"])


@coverage.command("name")
def name_points(
    walk_id: int,
    names: Annotated[list[str], typer.Argument(help="What the points are, from point 0 on.")],
    config_file: ConfigFile = None,
) -> None:
    """Say what the points of a walk are."""
    body = {"names": names}
    show(with_station(config_file, lambda station: station.put(f"walks/{walk_id}/points", body)))


@coverage.command("changed")
def building_changed(
    workplace: Annotated[str, typer.Argument(help="Name or number of the workplace.")],
    config_file: ConfigFile = None,
) -> None:
    """Say that a building has changed: the console asks for a new walk there."""

    def change(station: Station) -> Any:
        workplace_id = number_of(station.get("workplaces"), workplace, "workplace")
        return station.post(f"workplaces/{workplace_id}/building-changed")

    show(with_station(config_file, change))
