"""Commands for sites, their zones and who may log in where: `rufweite site`, `zone` and `user`.

Each is one call of the API of the running base station, or two: a change begins with what it changes, so that
it is refused if somebody else was faster. Passwords are asked for, never taken from the command line.
"""

from pathlib import Path
from typing import Annotated, Any

import typer

from basestation.administration import ConfigFile, number_of, show, with_station
from basestation.local import NotReached, Station

sites = typer.Typer(name="site", help="Sites and their time zones.", no_args_is_help=True)
zones = typer.Typer(name="zone", help="Parts of a site.", no_args_is_help=True)
users = typer.Typer(name="user", help="Who may log in, and do what where.", no_args_is_help=True)
GROUPS = (sites, zones, users)

Grants = Annotated[
    list[str] | None, typer.Option("--grant", help="ROLE, or ROLE@SITE for one site. Repeatable.")
]
_ROLES = "worker, responder, viewer, operator, supervisor, safety_officer or admin"


@sites.command("list")
def list_sites(config_file: ConfigFile = None) -> None:
    """Show the sites."""
    show(with_station(config_file, lambda station: station.get("sites")))


@sites.command("set")
def set_site(
    name: str,
    zone: Annotated[str, typer.Option(help="Time zone, such as Europe/Berlin.")],
    number: Annotated[
        int, typer.Option(help="Change this site; the first one is 1. Without: a new one.")
    ] = 0,
    proof_days: Annotated[int, typer.Option(help="Addresses are tested every so many days.")] = 30,
    config_file: ConfigFile = None,
) -> None:
    """Name a site and set its time zone."""
    body = {"name": name, "zone": zone, "proof_days": proof_days}

    def put(station: Station) -> Any:
        if not number:
            return station.post("sites", body)
        return station.put(f"sites/{number}", {**body, "version": _version(station, number)})

    show(with_station(config_file, put))


@sites.command("retire")
def retire_site(number: int, config_file: ConfigFile = None) -> None:
    """Take a site out of service that nothing belongs to any more."""

    def retire(station: Station) -> Any:
        return station.post(f"sites/{number}/retire", {"version": _version(station, number)})

    show(with_station(config_file, retire))


@zones.command("list")
def list_zones(config_file: ConfigFile = None) -> None:
    """Show the zones with what is in them."""
    show(with_station(config_file, lambda station: station.get("zones")))


@zones.command("add")
def add_zone(
    name: str,
    site: Annotated[str, typer.Option(help="Name or number of the site.")],
    hazard: Annotated[str, typer.Option(help="What is dangerous there, for helpers.")] = "",
    config_file: ConfigFile = None,
) -> None:
    """Add a part of a site."""

    def add(station: Station) -> Any:
        number = number_of(station.get("sites"), site, "site")
        return station.post("zones", {"name": name, "hazard": hazard, "site_id": number})

    show(with_station(config_file, add))


@users.command("add")
def add_user(
    login: str,
    name: Annotated[str, typer.Option(help="Name as helpers see it.")],
    role: Annotated[str, typer.Option(help=f"At all sites: {_ROLES}.")] = "",
    grant: Grants = None,
    code: Annotated[bool, typer.Option("--code", help="Print a code; they choose the password.")] = False,  # noqa: FBT002 - typer
    password_file: Annotated[
        Path | None, typer.Option(help="Read the password from here, not the terminal.")
    ] = None,
    config_file: ConfigFile = None,
) -> None:
    """Let somebody log in; without --role and --grant as operator of all sites."""
    if role and grant:
        typer.echo("Name --role (at all sites) or --grant, not both.", err=True)
        raise typer.Exit(2)
    body: dict[str, Any] = {"login": login, "display_name": name}
    if password_file is not None:
        body["password"] = password_file.read_text(encoding="utf-8").strip()
    elif not code:
        body["password"] = typer.prompt("Password", hide_input=True, confirmation_prompt=True)

    def add(station: Station) -> Any:
        given = _grants(station, grant or [role or "operator"])
        return station.post("users", {**body, "grants": given})

    show(with_station(config_file, add))


@users.command("list")
def list_users(config_file: ConfigFile = None) -> None:
    """Show who may log in, and what they may do where."""
    show(with_station(config_file, lambda station: station.get("users")))


@users.command("grant")
def grant_roles(login: str, grant: Grants = None, config_file: ConfigFile = None) -> None:
    """Set all roles of somebody."""

    def change(station: Station) -> Any:
        row = _user(station, login)
        given = _grants(station, grant or [])
        body = {"display_name": row["display_name"], "grants": given, "version": row["version"]}
        return station.put(f"users/{row['id']}", body)

    show(with_station(config_file, change))


@users.command("reset")
def reset_user(login: str, config_file: ConfigFile = None) -> None:
    """End somebody's password and sessions, and print a code for a new password."""
    show(with_station(config_file, lambda station: _do(station, login, "reset")))


@users.command("retire")
def retire_user(login: str, config_file: ConfigFile = None) -> None:
    """Let somebody in no more, from this moment on."""
    show(with_station(config_file, lambda station: _do(station, login, "retire")))


@users.command("end-sessions")
def end_sessions(login: str, config_file: ConfigFile = None) -> None:
    """Log somebody out everywhere."""
    show(with_station(config_file, lambda station: _do(station, login, "end-sessions")))


def _do(station: Station, login: str, verb: str) -> Any:
    row = _user(station, login)
    return station.post(f"users/{row['id']}/{verb}", {"version": row["version"]})


def _user(station: Station, login: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = [row for row in station.get("users") if row["login"] == login]
    if not found:
        raise NotReached(f"There is no log-in {login!r}. `rufweite user list` shows them.")
    return found[0]


def _version(station: Station, number: int) -> int:
    found = [row["version"] for row in station.get("sites", {"retired": True}) if row["id"] == number]
    if not found:
        raise NotReached(f"There is no site {number}. `rufweite site list` shows them with their numbers.")
    return int(found[0])


def _grants(station: Station, given: list[str]) -> list[dict[str, Any]]:
    """Return ROLE and ROLE@SITE as the API takes them."""
    pairs = [one.partition("@") for one in given]
    rows = station.get("sites") if any(at for _, at, _ in pairs) else []
    return [
        {"role": role, "site_id": number_of(rows, site, "site") if at else None} for role, at, site in pairs
    ]
