"""Checkers of alarms: none is lost, none ends by itself, none becomes less than it was."""

import re
from typing import Any

from basestation.cases.case import BASE_ALARM_PREFIX, gravity, is_person_kind
from simulator.world.checker import Checker
from simulator.world.seen import RaisedAlarm

#: Verbs by which people end a case.
ENDING = ("all_clear", "false_alarm", "confirm")
#: A raised alarm is on the disk this long after everything on its way has been well.
STORED_MS_MAX = 45_000
#: A pre-alarm whose device fell silent is raised so long after its end.
UNANSWERED_MS_MAX = 30_000
_LEFT = ("RECEIVED", "ACCEPTED", "DISPATCHED", "ON_SCENE", "CLOSED", "JOINED")


#: Why an exercise ended for a real alarm.
_REAL = re.compile(r"Case (\d+) is a real alarm\.")


class Ends(Checker):
    """1. An alarm ends by its wearer in the pre-alarm, by a person, or stands at the loud end."""

    number = 1

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self._well_since_ms: dict[str, int] = {}

    def look(self) -> None:
        """Check that what is raised is stored while everything on its way is well."""
        for device, worn in self.world.worn.items():
            if not (worn.is_on and self._is_way_well(device)):
                self._well_since_ms.pop(device, None)
        for raised in self.seen.raised.values():
            if raised.stored_at_ms is None:
                self._look_for(raised)
            elif not raised.is_receipted:
                self._expect_receipt(raised)

    async def end(self) -> None:
        """Check what became of every alarm."""
        for row in self.world.disk.read("SELECT * FROM cases"):
            self.seen.take_row(row)
        for raised in self.seen.raised.values():
            if is_person_kind(raised.kind):
                self._check(raised, self._case_of(raised))
        for case in self.seen.rows.values():
            self._check_case(case)

    def _is_way_well(self, device: str) -> bool:
        world = self.world
        reach = world.air.reaches[device]
        disk = world.disk
        is_disk_well = not (disk.refusal or disk.commits_to_fail or disk.commits_to_betray or disk.commit_s)
        is_air_well = (
            reach.connection is not None and not reach.connection.is_broken and reach.weather.loss <= 30
        )
        is_well = (
            is_disk_well and is_air_well and world.station.up_since_ms is not None and world.air.is_broker_up
        )
        if is_well:
            self._well_since_ms.setdefault(device, self.now_ms)
        return is_well

    def _look_for(self, raised: RaisedAlarm) -> None:
        if self._case_of(raised) is not None or (raised.device, raised.alarm) in self.seen.gone:
            raised.stored_at_ms = self.now_ms
            return
        since_ms = self._well_since_ms.get(raised.device)
        if since_ms is not None and self.now_ms - max(since_ms, raised.at_ms) > STORED_MS_MAX:
            self.wrong(f"the alarm {raised.alarm} of {raised.device} is not stored, and all was well")

    def _expect_receipt(self, raised: RaisedAlarm) -> None:
        since_ms = self._well_since_ms.get(raised.device)
        if since_ms is not None and self.now_ms - max(since_ms, raised.stored_at_ms or 0) > STORED_MS_MAX:
            self.wrong(f"{raised.device} still has no receipt for the alarm {raised.alarm}, and all was well")

    def _case_of(self, raised: RaisedAlarm) -> dict[str, Any] | None:
        names = (raised.alarm, f"{BASE_ALARM_PREFIX}{raised.mark}-{raised.alarm}")
        for case in self.seen.rows.values():
            if case["device"] == raised.device and case["alarm"] in names and case["mark"] == raised.mark:
                return case
        return None

    def _check(self, raised: RaisedAlarm, case: dict[str, Any] | None) -> None:
        what = f"the {raised.kind} alarm {raised.alarm} of {raised.device}"
        if case is None:
            self.wrong(f"{what} has no case")
        elif case["state"] not in _LEFT:
            self.wrong(f"{what} was raised, and its case is {case['state']}")

    def _check_case(self, case: dict[str, Any]) -> None:
        if not case["is_person"]:
            return
        body, name = case["body"], f"case {case['id']} ({case['kind']} {case['alarm']} of {case['device']})"
        is_ended = self._is_pressed(case["id"]) or self._has_given_way(case)
        if case["state"] == "CLOSED" and not is_ended:
            self.wrong(f"{name} is closed, and nobody pressed anything that ends it")
        if case["state"] == "CANCELLED" and (case["device"], case["alarm"]) not in self.seen.cancelled:
            self.wrong(f"{name} is cancelled, and its wearer did nothing of the kind")
        if case["state"] == "JOINED" and body.get("companion") not in self.seen.rows:
            self.wrong(f"{name} joined a case that is not there")
        if case["state"] == "PRE_ALARM" and self.wall_ms - case["updated_at_ms"] > 60_000 + UNANSWERED_MS_MAX:
            self.wrong(f"{name} is still in its pre-alarm")
        if case["state"] in ("RECEIVED", "ACCEPTED", "DISPATCHED", "ON_SCENE"):
            self._check_open(case, name)

    def _check_open(self, case: dict[str, Any], name: str) -> None:
        query = "SELECT name, due_at_ms FROM timers WHERE subject = ?"
        timers = self.world.disk.read(query, (f"case:{case['id']}",))
        if not timers:
            self.wrong(f"{name} is {case['state']} and nothing will ever happen to it")
        elif min(row["due_at_ms"] for row in timers) < self.wall_ms - 20_000:
            self.wrong(f"{name} has a timer that does not fire")
        calls = [one for one in self.seen.sent if one.notice.case_id == case["id"]]
        if not calls:
            self.wrong(f"{name} is open, and nobody was ever called")

    def _has_given_way(self, case: dict[str, Any]) -> bool:
        """Tell whether a test or drill ended for a real alarm of a person, which it names."""
        named = _REAL.fullmatch(case["body"].get("reason") or "")
        real = None if named is None else self.seen.rows.get(int(named.group(1)))
        is_exercise = case["mark"] != "real" and case["body"]["outcome"] == "exercise_ended"
        return is_exercise and real is not None and real["mark"] == "real" and real["is_person"]

    def _is_pressed(self, case_id: int) -> bool:
        return any(
            one.case_id == case_id and one.verb in ENDING and one.result != "refused"
            for one in self.seen.presses
        )


def _names(raised: RaisedAlarm) -> tuple[str, ...]:
    """Return the names that the case of an alarm may have."""
    return (
        raised.alarm,
        f"{BASE_ALARM_PREFIX}{raised.mark}-{raised.alarm}",
        f"{BASE_ALARM_PREFIX}reused-{raised.alarm}",
    )


class Gravity(Checker):
    """2. Nothing on the way lowers gravity, opens two cases for one alarm, or merges two workers."""

    number = 2

    async def end(self) -> None:
        """Check the cases of every alarm."""
        rows = self.seen.rows
        for raised in self.seen.raised.values():
            cases = [
                case for case in rows.values()
                if case["device"] == raised.device and case["mark"] == raised.mark
                and case["alarm"] in _names(raised)
            ]  # fmt: skip
            if len(cases) > 1 and is_person_kind(raised.kind):
                self.wrong(f"the alarm {raised.alarm} of {raised.device} has {len(cases)} cases")
            for case in cases:
                if gravity(case["kind"]) > gravity(raised.kind):
                    self.wrong(f"the {raised.kind} alarm {raised.alarm} became a {case['kind']} case")
        for case in rows.values():
            self._check_worker(case, rows)

    def _check_worker(self, case: dict[str, Any], rows: dict[int, dict[str, Any]]) -> None:
        other = rows.get(case["body"].get("companion") or 0)
        if case["state"] == "JOINED" and other is not None and other["device"] != case["device"]:
            self.wrong(f"case {case['id']} of {case['device']} joined one of {other['device']}")
        worker = case["body"].get("worker_name")
        if (
            worker
            and case["device"].startswith("pna-")
            and not worker.endswith(f" {int(case['device'][-2:])}")
        ):
            self.wrong(f"case {case['id']} of {case['device']} is about {worker}")
