"""The phones of a world and the people who hold them: they answer late, twice, wrongly, or never.

Decides what each person does about the notices they get, by the manner their seed gave them. A phone fails,
hangs or raises as it is told to. Whoever presses hears only what the base station answers. Times in ms.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Sequence
from dataclasses import replace
from typing import Any

from basestation.cases.step import WrongVerb
from basestation.casework.pressing import Said
from basestation.errors import Refused
from basestation.outgoing.channels import Answer, Delivery, Health, Notice, Report, Stage
from simulator.world.furnished import MORE, OPERATOR
from simulator.world.seen import Press, Seen, Sent
from simulator.world.station import Station
from simulator.world.virtual_time import VirtualLoop

#: What people do about a call: (after ms, verb) one after the other.
_WAY = ((20_000, "on_the_way"), (90_000, "on_scene"), (60_000, "all_clear"))
DOINGS = {
    "at_once": ((4000, "accept"), *_WAY),
    "late": ((200_000, "accept"), *_WAY),
    "never": (),
    "declines": ((6000, "decline"),),
    "twice": ((5000, "accept"), (1, "accept"), (15_000, "on_the_way"), (1, "on_the_way"),
              (50_000, "on_scene"), (30_000, "all_clear"), (5, "all_clear")),
    "wrongly": ((3000, "all_clear"), (5000, "confirm"), (9000, "accept"), (4000, "false_alarm"), *_WAY),
    "shows_up": ((70_000, "on_scene"), (90_000, "still_here"), (60_000, "all_clear")),
    "forgets": ((8000, "accept"),),
    "cleared_by_two": ((6000, "accept"), (40_000, "all_clear"), (20_000, "confirm")),
    "hands_over": ((5000, "accept"), (12_000, "hand_over"), (40_000, "still_here"), *_WAY),
    "wants_more": ((5000, "accept"), (9000, "need_more"), (9000, "escalate"), *_WAY[:2], (5000, "need_more"),
                   (20_000, "contact"), (9000, "escalate"), (50_000, "all_clear")),
    "false": ((7000, "accept"), (20_000, "contact"), (9000, "false_alarm"), (9000, "confirm")),
    "takes_over": ((30_000, "on_the_way"), (20_000, "decline"), (30_000, "accept"), (60_000, "on_scene"),
                   (9000, "hand_over"), (90_000, "all_clear"), (9000, "confirm")),
}  # fmt: skip
#: What comes of most cases of which nobody took care: somebody passes and ends them.
_RELIEF = ((1, "on_scene", "Rita Relief"), (9000, "all_clear", "Rita Relief"),
           (4000, "confirm", "Otto Operator"))  # fmt: skip
_RELIEF_MS, _RELIEF_MS_MAX = 280_000, 520_000
_SAID = Said("As we found it.", 3)


class Phones:
    """The channel of every person, and what they do."""

    def __init__(self, loop: VirtualLoop, seen: Seen, manners: Sequence[str]) -> None:
        self._loop = loop
        self._seen = seen
        self._manners = manners
        self.station: Station | None = None
        self._answering: set[tuple[int, str]] = set()
        #: What is wrong with the channel: "", "fails", "hangs", "raises" or "lies".
        self.fault = ""
        self._relieved: set[int] = set()

    async def send(self, notice: Notice) -> Delivery:
        """Let a phone ring, unless the channel is broken."""
        fault = self.fault
        if fault:
            self._seen.faults[f"channel {fault} met"] += 1
        if fault == "hangs":
            self._take(notice, "hung")
            await asyncio.sleep(3600)
        if fault == "raises":
            self._take(notice, "raised")
            raise RuntimeError("told to")
        if fault == "fails":
            self._take(notice, "failed")
            return Delivery(Stage.FAILED, "told to fail")
        await asyncio.sleep(0.3)
        self._take(notice, "sent")
        if notice.verbs and fault != "lies":
            self._ring(notice)
        self._report(notice)
        return Delivery(Stage.SENT)

    async def check(self) -> Health:
        """Answer as the channel is."""
        return Health(is_working=not self.fault)

    def _take(self, notice: Notice, answer: str) -> None:
        now_ms = self._loop.now_ms()
        self._seen.sent.append(Sent(now_ms, notice, answer))
        self._seen.note(now_ms, f"{answer}: {notice.text_key} of case {notice.case_id} to {notice.recipient}")

    def _ring(self, notice: Notice) -> None:
        who = (notice.case_id, notice.address)
        if who in self._answering:
            return
        self._answering.add(who)
        number = notice.case_id * 7 + len(notice.address) * 3
        manner = self._manners[number % len(self._manners)]
        doings: Sequence[tuple[int, str]] = DOINGS[manner]
        if not notice.is_person:
            doings = () if manner in ("never", "forgets") else ((9000, "acknowledge"),)
        at_ms = self._loop.now_ms()
        is_by_phone = number % 2 == 0
        for after_ms, verb in doings:
            at_ms += after_ms
            if is_by_phone and verb != "hand_over":
                self._loop.at(at_ms, self._answer, notice, verb)
            else:
                to = MORE[number % 2] if verb == "hand_over" else ""
                self._loop.at(at_ms, self.press, notice.case_id, verb, notice.recipient, to)
        self._relieve(notice)

    def _report(self, notice: Notice) -> None:
        """Let a part of the channels say later what became of it."""
        number = len(self._seen.sent)
        if number % 3 == 0:
            stage = (Stage.DELIVERED, Stage.OPENED, Stage.FAILED)[number // 3 % 3]
            at_ms = self._loop.now_ms() + number * 977 % 60_000
            self._loop.at(at_ms, self._tell, Report(notice.key, stage, "told later"))

    def _tell(self, report: Report) -> None:
        self._loop.create_task(self._told(report), name=f"report {report.key}")

    async def _told(self, report: Report) -> None:
        assert self.station is not None
        if self.station.engine is not None:
            with contextlib.suppress(Exception):
                await self.station.engine.incoming.report(report)

    def _answer(self, notice: Notice, verb: str) -> None:
        name = f"answer {notice.case_id} {verb} {notice.recipient}"
        self._loop.create_task(self._answered(notice, verb), name=name)

    async def _answered(self, notice: Notice, verb: str) -> None:
        assert self.station is not None
        answer = Answer("memory", notice.address, "As we found it.", notice.key, verb)
        engine = self.station.engine
        if engine is not None:
            # What comes back is a sentence for a person: whether it was done is for nobody to know here.
            index = len(self._seen.presses)
            await self._pressing(notice.case_id, verb, notice.recipient, engine.incoming.answer(answer))
            self._seen.presses[index] = replace(self._seen.presses[index], result="unknown")

    def _relieve(self, notice: Notice) -> None:
        # One case of eight stands until the end: it is called about louder and louder.
        if notice.case_id in self._relieved or notice.case_id % 8 == 0 or not notice.is_person:
            return
        self._relieved.add(notice.case_id)
        span_ms = _RELIEF_MS_MAX - _RELIEF_MS
        at_ms = self._loop.now_ms() + _RELIEF_MS + notice.case_id * 7919 % span_ms
        for after_ms, verb, who in _RELIEF:
            at_ms += after_ms
            self._loop.at(at_ms, self.press, notice.case_id, verb, who)

    def press(self, case_id: int, verb: str, who: str, to: str = "") -> None:
        """Let somebody press a verb, if there is a base station to press it at."""
        self._loop.create_task(self._press(case_id, verb, who, to), name=f"press {case_id} {verb} {who}")

    async def _press(self, case_id: int, verb: str, who: str, to: str) -> None:
        assert self.station is not None
        engine = self.station.engine
        if engine is not None:
            who = who or OPERATOR.display_name
            pressing = engine.desk.press(case_id, verb, who, said=_SAID, to=to)
            await self._pressing(case_id, verb, who, pressing)

    async def _pressing(self, case_id: int, verb: str, who: str, pressing: Awaitable[Any]) -> None:
        result = "unknown"
        # Whatever becomes of it: what was pressed may have been carried out.
        index = len(self._seen.presses)
        self._seen.presses.append(Press(self._loop.now_ms(), case_id, verb, who, result))
        try:
            await pressing
            result = "done"
        except (WrongVerb, Refused):
            result = "refused"
        except Exception:  # noqa: BLE001 -- the store was in trouble: nobody knows whether it was kept
            result = "unknown"
        self._seen.presses[index] = Press(self._loop.now_ms(), case_id, verb, who, result)
        self._seen.note(self._loop.now_ms(), f"{who} presses {verb} in case {case_id}: {result}")
