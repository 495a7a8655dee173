"""Aims at combinations of case state, event and fault that were met rarely: a plan names them as its goals.

Decides what to do when a case comes to a state that a goal names: the fault begins, and a little later, while
the case may still be there, somebody does what makes the event. Nothing else of the world is touched. ms.
"""

from collections import Counter
from typing import TYPE_CHECKING, Any

from basestation.cases.verbs import VERBS
from simulator.world.plan import Goal, Happening

if TYPE_CHECKING:
    from simulator.world.world import World

#: What makes each event: what happens, and its kind. Timers and searches come by themselves.
_DOINGS = {event: ("verb", verb) for verb, event in VERBS.items()} | {
    "AlarmReported": ("stray", "raised"), "CancelReported": ("stray", "cancelled"),
    "ResetReported": ("stray", "reset"), "AllRightReported": ("stray", "all-right"),
    "ConditionEnded": ("stray", "gone"), "PlaceReported": ("stray", "place"),
    "PreAlarmReported": ("stray", "pre-alarm"),
    "RecipientAdded": ("calls_more", ""), "AddressCorrected": ("corrects", ""),
    "ShownOnConsole": ("console", ""),
    "DeliveryReported": ("report_astray", ""), "AccepterLost": ("logs_out", ""),
    "FurtherAlarm": ("press", "manual"), "CompanionFound": ("press", "manual"),
    "PeopleFound": ("verb", "escalate"),
}  # fmt: skip
#: From the state to the fault, how long that lasts, and from the state to the doing: at once, and after it.
FAULT_MS, LAST_MS, DOING_MS = 200, 3000, (1200, 5500)
#: A goal is aimed at so often in one world.
AIMS_MAX = 3


class Steering:
    """Watches for the states that its goals name."""

    def __init__(self, world: "World", goals: tuple[Goal, ...]) -> None:
        self._world = world
        self._goals = goals
        self._aimed: Counter[Goal] = Counter()

    def entered(self, case: dict[str, Any]) -> None:
        """Take note that a case has come to another state."""
        for goal in self._goals:
            state, event, _ = goal
            if state == case["state"] and self._aimed[goal] < AIMS_MAX and _fits(event, case):
                self._aimed[goal] += 1
                self._aim(goal, case)
                return

    def _aim(self, goal: Goal, case: dict[str, Any]) -> None:
        _, event, fault = goal
        device = int(case["device"][-2:]) - 1 if case["device"].startswith("pna-") else 0
        number = case["id"] * 7 + self._aimed[goal]
        self._let(FAULT_MS, Happening(0, fault, device, "", LAST_MS, number))
        what, kind = _DOINGS.get(event, ("", ""))
        if what:
            for after_ms in DOING_MS:
                self._let(after_ms, Happening(0, what, device, kind, 20_000, number, case["id"]))

    def _let(self, after_ms: int, happening: Happening) -> None:
        world = self._world
        if happening.device < len(world.worn):
            world.loop.at(world.loop.now_ms() + after_ms, world.happenings.let, happening)


def _fits(event: str, case: dict[str, Any]) -> bool:
    """Tell whether a case is of the sort that the event is about: a person's, or a technical one."""
    return event != "AcknowledgePressed" or not case["is_person"]
