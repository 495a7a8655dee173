"""Commands for files of what a site registers: `rufweite csv export` and `rufweite csv import`.

Each is one call of the API of the running base station. An import is looked at first: without --yes nothing
is carried out.
"""

from pathlib import Path
from typing import Annotated, Any

import typer

from basestation.administration import ConfigFile, with_station
from basestation.site.exchange_plan import KINDS

files = typer.Typer(
    name="csv",
    help="What a site registers, as CSV: brought and handed out.",
    no_args_is_help=True,
)
GROUPS = (files,)


def _known(kind: str) -> str:
    if kind not in KINDS:
        raise typer.BadParameter(f"choose one of {', '.join(KINDS)}")
    return kind


Kind = Annotated[str, typer.Argument(help=", ".join(KINDS), callback=_known)]


@files.command("export")
def export_csv(kind: Kind, file: Path, config_file: ConfigFile = None) -> None:
    """Write what is in service into FILE; no secret is in it."""
    text = with_station(config_file, lambda station: station.content(f"csv/{kind}"))
    try:
        file.write_bytes(text)
    except OSError as error:
        typer.echo(f"{file} cannot be written: {error.strerror}.", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"{file} has the {kind} that are in service.")


@files.command("import")
def import_csv(
    kind: Kind,
    file: Path,
    yes: Annotated[bool, typer.Option("--yes", help="Carry it out, all of it or nothing.")] = False,  # noqa: FBT002
    config_file: ConfigFile = None,
) -> None:
    """Say what FILE would create and change, line by line; with --yes do it."""
    try:
        content = file.read_bytes()
    except OSError as error:
        typer.echo(f"{file} cannot be read: {error.strerror}.", err=True)
        raise typer.Exit(1) from error
    query = {"dry_run": str(not yes).lower()}
    done = with_station(config_file, lambda station: station.upload(f"csv/{kind}", content, query))
    _tell(done)
    if done["refused"]:
        raise typer.Exit(1)


def _tell(done: dict[str, Any]) -> None:
    for one in done["created"]:
        typer.echo(f"line {one['line']}: new: {one['name']}")
    for one in done["changed"]:
        changes = one["fields"].items()
        fields = ", ".join(f"{name}: {before!r} -> {after!r}" for name, (before, after) in changes)
        typer.echo(f"line {one['line']}: {one['name']}: {fields}")
    for one in done["refused"]:
        typer.echo(f"line {one['line']}: REFUSED: {one['detail']}", err=True)
    counts = f"{len(done['created'])} new, {len(done['changed'])} changed, {done['unchanged']} as they are"
    word = "Nothing was done yet; with --yes:" if done["is_dry_run"] else "Done:"
    typer.echo(f"{word} {counts}, {len(done['refused'])} refused.")
