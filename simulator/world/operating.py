"""What befalls a case beside calls and answers: an operator at the desk, a device that speaks out of turn.

Decides nothing about what follows. The case is the newest open one of the device, or the newest at all where
a device speaks: messages come in any order, and other firmware may say what ours never would. Times in ms.
"""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from basestation.cases.case import BASE_ALARM_PREFIX
from basestation.cases.step import WrongVerb
from basestation.casework.pressing import Said
from basestation.errors import Refused
from simulator.world.seen import Press

if TYPE_CHECKING:
    from basestation.engine import Engine
    from simulator.world.plan import Happening
    from simulator.world.world import World

_AT_WORK = ("RECEIVED", "ACCEPTED", "DISPATCHED", "ON_SCENE")
OTTO, OLGA = "Otto Operator", "Olga Operator"
_SAID = Said("It was said at the desk.")
#: What goes with each word beside the alarm and its kind.
_WORDS: dict[str, dict[str, Any]] = {
    "pre-alarm": {"deadline_ms": 20_000},
    "raised": {"repeat": 1},
    "cancelled": {"by": "key"},
    "reset": {},
    "all-right": {},
    "gone": {},
    "place": {"age_s": 2, "beacons": {"boiler-room": -60}},
}


class Operating:
    """Part of everything that can happen: `self._world` is the world."""

    _world: "World"

    def _operates(self, name: str, happening: "Happening") -> None:
        """Let an operator do `kind` to a case, where the station is there."""
        self._world.loop.create_task(self._operate(name, happening), name=f"desk {happening.kind}")

    async def _operate(self, name: str, happening: "Happening") -> None:
        world = self._world
        engine = world.station.engine
        ids = [one["id"] for one in world.seen.rows.values() if one["device"] == name and one["is_open"]]
        if engine is None or not ids:
            return
        doing: Callable[[Engine, int], Awaitable[Any]] | None = getattr(self, f"_at_{happening.kind}", None)
        try:
            if doing is None:
                await self._press_at_desk(engine, ids[-1], happening.kind)
            else:
                await doing(engine, ids[-1])
        except (WrongVerb, Refused) as refusal:
            world.seen.note(world.loop.now_ms(), f"the desk is refused: {refusal}")
        except Exception as error:  # noqa: BLE001 -- the store was in trouble: nobody knows what was kept
            world.seen.note(world.loop.now_ms(), f"at the desk: {type(error).__name__}")

    async def _at_takes_over(self, engine: "Engine", case_id: int) -> None:
        await self._press_at_desk(engine, case_id, "accept", OLGA)

    async def _press_at_desk(self, engine: "Engine", case_id: int, verb: str, who: str = OTTO) -> None:
        seen, at_ms = self._world.seen, self._world.loop.now_ms()
        index = len(seen.presses)
        seen.presses.append(Press(at_ms, case_id, verb, who, "unknown"))
        to = "Gustav Gate" if verb == "hand_over" else ""
        try:
            await engine.desk.press(case_id, verb, who, said=_SAID, to=to)
        except (WrongVerb, Refused):
            seen.presses[index] = Press(at_ms, case_id, verb, who, "refused")
            raise
        seen.presses[index] = Press(at_ms, case_id, verb, who, "done")
        seen.note(at_ms, f"{who} presses {verb} in case {case_id}")

    async def _at_shows(self, engine: "Engine", case_id: int) -> None:
        is_called = self._is_called(case_id)
        await engine.desk.note_shown([case_id])
        if is_called and self._is_called(case_id):
            self._world.seen.shown.add(case_id)

    async def _at_adds(self, engine: "Engine", case_id: int) -> None:
        is_called = self._is_called(case_id)
        await engine.desk.add_recipient(case_id, OTTO, "Gustav Gate")
        if is_called and self._is_called(case_id):
            self._world.seen.added.add((case_id, "Gustav Gate"))

    def _is_called(self, case_id: int) -> bool:
        """Tell whether people are called in the case, or at work: otherwise nobody notes anything."""
        return self._world.seen.rows[case_id]["state"] in _AT_WORK

    async def _at_corrects(self, engine: "Engine", case_id: int) -> None:
        calls = self._world.seen.rows[case_id]["body"].get("calls")
        if calls and self._is_called(case_id):
            address = f"{calls[0]['key']}-corrected"
            await engine.desk.correct_address(case_id, OTTO, calls[0]["key"], "memory", address)
            if self._is_called(case_id):
                self._world.seen.corrected.add((case_id, address))

    def _says(self, name: str, happening: "Happening") -> None:
        """Let a device say `kind` of its newest alarm, or with an odd number of one that nobody knows."""
        world, kind = self._world, happening.kind
        cases = [one for one in world.seen.rows.values()
                 if one["device"] == name and not one["alarm"].startswith(BASE_ALARM_PREFIX)]  # fmt: skip
        core = world.worn[name].core
        if core is None:
            return
        alarm, alarm_kind = (cases[-1]["alarm"], cases[-1]["kind"]) if cases else ("1-7001", "manual")
        if happening.number % 2:
            alarm, alarm_kind = (
                f"1-{8000 + happening.number}",
                ("manual", "technical")[happening.number % 4 // 2],
            )
        fields = {"alarm": alarm, **_WORDS[kind]}
        if kind != "place":
            fields["alarm_kind"] = alarm_kind
        world.worn[name].do(world.loop.now_ms(), lambda now_ms: core.say(now_ms, kind, fields))
