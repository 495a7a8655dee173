"""Commands for the people who come and their duties: `rufweite responder` and `duty`.

Each is one call of the API of the running base station; what that refuses is shown as its sentence.
"""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from basestation.administration import ConfigFile, number_of, show, with_station
from basestation.local import Station

responders = typer.Typer(name="responder", help="The people who come.", no_args_is_help=True)
duties = typer.Typer(name="duty", help="Who has which duty, when.", no_args_is_help=True)
GROUPS = (responders, duties)

Moment = Annotated[datetime, typer.Option(formats=["%Y-%m-%dT%H:%M%z", "%Y-%m-%dT%H:%M:%S%z"])]


@responders.command("add")
def add_responder(
    name: str,
    language: Annotated[str, typer.Option(help="en or de")] = "en",
    worker: Annotated[str, typer.Option(help="Who they are as a worker, if they work alone too.")] = "",
    config_file: ConfigFile = None,
) -> None:
    """Add somebody who may be called."""

    def add(station: Station) -> Any:
        body: dict[str, Any] = {"name": name, "language": language}
        if worker:
            body["worker_id"] = number_of(station.get("workers"), worker, "worker")
        return station.post("responders", body)

    show(with_station(config_file, add))


@responders.command("list")
def list_responders(config_file: ConfigFile = None) -> None:
    """Show the people with their addresses and how far each is proven."""
    show(with_station(config_file, lambda station: station.get("responders")))


@responders.command("addresses")
def set_addresses(
    name: str,
    addresses: Annotated[list[str], typer.Argument(help="CHANNEL=ADDRESS each, in the order of trying.")],
    config_file: ConfigFile = None,
) -> None:
    """Set all addresses of somebody; those that stay keep their proof."""
    pairs = [pair.partition("=") for pair in addresses]
    if not all(separator for _, separator, _ in pairs):
        typer.echo("Write each address as CHANNEL=ADDRESS, such as sms=+490000111.", err=True)
        raise typer.Exit(2)
    body = {"addresses": [{"channel": channel, "address": address} for channel, _, address in pairs]}
    show(with_station(config_file, lambda one: one.put(f"responders/{_person(one, name)}/addresses", body)))


@responders.command("ask")
def ask_responder(name: str, config_file: ConfigFile = None) -> None:
    """Send a test message to each address of somebody now; they confirm it themselves."""
    show(with_station(config_file, lambda one: one.post(f"responders/{_person(one, name)}/ask")))


@responders.command("retire")
def retire_responder(name: str, config_file: ConfigFile = None) -> None:
    """Call somebody no more."""
    show(with_station(config_file, lambda one: one.post(f"responders/{_person(one, name)}/retire")))


@duties.command("add")
def add_duty(
    name: str,
    site: Annotated[str, typer.Option(help="Name or number of the site whose clock counts.")] = "1",
    config_file: ConfigFile = None,
) -> None:
    """Add a duty that people have by turns."""

    def add(station: Station) -> Any:
        return station.post(
            "rota/roles", {"name": name, "site_id": number_of(station.get("sites"), site, "site")}
        )

    show(with_station(config_file, add))


@duties.command("plan")
def plan_duty(
    duty: str,
    person: str,
    first_day: Annotated[str, typer.Option(help="From this day on, 2026-03-02.")],
    start: Annotated[str, typer.Option(help="By the clock of the site, 22:00.")] = "00:00",
    end: Annotated[str, typer.Option(help="The same; may be on the day after. Equal: 24 hours.")] = "00:00",
    days: Annotated[str, typer.Option(help="Days of the week as digits, Monday is 1.")] = "1234567",
    weeks: Annotated[int, typer.Option(help="Every so many weeks.")] = 1,
    last_day: Annotated[str, typer.Option(help="Until this day; without end.")] = "",
    config_file: ConfigFile = None,
) -> None:
    """Let somebody have a duty at these hours."""
    if not days.isdecimal():
        typer.echo("Write the days as digits in a row: 12345 is Monday to Friday.", err=True)
        raise typer.Exit(2)
    body: dict[str, Any] = {
        "first_day": first_day, "last_day": last_day or None, "every_weeks": weeks,
        "start": start, "end": end, "weekdays": [int(day) for day in days],
    }  # fmt: skip
    show(with_station(config_file, lambda one: one.post("rota/plan", body | _who(one, duty, person))))


@duties.command("change")
def change_duty(
    duty: str,
    person: str,
    from_at: Moment,
    until_at: Moment,
    *,
    beside: Annotated[bool, typer.Option("--beside", help="In addition to the plan, not instead.")] = False,
    config_file: ConfigFile = None,
) -> None:
    """Let somebody have a duty for some time, instead of whom the plan names."""
    body = {"is_instead": not beside, **_times(from_at, until_at)}
    show(with_station(config_file, lambda one: one.post("rota/overrides", body | _who(one, duty, person))))


@duties.command("away")
def note_absence(person: str, from_at: Moment, until_at: Moment, config_file: ConfigFile = None) -> None:
    """Note that somebody is away; why is nobody's business."""
    body = _times(from_at, until_at)
    show(
        with_station(
            config_file,
            lambda one: one.post("rota/absences", {**body, "responder_id": _person(one, person)}),
        )
    )


@duties.command("list")
def list_duties(config_file: ConfigFile = None) -> None:
    """Show duties, plan, changes and absences."""
    rota = with_station(config_file, lambda station: station.get("rota"))
    show([{"what": what, **row} for what, rows in rota.items() for row in rows])


@duties.command("retire")
def retire_duty(
    what: Annotated[str, typer.Argument(help="roles, plan, overrides or absences")],
    number: int,
    config_file: ConfigFile = None,
) -> None:
    """Take a line of the list back."""
    show(with_station(config_file, lambda station: station.post(f"rota/{what}/{number}/retire")))


def _person(station: Station, name: str) -> int:
    return number_of(station.get("responders"), name, "responder")


def _who(station: Station, duty: str, person: str) -> dict[str, int]:
    role_id = number_of(station.get("rota")["roles"], duty, "duty")
    return {"role_id": role_id, "responder_id": _person(station, person)}


def _times(from_at: datetime, until_at: datetime) -> dict[str, str]:
    times = {"from_at": from_at, "until_at": until_at}
    return {name: at.astimezone(UTC).isoformat() for name, at in times.items()}
