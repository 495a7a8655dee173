"""`rufweite backup` and `rufweite restore`; what they do stands beside."""

import asyncio
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from basestation import config
from basestation.administration import ConfigFile
from basestation.clock import SystemClock
from basestation.errors import Refused
from basestation.repair.errors import RepairRefused
from basestation.repair.marks import PASSPHRASE_CHARACTERS_MIN
from basestation.store.errors import StoreError

PassphraseFile = Annotated[
    Path | None, typer.Option(help="File whose first line is the passphrase; keep it apart from the copies.")
]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("backup")(backup)
    app.command("restore")(restore)
    app.command("doctor")(doctor)


@contextmanager
def sentences() -> Iterator[None]:
    """End the command with a sentence where something is refused."""
    try:
        yield
    except (Refused, StoreError, config.ConfigError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


def backup(
    file: Annotated[Path, typer.Argument(help="Where the copy goes; nothing is overwritten.")],
    passphrase_file: PassphraseFile = None,
    unencrypted: Annotated[bool, typer.Option("--unencrypted", help="Without a passphrase.")] = False,  # noqa: FBT002 - typer
    config_file: ConfigFile = None,
) -> None:
    """Copy the whole base station while it runs, and prove the copy by restoring it at once."""
    from basestation.repair.backup import Origin, back_up  # noqa: PLC0415 - other commands need none of it

    with sentences():
        if (passphrase_file is None) != unencrypted:
            raise RepairRefused(
                "A copy holds every secret of the site: name --passphrase-file, or say --unencrypted."
            )
        settings, passphrase = config.load(config_file), passphrase_in(passphrase_file)
        environment = {name: value for name, value in os.environ.items() if name.startswith(config.PREFIX)}
        origin = Origin(settings, config_file, environment)
        made = asyncio.run(back_up(origin, file, passphrase, SystemClock().now()))
    rows = sum(table["rows"] for table in made["tables"].values())
    typer.echo(
        f"{file}: {rows} rows and {len(made['files'])} files as of {made['made_at']}, proven by restoring. "
        f"Log head {made['log_head'] or 'none'}."
    )


def restore(
    file: Annotated[Path, typer.Argument(help="The copy.")],
    data: Annotated[Path, typer.Option(help="New, or empty, folder for the data.")],
    database: Annotated[str, typer.Option(help="URL of an empty database; else SQLite in the folder.")] = "",
    passphrase_file: PassphraseFile = None,
) -> None:
    """Build a base station anew from a copy; refuses a folder or a database that is not empty."""
    from basestation.repair.restore import restore as put_back  # noqa: PLC0415 - same

    with sentences():
        if database and not database.startswith(("sqlite+aiosqlite:///", "postgresql+asyncpg://")):
            raise RepairRefused("Only sqlite+aiosqlite:// and postgresql+asyncpg:// are known as databases.")
        passphrase = passphrase_in(passphrase_file)
        made = asyncio.run(put_back(file, passphrase, data, database, SystemClock().now()))
    typer.echo(
        f"Restored as of {made['made_at']} into {data}. Settings of then lie in {data / 'restored'}: look at "
        "them, then `rufweite serve`. It raises a technical alarm that names what may be missing."
    )


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a finding.")] = False,  # noqa: FBT002 - typer
    config_file: ConfigFile = None,
) -> None:
    """Say what is wrong with this installation and what to do; exit with 1 if anything is wrong."""
    from basestation.repair.doctor import examine  # noqa: PLC0415 - same
    from basestation.repair.findings import WELL, WRONG  # noqa: PLC0415 - same

    with sentences():
        found = asyncio.run(examine(config.load(config_file), SystemClock().now()))
    for one in found:
        if as_json:
            typer.echo(json.dumps(asdict(one), ensure_ascii=False))
        else:
            advice = "" if one.grade == WELL else f"\n        {one.advice}"
            typer.echo(f"{one.grade.lower():7} {one.part}: {one.sentence}{advice}")
    if any(one.grade == WRONG for one in found):
        raise typer.Exit(1)


def passphrase_in(file: Path | None) -> bytes | None:
    """Return the passphrase in the first line of a file; raises RepairRefused."""
    if file is None:
        return None
    try:
        line = file.read_text(encoding="utf-8").split("\n")[0].strip()
    except (OSError, UnicodeDecodeError) as error:
        raise RepairRefused(f"The passphrase cannot be read from {file}.") from error
    if len(line) < PASSPHRASE_CHARACTERS_MIN:
        raise RepairRefused(
            f"The passphrase in {file} has fewer than {PASSPHRASE_CHARACTERS_MIN} characters: take another."
        )
    return line.encode()
