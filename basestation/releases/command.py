"""`rufweite release …` and `rufweite device update`: releases made, trusted, imported, ordered.

Decides how words of the command line become calls; a release is made and a key is trusted without the base
station, everything else is one call of its API.
"""

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from basestation import config
from basestation.administration import ConfigFile, show, with_station
from basestation.local import Station
from basestation.releases.errors import ReleaseRefused

releases = typer.Typer(
    name="release", help="Releases of the firmware: made, trusted, imported.", no_args_is_help=True
)


@releases.command("keygen")
def make_key(file: Annotated[Path, typer.Argument(help="Where the private key goes.")]) -> None:
    """Make a key that signs releases; its public half, FILE.pub, is what sites trust."""
    from basestation.releases import keys  # noqa: PLC0415 - the other commands need none of it

    typer.echo(
        f"The key is in {file}: keep it off the base station. Sites trust {_or_end(keys.make_key, file)}."
    )


@releases.command("build")
def build(
    out: Annotated[Path, typer.Argument(help="The file of the release.")],
    version: Annotated[str, typer.Option(help="What the firmware calls itself, such as 0.3.0.")],
    key: Annotated[Path, typer.Option(help="The private key, of `release keygen`.")],
) -> None:
    """Compile the firmware for every board and sign it."""
    from basestation.releases.building import built  # noqa: PLC0415 - same

    out.write_bytes(_or_end(built, version, key))
    typer.echo(f"{out} is the release {version}.")


@releases.command("trust")
def trust(
    file: Annotated[Path, typer.Argument(help="The public half of a key, FILE.pub.")],
    config_file: ConfigFile = None,
) -> None:
    """Let this site take what the key has signed."""
    from basestation.releases import keys  # noqa: PLC0415 - same

    name = _or_end(lambda: keys.trust(config.load(config_file).data_dir, file))
    typer.echo(f"Releases signed by {name} are taken from now on.")


@releases.command("import")
def import_release(
    file: Annotated[Path, typer.Argument(help="The file of the release.")], config_file: ConfigFile = None
) -> None:
    """Give a release to the base station, which checks who signed it."""
    from basestation.releases.archive import ARCHIVE_BYTES_MAX  # noqa: PLC0415 - same
    from basestation.releases.shelf import INCOMING  # noqa: PLC0415 - same

    try:
        data = file.read_bytes()[: ARCHIVE_BYTES_MAX + 1]
    except OSError as error:
        typer.echo(f"{file} cannot be read: {error.strerror}.", err=True)
        raise typer.Exit(1) from error

    def give(station: Station) -> object:
        folder = config.load(config_file).data_dir / INCOMING
        folder.mkdir(mode=0o700, exist_ok=True)
        name = secrets.token_hex(16)
        (folder / name).write_bytes(data)
        try:
            return station.post("releases", {"file": name})
        finally:
            (folder / name).unlink(missing_ok=True)

    show(with_station(config_file, give))


@releases.command("list")
def list_releases(config_file: ConfigFile = None) -> None:
    """Show the releases that this base station has."""
    show(with_station(config_file, lambda station: station.get("releases")))


def update_device(
    name: Annotated[str, typer.Argument(help="The device; left out with --all.")] = "",
    *,
    release: Annotated[str, typer.Option(help="The release, as `release list` shows it.")],
    all_devices: Annotated[bool, typer.Option("--all", help="Every device in service.")] = False,
    canary: Annotated[
        int, typer.Option(help="So many go first; the rest when all of them run it.", min=0)
    ] = 0,
    config_file: ConfigFile = None,
) -> None:
    """Bring a release to a device or to all; none is begun on shift or in an alarm."""
    if bool(name) == all_devices:
        typer.echo("Name one device, or say --all.", err=True)
        raise typer.Exit(2)
    body = {"devices": [name] if name else [], "release": release, "canaries": canary}
    show(with_station(config_file, lambda station: station.post("updates", body)))


def add_to(group: typer.Typer) -> None:
    """Add the command to the group of the devices."""
    group.command("update")(update_device)


def _or_end(act: Callable[..., Any], *given: object) -> Any:
    """Return what `act` returns; end with its sentence if it is refused."""
    try:
        return act(*given)
    except (ReleaseRefused, config.ConfigError, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
