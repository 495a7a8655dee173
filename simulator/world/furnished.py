"""How the site of a world is furnished: its chain, people, users, devices, workers and workplaces.

Decides nothing that happens. All names are fictitious. Times in s.
"""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from basestation.cases.chain import Chain, Level, Recipient, Way
from basestation.engine import Engine, User

if TYPE_CHECKING:
    from simulator.world.world import World

#: Whoever does what is not pressed on a phone.
OPERATOR = User(1, "otto", "Otto Operator", "operator")
#: Somebody who has logged in, and may log out while a case is theirs.
SHIFT_LEAD = "Sven Schicht"
#: Not in the chain, and called in addition.
MORE = ("Gustav Gate", "Nora Notfall")
SHIFT_H = 12


def _person(name: str, address: str, tries: int = 2) -> Recipient:
    return Recipient("person", name, (Way("memory", tries, 30, address),))


_LEVELS = (
    Level("Desk", (_person("Mara Muster", "mara"),), 30),
    Level("Shift lead", (_person("Lea Leiter", "lea-l"),), 45),
    Level("Gate", (_person("Gustav Gate", "gustav-g", 1),), 45),
)
#: The chain without and with a control room; worlds have the one or the other.
CHAINS = (
    Chain("Plant", _LEVELS, arrival_s=180, presence_s=240),
    Chain(
        "Plant",
        (Level("Room", (Recipient("control_room", "Control room"), _person("Mara Muster", "mara")), 30),
         *_LEVELS[1:]),
        arrival_s=180, presence_s=240,
    ),
)  # fmt: skip


async def furnish(world: "World", engine: Engine) -> None:
    """Fill the site, hand out the devices and let everybody begin to work."""
    await engine.set_chain(CHAINS[world.plan.seed % len(CHAINS)])
    for name in MORE:
        responder = await engine.rescue.responders.add(name, "en", None, None, OPERATOR.display_name)
        address = ("memory", name.split()[0].lower())
        await engine.rescue.responders.set_addresses(responder["id"], [address], OPERATOR.display_name)
    await engine.add_user("otto", OPERATOR.display_name, "no hash", "operator")
    lead = await engine.add_user("sven", SHIFT_LEAD, "no hash", "operator")
    for user_id, digest in ((OPERATOR.id, "o" * 64), (lead.id, "s" * 64)):
        await engine.create_session(user_id, digest, world.station.clock.now() + timedelta(days=30))
    for number, name in enumerate(world.worn, 1):
        await _hand_out(world, engine, number, name)


async def _hand_out(world: "World", engine: Engine, number: int, name: str) -> None:
    await engine.add_device(name)
    await engine.add_worker(f"Willi Werker {number}")
    await engine.add_workplace(f"Pump house {number}", "Gate 3, then left")
    world.worn[name].start(world.loop.now_ms(), "power_on")
    world.air.connect(name)
    world.wake(name)
    await begin_shift(world, engine, number, SHIFT_H * 3600)


async def begin_shift(world: "World", engine: Any, number: int, length_s: int) -> None:
    """Let the worker of that number begin to work."""
    await engine.start_shift(
        worker_id=number, device=f"pna-{number:02}", workplace_id=number, user=OPERATOR,
        planned_end=world.station.clock.now() + timedelta(seconds=length_s),
    )  # fmt: skip
