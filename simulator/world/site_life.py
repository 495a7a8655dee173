"""What people on the site do beside answering calls: shifts, consoles, verbs out of turn, log-ins, the tone.

Each thing of a plan is one method here. Nobody asks whether it is wise: the base station refuses what it does
not want. Whatever a crash interrupts is simply not done. Times in ms.
"""

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from basestation.cases.vigilance import heard
from basestation.errors import Refused
from basestation.outgoing.channels import Report, Stage
from simulator.world.furnished import MORE, OPERATOR, SHIFT_LEAD, begin_shift
from simulator.world.plan import Happening

if TYPE_CHECKING:
    from simulator.world.world import World

#: A console tells of itself so often.
SIGN_MS = 10_000
#: States in which it counts that somebody has seen a case.
_CALLED_IN = ("RECEIVED", "ACCEPTED", "DISPATCHED", "ON_SCENE")


class SiteLife:
    """Everything that people on the site do of their own accord."""

    def __init__(self, world: "World") -> None:
        self._world = world

    def does(self, what: str) -> bool:
        """Tell whether that is something people on the site do."""
        return hasattr(self, f"_{what}")

    def let(self, name: str, happening: Happening) -> None:
        """Let it happen; it ends with the base station that it is asked of."""
        engine = self._world.station.engine
        if engine is not None:
            task = getattr(self, f"_{happening.what}")(engine, name, happening)
            self._world.loop.create_task(self._undisturbed(task), name=f"site {happening.what} {name}")

    async def _undisturbed(self, doing: Any) -> None:
        try:
            await doing
        except Exception as error:  # noqa: BLE001 -- refused, or the store was in trouble: then it is not done
            self._world.seen.note(self._world.loop.now_ms(), f"not done: {type(error).__name__}: {error}")

    # Work begins and ends.

    async def _shift_ends(self, engine: Any, name: str, happening: Happening) -> None:
        number = int(name[-2:])
        for shift in await engine.shifts():
            if shift["device"] == name:
                await engine.end_shift(shift["id"], OPERATOR)
        self._later(happening.ms, "_shift_begins", name, number, 300 + happening.number * 10)

    async def _shift_begins(self, engine: Any, name: str, number: int, length_s: int) -> None:
        try:
            await begin_shift(self._world, engine, number, length_s)
        except Refused:
            raise
        except Exception:
            self._later(20_000, "_shift_begins", name, number, length_s)
            raise

    # Consoles and who sits there.

    async def _console(self, engine: Any, _name: str, happening: Happening) -> None:
        """Sit at a console for a while, see what it shows and act now and then."""
        clock, loop = self._world.station.clock, self._world.loop
        until_ms = loop.now_ms() + happening.ms
        while loop.now_ms() < until_ms:
            signs = heard(clock.now(), is_sounding=happening.number % 5 > 0, idle_s=happening.number % 90)
            engine.attendance.consoles = lambda signs=signs: (signs,)
            engine.attendance.wake()
            snapshot = await engine.snapshot()
            self._world.checkers.words.console(snapshot)
            shown = [case["id"] for case in snapshot["cases"] if case["state"] in _CALLED_IN]
            if shown and happening.number % 5:
                await engine.desk.note_shown(shown)
            await asyncio.sleep(SIGN_MS / 1000)
        engine.attendance.consoles = tuple
        engine.attendance.wake()

    async def _logs_out(self, engine: Any, _name: str, happening: Happening) -> None:
        """Take charge of a case at a console and go home."""
        case_id = self._open_case(happening)
        if case_id:
            self._world.phones.press(case_id, "accept", SHIFT_LEAD)
            await asyncio.sleep(happening.number % 7)
            self._world.phones.press(case_id, ("accept", "on_the_way")[happening.number % 2], SHIFT_LEAD)
        await asyncio.sleep(happening.number % 40)
        await engine.delete_session("s" * 64)
        self._later(happening.ms, "_logs_in")

    async def _logs_in(self, engine: Any) -> None:
        users = {user["display_name"]: user["id"] for user in await engine.users()}
        until = self._world.station.clock.now() + timedelta(days=30)
        await engine.create_session(users[SHIFT_LEAD], "s" * 64, until)

    # Cases.

    async def _verb(self, _engine: Any, _name: str, happening: Happening) -> None:
        """Press some verb in some open case, whether it fits or not."""
        case_id = self._open_case(happening)
        if case_id:
            who = (OPERATOR.display_name, SHIFT_LEAD, "Mara Muster")[happening.number % 3]
            self._world.phones.press(case_id, happening.kind, who, to=MORE[happening.number % 2])

    async def _calls_more(self, engine: Any, _name: str, happening: Happening) -> None:
        case_id = self._open_case(happening)
        await engine.desk.add_recipient(case_id, OPERATOR.display_name, MORE[happening.number % 2])

    async def _corrects(self, engine: Any, _name: str, happening: Happening) -> None:
        """Correct the address of somebody who is called."""
        case_id = self._open_case(happening)
        case = self._world.seen.rows.get(case_id or 0)
        if case is not None and case["body"].get("calls"):
            calls = case["body"]["calls"]
            key = calls[happening.number % len(calls)]["key"]
            address = f"new-{happening.number % 4}"
            await engine.desk.correct_address(case_id, OPERATOR.display_name, key, "memory", address)

    async def _locates(self, engine: Any, _name: str, happening: Happening) -> None:
        case_id = self._open_case(happening)
        who = OPERATOR.display_name
        await engine.locating.order(case_id, who, is_tone_on=happening.number % 4 > 0)

    async def _report_astray(self, engine: Any, _name: str, happening: Happening) -> None:
        """Let a channel report late about a notice, of whatever case."""
        sent = self._world.seen.sent
        sent = [one for one in sent if happening.case_id in (0, one.notice.case_id)]
        if sent:
            one = sent[-1 - happening.number % len(sent)]
            stage = (Stage.DELIVERED, Stage.FAILED, Stage.OPENED)[happening.number % 3]
            key = one.notice.key if happening.number % 5 else one.notice.key + "x"
            await engine.incoming.report(Report(key, stage, "told late"))

    def _open_case(self, happening: Happening) -> int:
        """Return the case that is meant, or an open one, mostly of a person; 0 for none."""
        if happening.case_id:
            return happening.case_id
        number = happening.number
        rows = self._world.seen.rows.values()
        persons = [row["id"] for row in rows if row["is_open"] and row["is_person"]]
        cases = persons if number % 6 else [row["id"] for row in rows if row["is_open"]]
        return cases[number % len(cases)] if cases else 0

    def _later(self, ms: int, what: str, *arguments: Any) -> None:
        self._world.loop.at(self._world.loop.now_ms() + ms, self._again, what, arguments)

    def _again(self, what: str, arguments: tuple[Any, ...]) -> None:
        engine = self._world.station.engine
        if engine is None:
            self._later(15_000, what, *arguments)
            return
        doing = getattr(self, what)(engine, *arguments)
        self._world.loop.create_task(self._undisturbed(doing), name=f"site {what}")
