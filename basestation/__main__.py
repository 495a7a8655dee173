"""The `rufweite` command. Decides which words there are; what they do stands where it belongs."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from basestation import administration, config
from basestation.administration import ConfigFile
from basestation.broker.errors import BrokerError
from basestation.errors import AddressTaken
from basestation.store.errors import StoreError
from simulator.demo import demo
from simulator.device_run import device_run
from simulator.replay import replay

app = typer.Typer(
    name="rufweite",
    help="Personal emergency signal system for people who work alone.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for group in administration.GROUPS:
    app.add_typer(group)
app.command()(replay)
app.command()(demo)
administration.devices.command("run")(device_run)


@app.command()
def serve(config_file: ConfigFile = None) -> None:
    """Start the base station with its broker and its database."""
    from basestation import app as station  # noqa: PLC0415 - the other commands need none of it

    _stop_with_a_sentence(lambda settings: asyncio.run(station.serve(settings)), config_file)


@app.command()
def broker(config_file: ConfigFile = None) -> None:
    """Run the broker as a process of its own, for a base station with `broker = "apart"`."""
    from basestation.broker import apart  # noqa: PLC0415 - same

    def run(settings: config.Settings) -> None:
        asyncio.run(apart.run(settings.data_dir, settings.mqtt_host, settings.mqtt_port, typer.echo))

    _stop_with_a_sentence(run, config_file)


@app.command("verify-log")
def verify_log(
    config_file: ConfigFile = None,
    head: Annotated[str, typer.Option(help="Hash that the log is known to have had once.")] = "",
) -> None:
    """Check that the log's chain of hashes is whole; exit with 1 if something was changed."""
    from basestation import evidence  # noqa: PLC0415 - same

    def check(settings: config.Settings) -> None:
        typer.echo(asyncio.run(evidence.verify(settings.database, head)))

    try:
        _stop_with_a_sentence(check, config_file)
    except evidence.LogChanged as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


def _stop_with_a_sentence(act: Callable[[config.Settings], None], file: Path | None) -> None:
    """Do something with the settings; what cannot be done ends the command with a sentence."""
    try:
        act(config.load(file))
    except (config.ConfigError, BrokerError, StoreError, AddressTaken) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
