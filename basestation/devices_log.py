"""`rufweite device log`: the journal of a device, read out over the air or at a cable, shown in words.

Decides how long it waits for a device; what is shown is what the base station keeps.
"""

import json
import time
from typing import Annotated, Any

import typer

from basestation.administration import ConfigFile, with_station
from basestation.local import NotReached, Station

_LOOK_S = 0.3


def show_log(
    name: Annotated[str, typer.Argument(help="The device.")],
    *,
    fetch: Annotated[bool, typer.Option("--fetch", help="Ask the device for it now.")] = False,
    port: Annotated[str, typer.Option(help="Read it at a cable now: the serial port of the device.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Everything as JSON, raw records too.")] = False,
    wait_s: Annotated[int, typer.Option(help="How long to wait for the device.", min=1, max=3600)] = 60,
    config_file: ConfigFile = None,
) -> None:
    """Show what a device has written into its journal, as it was read out last."""
    from basestation.site.journal_words import sentence  # noqa: PLC0415 - the other commands need none of it

    if port and fetch:
        typer.echo("--fetch asks over the air, --port reads at a cable: choose one of them.", err=True)
        raise typer.Exit(2)

    def look(station: Station) -> Any:
        if not port:
            return _journal(station, name, wait_s, is_fetched=fetch)
        from basestation.devices.journal_at_cable import read_at_cable  # noqa: PLC0415 - same

        return read_at_cable(station, name, port, lambda text: typer.echo(text, err=True))

    found = with_station(config_file, look)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    way = "at a cable" if found["came_by"] == "cable" else "over the air"
    typer.echo(f"{found['device']}, read out {way} {found['completed_at']} for {found['asked_by']}")
    typer.echo(f"SHA-256 of the records: {found['sha256']}")
    for row in found["records"]:
        typer.echo(sentence(row))


def add_to(group: typer.Typer) -> None:
    """Add the command to the group of the devices."""
    group.command("log")(show_log)


def _journal(station: Station, name: str, wait_s: int, *, is_fetched: bool) -> Any:
    path = f"devices/{name}/journals"
    if is_fetched:
        read = _wait(station, path, station.post(path)["read"], wait_s)
    else:
        complete = [one["read"] for one in station.get(path) if one["completed_at"]]
        if not complete:
            raise NotReached(
                f"No journal of {name!r} was read out yet: `rufweite device log {name} --fetch` asks for it."
            )
        read = complete[0]
    return station.get(f"{path}/{read}")


def _wait(station: Station, path: str, read: str, wait_s: int) -> str:
    """Return the name of the read-out once it is complete."""
    end_s = time.monotonic() + wait_s
    while True:
        found = next(one for one in station.get(path) if one["read"] == read)
        if found["completed_at"]:
            return read
        if time.monotonic() >= end_s:
            raise NotReached(
                f"{found['received']} of {found['pieces'] or 'an unknown number of'} pieces came within "
                f"{wait_s} s. The device may be off or in an alarm; what comes later is kept: look again "
                "without --fetch."
            )
        time.sleep(_LOOK_S)
