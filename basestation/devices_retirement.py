"""`rufweite device retire | left | removed`: out of service, here and at the brokers of others.

Decides which words say what is still to be done, and where; what is done the running base station does.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import quote

import typer

from basestation.administration import ConfigFile, show, with_station
from basestation.local import Station

Named = Annotated[str, typer.Argument(help="The device.")]


def retire(name: Named, config_file: ConfigFile = None) -> None:
    """Take a device out of service for good; its log-in is refused at once, open cases stay."""

    def ask(station: Station) -> tuple[Any, Any]:
        return station.post(f"devices/{quote(name, safe='')}/retire"), station.get("log-ins-left")

    retired, left = with_station(config_file, ask)
    for sentence in sentences(retired, [row for row in left if row["device"] == name]):
        typer.echo(sentence)


def left(config_file: ConfigFile = None) -> None:
    """Show the log-ins that brokers of others have yet to remove."""
    show(with_station(config_file, lambda station: station.get("log-ins-left")))


def removed(
    name: Named,
    at: Annotated[str, typer.Option(help="The broker, as `rufweite device left` shows it.")],
    config_file: ConfigFile = None,
) -> None:
    """Say that a device's withdrawn log-in is removed at a broker; refused while that still lets it in."""
    path = f"devices/{quote(name, safe='')}/log-in-removed"
    still_left = with_station(config_file, lambda station: station.post(path, {"broker": at}))
    places = [row["broker"] for row in still_left if row["device"] == name]
    typer.echo(f"Noted: the log-in of {name} is removed at {at}.")
    if places:
        typer.echo(f"Still to be removed: at {', '.join(places)}.")


def sentences(device: Mapping[str, Any], left_of_it: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield what whoever retires a device must know, and what is left to be done."""
    name = device["name"]
    if left_of_it:
        yield f"{name} is retired; its log-in is refused here from now on."
    else:
        yield f"{name} is retired; its log-in is refused from now on."
    for row in left_of_it:
        yield f"NOT DONE: {_finding(row)} {_advice(row)}"
    if left_of_it:
        yield (
            "Whatever comes from it by any broker is refused here from now on. The base station asks these "
            "brokers every 10 min; `rufweite device left` shows what is left. Where it cannot ask, say so "
            f"yourself: `rufweite device removed {name} --at BROKER`."
        )
    if device["open_cases"]:
        yield f"Its open cases stay: {', '.join(f'#{number}' for number in device['open_cases'])}."
    if device["worker"]:
        yield (
            f"NOT PROTECTED: {device['worker']} is on shift with it (shift {device['shift_id']}). End the "
            "shift, or start one with another device."
        )


def add_to(group: typer.Typer) -> None:
    """Add the commands to the group of the devices."""
    group.command("retire")(retire)
    group.command("left")(left)
    group.command("removed")(removed)


def _advice(row: Mapping[str, Any]) -> str:
    if row["is_ours"]:
        return "It is ours: the base station removes the log-in there as soon as it reaches that broker."
    return f"Have its operator remove the user {row['device']} there now."


def _finding(row: Mapping[str, Any]) -> str:
    if row["is_let_in"]:
        return f"The broker at {row['broker']} still lets it in."
    return f"Whether the broker at {row['broker']} still lets it in, nobody knows: it gave no answer."
