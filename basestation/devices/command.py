"""`rufweite device add NAME --port …`: what is asked, what is shown, where the label goes.

Decides how words of the command line become what is wanted on the board, before anything is touched;
`setup` does the rest. Passwords are asked for or read from a file, never taken from the command line.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import typer

from basestation.config import Settings
from basestation.devices.board import Board
from basestation.devices.configuration import Broker, Network, Wanted, networks_in, settings_in
from basestation.devices.errors import SetupFailed
from basestation.devices.firmware_files import firmware_files
from basestation.devices.label import label_on_terminal, label_svg
from basestation.devices.serial_line import SerialLine
from basestation.devices.setup import Bench, make_ready
from basestation.local import Station

LABELS = "labels"


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody asked for."""

    name: str
    port: str
    label: str = ""
    network_names: Sequence[str] = ()
    network_file: Path | None = None
    settings_file: Path | None = None
    #: HOST or HOST:PORT, in the order in which they are tried; empty: where the base station listens.
    brokers: Sequence[str] = ()
    authority_file: Path | None = None
    tls_host: str = ""
    label_file: Path | None = None
    is_again: bool = False
    is_journal_emptied: bool = False
    is_certificate_ahead: bool = False


def get_ready(station: Station, settings: Settings, order: Order) -> None:
    """Get the board at the port of `order` ready, and write its label; raises SetupFailed or NotReached."""
    wanted = _wanted(station, order)
    with SerialLine(order.port) as line:
        board = Board(line)
        facts = board.facts
        version = ".".join(str(number) for number in facts.version)
        typer.echo(f"Board: {facts.machine}, MicroPython {version}, {facts.processor}")
        make_ready(
            Bench(
                board,
                station,
                replace(wanted, board=facts.kind),
                firmware_files(facts.kind, facts.processor),
                label=order.label,
                is_again=order.is_again,
                is_journal_emptied=order.is_journal_emptied,
                is_certificate_ahead=order.is_certificate_ahead,
                told=typer.echo,
            )
        )
    label = order.label_file or settings.data_dir / LABELS / f"{order.name}.svg"
    label.parent.mkdir(parents=True, exist_ok=True)
    label.write_text(label_svg(order.name, order.label, settings.site_name), encoding="utf-8")
    typer.echo(label_on_terminal(order.name))
    typer.echo(f"{order.name} is ready. Its label: {label}")


def _wanted(station: Station, order: Order) -> Wanted:
    networks = [] if order.network_file is None else networks_in(order.network_file)
    networks += [Network(name, _password(name)) for name in order.network_names]
    return Wanted(
        order.name,
        [_broker(text, order.tls_host) for text in order.brokers]
        or [Broker(station.access.mqtt_host, station.access.mqtt_port, order.tls_host)],
        networks,
        {} if order.settings_file is None else settings_in(order.settings_file),
        _text_of(order.authority_file),
        takes_further=not order.brokers,
    )


def _password(network: str) -> str:
    asked: str = typer.prompt(f"Password of the network {network} (empty: none)", default="", hide_input=True)
    return asked


def _broker(text: str, tls_host: str) -> Broker:
    host, separator, port = text.rpartition(":") if text.count(":") == 1 else (text, "", "")
    if separator and not port.isdigit():
        raise SetupFailed(
            f"--broker is {text!r}; it must be an address or an address and port, as 192.0.2.7:1883."
        )
    return Broker(host, int(port) if port else 1883, tls_host)


def _text_of(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        return path.read_text(encoding="ascii")
    except (OSError, ValueError) as error:
        raise SetupFailed(f"{path} cannot be read as a certificate in PEM form: {error}.") from error
