"""Commands that register what a site has: workers, devices, workplaces, the chain, shifts.

Each is one call of the API of the running base station; what that refuses is shown as its sentence.
"""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer

from basestation import config
from basestation.devices.errors import SetupFailed
from basestation.local import NotReached, Station

ConfigFile = Annotated[
    Path | None, typer.Option("--config", help="Settings file of the base station (TOML).")
]


def _group(name: str, text: str) -> typer.Typer:
    return typer.Typer(name=name, help=text, no_args_is_help=True)


workers = _group("worker", "Who may wear a device.")
devices = _group("device", "The devices and their credentials.")
workplaces = _group("workplace", "Where people work, and the way there.")
chains = _group("chain", "The rescue chain: who is called, in what order, after how long.")
shifts = _group("shift", "Who works where, with which device, until when.")
trial = _group(
    "trial", "Trial operation: for some days the movement around cancelled pre-alarms is kept too."
)
GROUPS = (workers, devices, workplaces, chains, shifts, trial)


def with_station(file: Path | None, act: Callable[[Station], Any]) -> Any:
    """Return what `act` returns for the running base station; end with a sentence if it is refused."""
    try:
        station = Station.on_this_machine(config.load(file).data_dir)
        try:
            return act(station)
        finally:
            station.close()
    except (NotReached, SetupFailed, config.ConfigError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


def show(rows: Any) -> None:
    """Print rows for people on a terminal, as JSON lines for programs."""
    for row in rows if isinstance(rows, list) else [rows]:
        if sys.stdout.isatty():
            typer.echo("  ".join(f"{name}: {value}" for name, value in row.items() if value is not None))
        else:
            typer.echo(json.dumps(row, ensure_ascii=False))


@workers.command("add")
def add_worker(name: str, phone: Annotated[str, typer.Option()] = "", config_file: ConfigFile = None) -> None:
    """Register a worker."""
    body = {"name": name, "phone": phone}
    show(with_station(config_file, lambda station: station.post("workers", body)))


@workers.command("list")
def list_workers(config_file: ConfigFile = None) -> None:
    """Show the workers."""
    show(with_station(config_file, lambda station: station.get("workers")))


@workplaces.command("add")
def add_workplace(
    name: str,
    directions: Annotated[str, typer.Option(help="The way there, for helpers.")] = "",
    config_file: ConfigFile = None,
) -> None:
    """Register a workplace."""
    body = {"name": name, "directions": directions}
    show(with_station(config_file, lambda station: station.post("workplaces", body)))


@workplaces.command("list")
def list_workplaces(config_file: ConfigFile = None) -> None:
    """Show the workplaces."""
    show(with_station(config_file, lambda station: station.get("workplaces")))


@devices.command("add")
def add_device(
    name: Annotated[str, typer.Argument(help="1 to 32 of a-z, 0-9 and -")],
    label: Annotated[str, typer.Option(help="What is written on it.")] = "",
    port: Annotated[str, typer.Option(help="Serial port of its board, such as /dev/ttyUSB0.")] = "",
    network: Annotated[
        list[str] | None, typer.Option(help="A wireless network; its password is asked for. Repeatable.")
    ] = None,
    network_file: Annotated[
        Path | None, typer.Option(help='JSON of networks: [{"name": …, "password": …}].')
    ] = None,
    settings: Annotated[Path | None, typer.Option(help="JSON of the device's settings.")] = None,
    broker: Annotated[
        list[str] | None, typer.Option(help="ADDRESS[:PORT] where it logs in. Repeatable, in order.")
    ] = None,
    authority: Annotated[
        Path | None, typer.Option(help="Certificate (PEM) of the site's authority: TLS.")
    ] = None,
    tls_host: Annotated[str, typer.Option(help="Name in the broker's certificate.")] = "",
    label_file: Annotated[Path | None, typer.Option(help="Where the label goes (SVG).")] = None,
    again: Annotated[bool, typer.Option("--again", help="Give a name in use to another board.")] = False,  # noqa: FBT002 - typer
    empty_journal: Annotated[bool, typer.Option("--empty-journal", help="Erase the journal on it.")] = False,  # noqa: FBT002 - typer
    certificate: Annotated[bool, typer.Option("--certificate", help="Its own, ahead of need.")] = False,  # noqa: FBT002 - typer
    config_file: ConfigFile = None,
) -> None:
    """Get the board at --port ready as a device; without a port only register it and print its log-in.

    Where the broker speaks TLS, `tls_ca` and `tls_host` say whom the device is to believe;
    `tls_certificate` and `tls_key` are its own, where the site uses client certificates.
    """
    flags = (again, empty_journal, certificate)
    on_board = (network, network_file, settings, broker, authority, tls_host, label_file, *flags)
    if not port:
        if any(on_board):
            typer.echo("Without --port nothing is written onto a board: name its serial port.", err=True)
            raise typer.Exit(2)
        body = {"name": name, "label": label}
        show(with_station(config_file, lambda station: station.post("devices", body)))
        return
    from basestation.devices.command import Order, get_ready  # noqa: PLC0415 - a base station needs none of it

    order = Order(
        name, port, label, network or (), network_file, settings, broker or (), authority, tls_host,
        label_file, *flags,
    )  # fmt: skip
    with_station(config_file, lambda station: get_ready(station, config.load(config_file), order))


@devices.command("list")
def list_devices(config_file: ConfigFile = None) -> None:
    """Show the devices, without their credentials."""
    show(with_station(config_file, lambda station: station.get("devices")))


@devices.command("show")
def show_device(name: str, config_file: ConfigFile = None) -> None:
    """Show one device with its own test and its open cases."""
    show(with_station(config_file, lambda station: station.get(f"devices/{_in_path(name)}")))


@devices.command("replace")
def replace_device(old: str, new: str, config_file: ConfigFile = None) -> None:
    """Let NEW take the place of OLD as soon as NEW is heard; shift and label go over, open cases stay."""
    path = f"devices/{_in_path(old)}/replace"
    with_station(config_file, lambda station: station.post(path, {"new": new}))
    typer.echo(f"{new} takes the place of {old} as soon as it is heard; until then {old} stays in service.")


@chains.command("show")
def show_chain(config_file: ConfigFile = None) -> None:
    """Print the rescue chain as JSON, in the form that `set` takes."""
    chain = with_station(config_file, lambda station: station.get("chain"))
    typer.echo(json.dumps(chain, indent=2, ensure_ascii=False))


@chains.command("set")
def set_chain(
    file: Annotated[Path, typer.Argument(help="JSON as `show` prints it")], config_file: ConfigFile = None
) -> None:
    """Set the rescue chain for new cases; open cases keep theirs."""
    try:
        chain = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        typer.echo(f"{file} cannot be read as JSON: {error}.", err=True)
        raise typer.Exit(1) from error
    with_station(config_file, lambda station: station.put("chain", chain))
    typer.echo("The chain is set. Cases that are open keep theirs.")


@shifts.command("start")
def start_shift(
    worker: Annotated[str, typer.Option(help="Name or number of the worker.")],
    device: Annotated[str, typer.Option()],
    workplace: Annotated[str, typer.Option(help="Name or number of the workplace.")],
    hours: Annotated[float, typer.Option(help="Hours until the planned end.")] = 8.0,
    config_file: ConfigFile = None,
) -> None:
    """Start a shift; from now on the device guards this worker."""

    def start(station: Station) -> Any:
        body = {
            "worker_id": number_of(station.get("workers"), worker, "worker"),
            "device": device,
            "workplace_id": number_of(station.get("workplaces"), workplace, "workplace"),
            "planned_end": (datetime.now(UTC) + timedelta(hours=hours)).isoformat(),
        }
        return station.post("shifts", body)

    show(with_station(config_file, start))


@shifts.command("end")
def end_shift(shift_id: int, config_file: ConfigFile = None) -> None:
    """End a shift; from now on the device's silence is no alarm."""
    show(with_station(config_file, lambda station: station.post(f"shifts/{shift_id}/end")))


@shifts.command("list")
def list_shifts(config_file: ConfigFile = None) -> None:
    """Show the open shifts."""
    show(with_station(config_file, lambda station: station.get("shifts")))


@trial.command("on")
def switch_trial_on(
    days: Annotated[int, typer.Option(help="It ends by itself after so many days, 1 to 21.")],
    config_file: ConfigFile = None,
) -> None:
    """Switch trial operation on; every wearer sees that it is."""
    show(with_station(config_file, lambda station: station.put("trial", {"days": days})))


@trial.command("off")
def switch_trial_off(config_file: ConfigFile = None) -> None:
    """Switch trial operation off."""
    show(with_station(config_file, lambda station: station.delete("trial")))


@trial.command("show")
def show_trial(config_file: ConfigFile = None) -> None:
    """Say whether trial operation is on, until when, and which traces were kept."""
    show(with_station(config_file, lambda station: station.get("trial")))
    show(with_station(config_file, lambda station: station.get("trial/traces")))


def _in_path(name: str) -> str:
    """Return a name as part of an address; anything else than a device's name is looked for in vain."""
    return quote(name, safe="")


def number_of(rows: list[dict[str, Any]], wanted: str, what: str) -> int:
    """Return the number of the one row that is called so, or has that number; raises NotReached."""
    found = [int(row["id"]) for row in rows if wanted in (str(row["id"]), row["name"])]
    if len(found) != 1:
        is_none = "There is no" if not found else "More than one"
        raise NotReached(
            f"{is_none} {what} {wanted!r}. `rufweite {what} list` shows them with their numbers."
        )
    return found[0]
