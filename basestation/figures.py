"""`rufweite figures`: how fast the alarms of a month were answered, as a page of text. Reads only."""

from typing import Any

from sqlalchemy.exc import OperationalError

from basestation.casework.months import bounds_of, month_figures
from basestation.errors import EntryRefused
from basestation.store.database import open_database

_STAGES = {
    "pre_alarm": "condition to pre-alarm",
    "sent": "pre-alarm to alarm",
    "trigger": "condition to alarm",
    "stored": "alarm to base station",
    "shown": "stored to shown",
    "told": "stored to somebody told",
    "accepted": "stored to accepted",
    "on_scene": "accepted to on the scene",
    "help": "alarm to help on the spot",
    "all_clear": "on the scene to all-clear",
}
_MARKS = {"real": "Real alarms", "test": "Tests", "drill": "Drills"}


async def page(database_url: str, month: str) -> str:
    """Return the figures of "YYYY-MM"; raises EntryRefused with a sentence."""
    bounds_of(month)
    database = open_database(database_url)
    try:
        async with database.connect() as connection:
            found = await month_figures(connection, month)
    except OperationalError as error:
        raise EntryRefused("There is no database of a base station to read: start it once.") from error
    finally:
        await database.dispose()
    parts = [_of_mark(_MARKS.get(mark, mark), facts) for mark, facts in found["marks"].items()]
    return "\n\n".join([f"Alarms of people in {month} (UTC); still open: {found['still_open']}", *parts])


def _of_mark(title: str, facts: dict[str, Any]) -> str:
    kinds = ", ".join(f"{kind} {count}" for kind, count in facts["by_kind"].items())
    lines = [f"{title}: {facts['cases']}" + (f" ({kinds})" if kinds else "")]
    if facts["cancelled"] or facts["joined"]:
        lines.append(f"  beside them cancelled {facts['cancelled']}, joined {facts['joined']}")
    if not facts["cases"]:
        return "\n".join(lines)
    lines.append(f"  never accepted: {facts['not_answered']}, false alarms: {facts['false_alarms']}")
    lines += [f"    {count} x {reason}" for reason, count in facts["false_alarm_reasons"].items()]
    lines += [
        f"  answered within {one['within_s']:3} s: {one['cases']} ({one['share_permille'] / 10:.1f} %)"
        for one in facts["answered_within"]
    ]
    for one in facts["yardsticks"]:
        word = "met" if one["is_met"] else "NOT met"
        tag = f"[{one['tag']}]" + (", a convention" if one["is_convention"] else "")
        wanted = f"{one['wanted_permille'] / 10:.1f} % within {one['within_s']} s"
        lines.append(f"  {one['name']} {tag}: {wanted}: {word}")
    lines += [_of_stage(one, facts["cases"]) for one in facts["stages"]]
    return "\n".join(lines)


def _of_stage(one: dict[str, Any], cases: int) -> str:
    begun = f"  {_STAGES.get(one['name'], one['name'])}: known of {one['known']} of {cases}"
    if not one["known"]:
        return begun
    took = f"median {one['median_s']:.1f} s, longest {one['longest_s']:.1f} s"
    return f"{begun}, {took}, overspent {one['overspent']}"
