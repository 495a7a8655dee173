"""Carries out what is planned: what befalls wearers, devices, air, broker, base station, disk and phones.

Decides nothing: each thing of a plan is one method here. Whatever is broken for a time is mended by itself,
and all of it at the end.
"""

import asyncio
from typing import TYPE_CHECKING, Any

from simulator.world.air import Weather
from simulator.world.disk import FULL, READ_ONLY
from simulator.world.operating import Operating
from simulator.world.plan import Happening
from simulator.world.site_life import SiteLife

if TYPE_CHECKING:
    from simulator.world.world import World

#: What a press of each kind is, in ms down.
PRESSES = {
    "manual": (2600,),
    "reset": (5600,),
    "short": (200,),
    "duress": (200, 200),
    "silent": (200, 200, 200, 200),
}
#: What a device, or somebody in its name, says that nobody understands.
POISON = (
    b"", b"\xff\xfe\x00", b"{", b"[]", b'{"v": 1}', b'{"v":1,"kind":"raised","device":"pna-99"}',
    b'{"v":1,"kind":"no-such-kind","boot":1,"seq":1}', b"9" * 5000,
)  # fmt: skip

#: The level of the key, as an argument.
_DOWN, _UP = (True,), (False,)


def stray_fields(what: str, alarm: str, kind: str) -> dict[str, Any]:
    """Return the fields of a message about an alarm."""
    if what == "place":
        return {"alarm": alarm, "beacons": {"beacon-9": -50}}
    of_its_own: dict[str, dict[str, Any]] = {
        "raised": {"raised_ago_ms": 0, "repeat": 0} | ({"cause": "battery"} if kind == "technical" else {}),
        "pre-alarm": {"deadline_ms": 15_000},
        "cancelled": {"by": "key"},
    }
    return {"alarm": alarm, "alarm_kind": kind, **of_its_own.get(what, {})}


class Happenings(Operating):
    """Everything that can happen."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._life = SiteLife(world)

    def let(self, happening: Happening) -> None:
        """Let it happen now."""
        world = self._world
        name = f"pna-{happening.device + 1:02}"
        world.seen.note(world.loop.now_ms(), f"* {happening.what} {happening.kind} {name}")
        world.checkers.befell(happening.what)
        if self._life.does(happening.what):
            self._life.let(name, happening)
        else:
            getattr(self, f"_{happening.what}")(name, happening)
        if world.worn[name].is_on:
            world.wake(name)

    async def mend(self) -> None:
        """Mend everything; who has no power gets it, and everybody presses what is right from now on."""
        world = self._world
        world.seen.note(world.loop.now_ms(), "* everything is mended")
        world.disk.heal()
        world.phones.fault = ""
        world.air.start_broker()
        for name, worn in world.worn.items():
            world.air.reaches[name].weather = Weather()
            world.air.mend(name)
            if not worn.is_on:
                self._power(name)
        if world.station.engine is not None:
            world.station.hear(is_hearing=True)
        await asyncio.sleep(0)

    # The wearer.

    def _press(self, name: str, happening: Happening) -> None:
        at_ms = self._world.loop.now_ms()
        for down_ms in PRESSES[happening.kind]:
            self._world.loop.at(at_ms, self._key, name, *_DOWN)
            self._world.loop.at(at_ms + down_ms, self._key, name, *_UP)
            at_ms += down_ms + 250

    def _key(self, name: str, is_down: bool) -> None:  # noqa: FBT001 -- the level
        worn = self._world.worn[name]
        core = worn.core
        if core is not None:
            worn.do(self._world.loop.now_ms(), lambda now_ms: core.on_key(now_ms, is_down))
            self._world.wake(name)

    def _condition(self, name: str, happening: Happening) -> None:
        worn = self._world.worn[name]
        core = worn.core
        if core is not None:
            worn.do(self._world.loop.now_ms(), lambda now_ms: core.meet(now_ms, happening.kind))

    def _condition_over(self, name: str, happening: Happening) -> None:
        worn = self._world.worn[name]
        core = worn.core
        if core is not None:
            worn.do(self._world.loop.now_ms(), lambda now_ms: core.end(now_ms, happening.kind))

    def _clip(self, name: str, happening: Happening) -> None:
        worn = self._world.worn[name]
        core = worn.core
        if core is not None:
            worn.do(self._world.loop.now_ms(), lambda now_ms: core.on_clip(now_ms, happening.number == 1))

    def _fault_begins(self, name: str, happening: Happening) -> None:
        self._fault(name, happening.kind, is_there=True)

    def _fault_ends(self, name: str, happening: Happening) -> None:
        self._fault(name, happening.kind, is_there=False)

    def _fault(self, name: str, kind: str, *, is_there: bool) -> None:
        worn = self._world.worn[name]
        core = worn.core
        if core is None:
            return
        if kind == "battery":
            percent = 8 if is_there else 90
            worn.do(
                self._world.loop.now_ms(),
                lambda now_ms: core.on_battery(now_ms, 3600, percent, is_charging=False),
            )
        else:
            worn.do(self._world.loop.now_ms(), lambda now_ms: core.on_sensor_test(now_ms, not is_there))

    def _drill(self, name: str, happening: Happening) -> None:
        """Let somebody raise a drill or test with the number of a real alarm: it must touch nothing."""
        real = [alarm for device, alarm in self._world.seen.raised if device == name]
        alarm = real[-1] if real else "1-1"
        worn = self._world.worn[name]
        core = worn.core
        if core is not None:
            worn.do(
                self._world.loop.now_ms(), lambda now_ms: core.drill(now_ms, alarm, happening.kind or "drill")
            )

    def _stray(self, name: str, happening: Happening) -> None:
        """Let a device say something out of turn: of a case that is known, or of an alarm nobody knows."""
        worn = self._world.worn[name]
        core = worn.core
        if core is None:
            return
        cases = [
            one for one in self._world.seen.rows.values() if one["device"] == name and one["alarm"][0] != "b"
        ]
        known = self._world.seen.rows.get(happening.case_id)
        if known is None and cases and happening.number % 3:
            known = cases[happening.number % len(cases)]
        kind = known["kind"] if known else ("manual", "position", "technical")[happening.number // 3 % 3]
        alarm = known["alarm"] if known else f"7-{90_000 + self._world.loop.now_ms() % 9999}"
        fields = stray_fields(happening.kind, alarm, kind)
        worn.do(self._world.loop.now_ms(), lambda now_ms: core.say(now_ms, happening.kind, fields))

    def _beacon(self, name: str, happening: Happening) -> None:
        """Let a device hear other beacons than before."""
        worn = self._world.worn[name]
        core = worn.core
        if core is not None:
            beacons = [(f"beacon-{happening.number % 7}", -40 - happening.number % 40)]
            worn.do(self._world.loop.now_ms(), lambda now_ms: core.on_signal(now_ms, -60, beacons))

    def _look(self, _name: str, happening: Happening) -> None:
        """Let somebody open the console, again and again."""
        self._world.checkers.open_console(happening.ms)

    # Devices and air.

    def _device_power(self, name: str, happening: Happening) -> None:
        worn = self._world.worn[name]
        if worn.is_on:
            worn.cut()
            self._world.power_went(name)
            self._after(happening.ms, self._power, name)

    def _device_write(self, name: str, happening: Happening) -> None:
        worn = self._world.worn[name]
        worn.flash.cut_after = worn.flash.steps + happening.number % 60
        self._after(happening.ms + 60_000, self._power, name)

    def _watchdog(self, name: str, _happening: Happening) -> None:
        worn = self._world.worn[name]
        if worn.is_on:
            worn.cut()
            self._world.power_went(name)
            self._after(700, self._power, name, "watchdog")

    def _battery_ends(self, name: str, happening: Happening) -> None:
        worn = self._world.worn[name]
        core = worn.core
        if core is not None:
            worn.do(
                self._world.loop.now_ms(), lambda now_ms: core.on_battery(now_ms, 3200, 1, is_charging=False)
            )
            self._after(4000, self._die, name, happening.ms)

    def _die(self, name: str, ms: int) -> None:
        if self._world.worn[name].is_on:
            self._world.worn[name].cut()
            self._world.power_went(name)
            self._after(ms, self._power, name)

    def _power(self, name: str, cause: str = "power_on") -> None:
        worn = self._world.worn[name]
        worn.flash.cut_after = None
        if worn.is_on:
            return
        self._world.air.reaches[name].connection = None
        worn.start(self._world.loop.now_ms(), cause)
        self._world.air.connect(name)
        self._world.wake(name)

    def _weather(self, name: str, happening: Happening) -> None:
        reach = self._world.air.reaches[name]
        number = happening.number
        reach.weather = Weather(number % 60, number % 37, (number % 9) * 500)
        self._after(happening.ms, setattr, reach, "weather", Weather())

    def _cut(self, name: str, happening: Happening) -> None:
        self._world.air.cut(name)
        self._after(happening.ms, self._world.air.mend, name)

    def _broker_crash(self, _name: str, happening: Happening) -> None:
        self._world.air.crash_broker(is_store_lost=happening.number % 2 == 0)
        self._world.station.hear(is_hearing=False)
        self._after(happening.ms, self._broker_back)

    def _broker_back(self) -> None:
        self._world.air.start_broker()
        self._world.station.hear(is_hearing=True)

    def _poison(self, name: str, happening: Happening) -> None:
        """Let something nobody understands come in the name of a device."""
        channel = ("event", "event", "heartbeat")[happening.number % 3]
        self._world.air.bring(name, channel, POISON[happening.number % len(POISON)])

    # Base station, disk, phones.

    def _base_crash(self, _name: str, happening: Happening) -> None:
        loop = self._world.loop
        loop.strike = lambda: self._world.station.crash(happening.ms)
        loop.strike_at_turn = loop.turns + happening.number

    def _base_deaf(self, _name: str, happening: Happening) -> None:
        self._world.station.hear(is_hearing=False)
        self._after(happening.ms, self._broker_back)

    def _disk_refuses(self, _name: str, happening: Happening) -> None:
        self._world.disk.refusal = FULL if happening.number % 2 else READ_ONLY
        self._after(happening.ms, self._world.disk.heal)

    def _commits_fail(self, _name: str, happening: Happening) -> None:
        self._world.disk.commits_to_fail = 1 + happening.number % 4

    def _commit_betrays(self, _name: str, _happening: Happening) -> None:
        self._world.disk.commits_to_betray = 1

    def _disk_slow(self, _name: str, happening: Happening) -> None:
        self._world.disk.commit_s = (5 + happening.number % 40) / 10
        self._after(happening.ms, self._world.disk.heal)

    def _channel_fails(self, _name: str, happening: Happening) -> None:
        self._channel("fails", happening.ms)

    def _channel_hangs(self, _name: str, happening: Happening) -> None:
        self._channel("hangs", happening.ms)

    def _channel_raises(self, _name: str, happening: Happening) -> None:
        self._channel("raises" if happening.number % 2 else "lies", happening.ms)

    def _channel(self, fault: str, ms: int) -> None:
        self._world.phones.fault = fault
        self._after(ms, setattr, self._world.phones, "fault", "")

    def _clock_step(self, _name: str, happening: Happening) -> None:
        number = happening.number
        # Now and then by hours, as a machine without a clock of its own finds the time: only onward.
        step_ms = (number % 9 - 4) * 1000 if number % 4 else (number % 7 + 1) * 1_800_000
        self._world.station.clock.step_ms += step_ms
        self._world.checkers.clock_stepped()

    def _after(self, ms: int, do: object, *arguments: object) -> None:
        self._world.loop.at(self._world.loop.now_ms() + ms, do, *arguments)  # type: ignore[arg-type]
