"""`rufweite quarantine`: what could not be read, messages and rows; looked at, put back, dropped."""

import json
from typing import Any

import typer

from basestation.administration import ConfigFile, show, with_station

quarantine = typer.Typer(
    name="quarantine",
    help="What nobody could read: messages of devices, rows of the database.",
    no_args_is_help=True,
)


@quarantine.command("list")
def listed(config_file: ConfigFile = None) -> None:
    """Show rows by number, and the newest messages."""

    def read(station: Any) -> list[dict[str, Any]]:
        rows = [{"what": "row", **row} for row in station.get("set-aside")]
        return rows + [{"what": "message", **message} for message in station.get("quarantine")]

    show(with_station(config_file, read))


@quarantine.command("show")
def shown(number: int, config_file: ConfigFile = None) -> None:
    """Show one row as it was; it may name people."""
    row = with_station(config_file, lambda station: station.get(f"set-aside/{number}"))
    typer.echo(json.dumps(row, indent=1, ensure_ascii=False))


@quarantine.command("retry")
def retry(number: int, config_file: ConfigFile = None) -> None:
    """Put a row back that can be read by now."""
    with_station(config_file, lambda station: station.post(f"set-aside/{number}/retry"))
    typer.echo(f"Row {number} is where it was.")


@quarantine.command("drop")
def drop(number: int, config_file: ConfigFile = None) -> None:
    """Forget a row for good."""
    with_station(config_file, lambda station: station.delete(f"set-aside/{number}"))
    typer.echo(f"Row {number} is forgotten.")
