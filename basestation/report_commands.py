"""`rufweite report month` and `rufweite report incident`: a report of the running base station as a file.

Each is one call of its API; what that refuses is shown as its sentence. A file that is there is not
overwritten.
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from basestation.administration import ConfigFile, with_station

reports = typer.Typer(
    name="report", help="Reports: the month of a site, and one incident, as PDF or CSV.", no_args_is_help=True
)
GROUPS = (reports,)


class Form(StrEnum):
    """What a report is made as."""

    PDF = "pdf"
    CSV = "csv"


class Language(StrEnum):
    """The languages there are."""

    EN = "en"
    DE = "de"


FormOption = Annotated[Form, typer.Option("--as", help="pdf or csv")]
LanguageOption = Annotated[Language, typer.Option(help="en or de")]
Out = Annotated[Path | None, typer.Option("--out", help="The file to write; it must not be there yet.")]


@reports.command("month")
def month(
    month: Annotated[str, typer.Argument(help="The month, as in 2026-03.")],
    site: Annotated[int | None, typer.Option(help="Number of the site; without it all of them.")] = None,
    form: FormOption = Form.PDF,
    language: LanguageOption = Language.EN,
    out: Out = None,
    config_file: ConfigFile = None,
) -> None:
    """Write the report of a month: alarms, answer times, false alarms, protected hours."""
    query: dict[str, Any] = {"language": language.value} | ({} if site is None else {"site": site})
    path = f"reports/months/{_in_path(month)}/{form.value}"
    _write(out or Path(f"rufweite-month-{month}.{form.value}"), path, query, config_file)


@reports.command("incident")
def incident(
    case: Annotated[int, typer.Argument(help="Number of the case.", min=1)],
    form: FormOption = Form.PDF,
    language: LanguageOption = Language.EN,
    out: Out = None,
    config_file: ConfigFile = None,
) -> None:
    """Write the report of one incident; that it was made is logged."""
    path = f"cases/{case}/report/{form.value}"
    name = Path(f"rufweite-incident-{case}.{form.value}")
    _write(out or name, path, {"language": language.value}, config_file)


def _in_path(month: str) -> str:
    if not month.replace("-", "").isdigit():
        raise typer.BadParameter(f"{month!r} is no month: write the year and the month, as in 2026-03.")
    return month


def _write(out: Path, path: str, query: dict[str, Any], config_file: Path | None) -> None:
    if out.exists():
        typer.echo(f"{out} is there already: name another file with --out.", err=True)
        raise typer.Exit(1)
    content = with_station(config_file, lambda station: station.file(path, query))
    try:
        out.write_bytes(content)
    except OSError as error:
        typer.echo(f"{out} cannot be written: {error.strerror}.", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"{out}: {len(content)} bytes")
