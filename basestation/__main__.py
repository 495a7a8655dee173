"""The `rufweite` command. Decides which words there are; what they do stands where it belongs.

A command of the simulator is loaded when it is called or its help is asked for: a base station that starts
has no use for the firmware, and none for numpy.
"""

import asyncio
import importlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from basestation import (
    administration,
    brokers_command,
    config,
    csv_commands,
    devices_log,
    devices_retirement,
    devices_settings,
    location,
    plan_commands,
    report_commands,
    rescue_chain,
    rota_commands,
    site_commands,
)
from basestation.administration import ConfigFile
from basestation.broker.errors import BrokerError
from basestation.errors import AddressTaken, EntryRefused
from basestation.releases import command as releases
from basestation.repair import command as repair
from basestation.repair import quarantine_command
from basestation.repair.errors import RepairRefused
from basestation.store.errors import StoreError
from basestation.trust.errors import CertificateFault

#: Command -> the module and the function in it.
_SIMULATOR = {
    "replay": ("simulator.replay", "replay"),
    "evaluate": ("simulator.evaluate", "evaluate"),
    "plot": ("simulator.plot", "plot"),
    "demo": ("simulator.demo", "demo"),
}
_SIMULATED_DEVICE = {"run": ("simulator.device_run", "device_run")}


def _with_late(late: Mapping[str, tuple[str, str]]) -> type[TyperGroup]:
    """Return the class of a group that has these commands beside its own, loaded when they are needed."""

    class LateGroup(TyperGroup):
        def __init__(self, **facts: Any) -> None:
            super().__init__(**facts)
            # By name only: whoever mistypes one is told which was meant.
            names: dict[str, Any] = dict.fromkeys(late)
            self.commands = names | dict(self.commands)

        def get_command(self, ctx: Any, cmd_name: str) -> Any:
            if cmd_name not in late:
                return super().get_command(ctx, cmd_name)
            module, function = late[cmd_name]
            single = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
            single.command(cmd_name)(getattr(importlib.import_module(module), function))
            return typer.main.get_command(single)

    return LateGroup


app = typer.Typer(
    name="rufweite",
    cls=_with_late(_SIMULATOR),
    help="Personal emergency signal system for people who work alone.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for module in (devices_log, devices_settings, devices_retirement, releases):
    module.add_to(administration.devices)
rescue_chain.add_to(administration.chains)
for group in (
    *administration.GROUPS,
    *location.GROUPS,
    *plan_commands.GROUPS,
    *csv_commands.GROUPS,
    *rota_commands.GROUPS,
    *site_commands.GROUPS,
    *report_commands.GROUPS,
    releases.releases,
):
    is_late = group is administration.devices
    app.add_typer(group, cls=_with_late(_SIMULATED_DEVICE if is_late else {}))


app.command("brokers")(brokers_command.brokers)
repair.add_to(app)
app.add_typer(quarantine_command.quarantine)


@app.command()
def serve(config_file: ConfigFile = None) -> None:
    """Start the base station with its broker and its database."""
    from basestation import app as station  # noqa: PLC0415 - the other commands need none of it

    _stop_with_a_sentence(lambda settings: asyncio.run(station.serve(settings)), config_file)


@app.command()
def broker(config_file: ConfigFile = None) -> None:
    """Run the broker as a process of its own, for a base station with `broker = "apart"`."""
    from basestation.broker import apart  # noqa: PLC0415 - same
    from basestation.trust.site import trust_of  # noqa: PLC0415 - same

    def run(settings: config.Settings) -> None:
        host, port, trust = settings.mqtt_host, settings.mqtt_port, trust_of(settings)
        asyncio.run(apart.run(settings.data_dir, host, port, typer.echo, trust))

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


@app.command("figures")
def figures(
    month: Annotated[str, typer.Option(help="The month, as in 2026-03.")], config_file: ConfigFile = None
) -> None:
    """Print how fast the alarms of a month were answered, beside the yardsticks of the field."""
    from basestation import figures as pages  # noqa: PLC0415 - same

    _stop_with_a_sentence(
        lambda settings: typer.echo(asyncio.run(pages.page(settings.database, month))), config_file
    )


def _stop_with_a_sentence(act: Callable[[config.Settings], None], file: Path | None) -> None:
    """Do something with the settings; what cannot be done ends the command with a sentence."""
    try:
        act(config.load(file))
    except (
        config.ConfigError,
        BrokerError,
        CertificateFault,
        StoreError,
        AddressTaken,
        EntryRefused,
        RepairRefused,
    ) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
