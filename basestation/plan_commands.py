"""Commands for floor plans: brought, marked, shown, retired.

Each is one call of the API of the running base station; what that refuses is shown as its sentence.
"""

import re
from pathlib import Path
from typing import Annotated, Any

import typer

from basestation.administration import ConfigFile, number_of, show, with_station
from basestation.local import Station

plans = typer.Typer(
    name="plan", help="Floor plans: what helpers are shown with an alarm.", no_args_is_help=True
)
GROUPS = (plans,)

_COORDINATE = re.compile(r"\d{1,7}(\.\d{1,6})?", re.ASCII)

Plan = Annotated[str, typer.Argument(help="Name or number of the plan.")]
Points = Annotated[list[str], typer.Argument(help="X,Y in the plan's own units, from its top left.")]


@plans.command("add")
def add_plan(
    file: Annotated[Path, typer.Argument(help="A drawing (SVG) or a picture (PNG, JPEG).")],
    name: Annotated[str, typer.Option(help="What helpers call it.")],
    level: Annotated[str, typer.Option(help="The floor.")] = "",
    site: Annotated[int, typer.Option(help="Number of the site.")] = 1,
    config_file: ConfigFile = None,
) -> None:
    """Keep a plan; says what was left out of its file: look at it before you trust it."""
    try:
        content = file.read_bytes()
    except OSError as error:
        typer.echo(f"{file} cannot be read: {error.strerror}.", err=True)
        raise typer.Exit(1) from error
    facts = {"name": name, "level": level, "site_id": site}
    show(with_station(config_file, lambda station: station.upload("plans", content, facts)))


@plans.command("list")
def list_plans(
    retired: Annotated[bool, typer.Option("--retired", help="All that ever were.")] = False,  # noqa: FBT002
    config_file: ConfigFile = None,
) -> None:
    """Show the plans in service."""
    query = {"retired": str(retired).lower()}
    show(with_station(config_file, lambda station: station.get("plans", query)))


@plans.command("show")
def show_plan(
    plan: Plan,
    history: Annotated[bool, typer.Option("--history", help="Also what was there before.")] = False,  # noqa: FBT002
    config_file: ConfigFile = None,
) -> None:
    """Show what stands on a plan, with the number of each mark."""
    query = {"history": str(history).lower()}
    found = with_station(config_file, lambda station: station.get(f"plans/{_number(station, plan)}", query))
    show({name: value for name, value in found.items() if name != "marks"})
    show(found["marks"])


@plans.command("place")
def place(
    plan: Plan,
    kind: Annotated[str, typer.Argument(help="workplace, beacon or assembly")],
    what: Annotated[str, typer.Argument(help="Which workplace or beacon; of an assembly point, its name.")],
    point: Annotated[str, typer.Argument(help="X,Y in the plan's own units, from its top left.")],
    config_file: ConfigFile = None,
) -> None:
    """Place a workplace, a beacon or an assembly point; one that stands somewhere moves."""
    body: dict[str, Any] = {"kind": kind, "points": [_point(point)]}

    def mark(station: Station) -> Any:
        if kind == "workplace":
            body["workplace_id"] = number_of(station.get("workplaces"), what, "workplace")
        else:
            body["beacon" if kind == "beacon" else "label"] = what
        return station.post(f"plans/{_number(station, plan)}/marks", body)

    show(with_station(config_file, mark))


@plans.command("way")
def way(
    plan: Plan,
    label: Annotated[str, typer.Argument(help="Where it begins, in words that helpers know.")],
    points: Points,
    workplace: Annotated[str, typer.Option(help="It leads to this workplace only.")] = "",
    config_file: ConfigFile = None,
) -> None:
    """Draw the way in, from its beginning to its end."""
    body: dict[str, Any] = {"kind": "way", "points": [_point(one) for one in points], "label": label}

    def mark(station: Station) -> Any:
        if workplace:
            body["workplace_id"] = number_of(station.get("workplaces"), workplace, "workplace")
        return station.post(f"plans/{_number(station, plan)}/marks", body)

    show(with_station(config_file, mark))


@plans.command("retire")
def retire(
    plan: Plan,
    mark: Annotated[int | None, typer.Option(help="Take only this mark off, by its number.")] = None,
    config_file: ConfigFile = None,
) -> None:
    """Take a plan, or one of its marks, out of service; cases of its time keep it."""
    what = "" if mark is None else f"/marks/{mark}"
    show(
        with_station(
            config_file, lambda station: station.post(f"plans/{_number(station, plan)}{what}/retire")
        )
    )


def _number(station: Station, plan: str) -> int:
    # A retired one is still shown by its number.
    return int(plan) if plan.isdecimal() else number_of(station.get("plans"), plan, "plan")


def _point(text: str) -> list[float]:
    parts = text.split(",")
    if len(parts) != 2 or not all(_COORDINATE.fullmatch(part) for part in parts):
        raise typer.BadParameter(f"{text!r} is no point: write X,Y, as in 120,80.")
    return [float(part) for part in parts]
