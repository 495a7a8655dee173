"""The checker of the rescue chain: whoever must be called or asked by now has been, while all is well.

Reads the disk: what a case has promised, and what became of it. Times in ms of the loop, on disk of the
station's clock.
"""

from datetime import datetime
from typing import Any

from basestation.clock import to_ms
from simulator.world.checker import Checker, to_ms_or_none

#: What is due this long ago, with a base station and a disk that are well, is not done any more.
LATE_MS_MAX = 25_000
#: A station that has just started, or whose disk or clock was bad, gets so long first.
GRACE_MS = 60_000
#: Why somebody is called although somebody has it.
_WANTING = ("is_arrival_overdue", "is_further_unseen", "is_helper_silent", "more_wanted_by")
#: Of these, what calls people though somebody is on the scene.
_WANTING_THERE = ("is_helper_silent", "more_wanted_by")
_AT_WORK = ("ACCEPTED", "DISPATCHED")


class Chain(Checker):
    """10. A case that nobody has is called on time; who has it and does not come, or is silent, is asked."""

    number = 10

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self._well_since_ms: int | None = None
        self._step_ms = 0
        self._received_since_ms: dict[int, int] = {}

    def look(self) -> None:
        """Check every open case of a person, and every timer."""
        if not self._is_well():
            self._received_since_ms.clear()
            return
        late_ms = self.wall_ms - LATE_MS_MAX
        for row in self.world.disk.read("SELECT subject, name FROM timers WHERE due_at_ms < ?", (late_ms,)):
            self.wrong(f"the timer {row['name']} of {row['subject']} does not fire")
        for case in self.seen.rows.values():
            if case["is_open"] and case["state"] != "PRE_ALARM":
                self._check_calls(case)
            if case["is_person"] and case["is_open"]:
                self._check_levels(case)
                self._check_helpers(case)

    def _is_well(self) -> bool:
        world = self.world
        disk, step_ms = world.disk, world.station.clock.step_ms
        is_disk_well = not (disk.refusal or disk.commits_to_fail or disk.commits_to_betray or disk.commit_s)
        is_well = is_disk_well and world.station.up_since_ms is not None and step_ms == self._step_ms
        self._step_ms = step_ms
        if not is_well:
            self._well_since_ms = None
            return False
        if self._well_since_ms is None:
            self._well_since_ms = self.now_ms
        return self.now_ms - self._well_since_ms > GRACE_MS

    def _check_calls(self, case: dict[str, Any]) -> None:
        wanting = _WANTING_THERE if case["state"] == "ON_SCENE" else _WANTING
        is_calling = case["state"] == "RECEIVED" or any(case["body"].get(why) for why in wanting)
        for call in case["body"].get("calls", ()):
            next_ms = to_ms_or_none(call["next_at"])
            if is_calling and next_ms is not None and next_ms < self.wall_ms - LATE_MS_MAX:
                self.wrong(f"{call['name']} was to be called in case {case['id']}, and is not")
        if self.wall_ms - case["updated_at_ms"] < LATE_MS_MAX:
            return
        called = {call["name"] for call in case["body"].get("calls", ())}
        levels = case["body"]["chain"]["levels"][: _count(case["body"].get("level"))]
        for recipient in (one for level in levels for one in level["recipients"]):
            if recipient["kind"] == "person" and recipient["name"] not in called:
                self.wrong(f"case {case['id']} came to the level of {recipient['name']}, who is not called")

    def _check_levels(self, case: dict[str, Any]) -> None:
        body = case["body"]
        if case["state"] != "RECEIVED":
            self._received_since_ms.pop(case["id"], None)
            return
        since_ms = self._received_since_ms.setdefault(case["id"], self.now_ms)
        chain_ms = 1000 * sum(level["answer_s"] for level in body["chain"]["levels"])
        is_new = any(to_ms(datetime.fromisoformat(one["at"])) > self.wall_ms - chain_ms - 2 * LATE_MS_MAX
                     for one in body.get("further", ()))  # fmt: skip
        if self.now_ms - since_ms > chain_ms + LATE_MS_MAX and not body["is_unanswered"] and not is_new:
            self.wrong(f"nobody has answered case {case['id']}, and not everybody is called")
        query = "SELECT max(created_at_ms) FROM outbox WHERE case_id = ? AND is_call"
        last_ms = self.world.disk.read(query, (case["id"],))[0][0] or 0
        bound_ms = 1000 * body["chain"]["repeat_s"] + LATE_MS_MAX
        if self.now_ms - since_ms > bound_ms and self.wall_ms - last_ms > bound_ms:
            self.wrong(f"nobody has answered case {case['id']}, and nobody has been called since {last_ms}")

    def _check_helpers(self, case: dict[str, Any]) -> None:
        body, state = case["body"], case["state"]
        if state not in (*_AT_WORK, "ON_SCENE"):
            return
        query = "SELECT max(at_ms) FROM case_events WHERE case_id = ? AND (kind LIKE '%Pressed' OR kind = ?)"
        last_ms = self.world.disk.read(query, (case["id"], "FurtherAlarm"))[0][0] or 0
        quiet_ms, chain = self.wall_ms - last_ms - LATE_MS_MAX, body["chain"]
        if state == "ON_SCENE":
            if quiet_ms > 1000 * chain["presence_s"] and not body["is_helper_silent"]:
                self.wrong(f"the helper of case {case['id']} gives no sign, and nobody asks")
            return
        # Whoever says in how many minutes has that long.
        arrival_ms = 1000 * max(chain["arrival_s"], 900 if _is_later(body) else 0)
        if quiet_ms > arrival_ms and not body["is_arrival_overdue"]:
            self.wrong(f"nobody arrives in case {case['id']}, and nobody asks {body['accepted_by']}")
        if quiet_ms > arrival_ms + 1000 * chain["ask_s"] + LATE_MS_MAX:
            self.wrong(f"{body['accepted_by']} neither comes nor answers, and still has case {case['id']}")


def _is_later(body: dict[str, Any]) -> bool:
    return any(helper["expected_at"] is not None for helper in body.get("helpers", ()))


def _count(level: int | None) -> int:
    return 0 if level is None else level + 1
