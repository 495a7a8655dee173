"""Checkers of silence, of what leaves the base station, of marks, of the log and of bounds."""

import asyncio
from typing import Any

from basestation.outgoing.dispatch import RETRY_S_MAX, SEND_S_MAX
from basestation.supervision.station import STATION
from firmware.link import EVENTS_MAX
from simulator.world.checker import Checker

#: From when on nothing of a device can arrive, with the station up: 85 s of silence, what was under way,
#: and a look of the loop.
SILENCE_MS_MAX = 110_000
#: A station that was away gives everybody one heartbeat period and a margin first.
GRACE_MS = 60_000
#: What a device keeps of alarms: the lives of a world raise no more.
ALARMS_MAX = 32
#: What the broker may hold for the station in a world, and what waits in the outbox.
BROKER_MAX, OUTBOX_MAX = 2000, 2000


class Silence(Checker):
    """3. Silence is noticed within its bound."""

    number = 3

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self._mute_since_ms: dict[str, int] = {}
        #: Device -> number of its shift, and when it was first seen.
        self._shifts: dict[str, tuple[int, int]] = {}
        self._disk_well_since_ms = 0
        self._stepped_at_ms = -10_000_000

    def clock_stepped(self) -> None:
        """Begin to count anew: the station's clock says something else now."""
        self._stepped_at_ms = self.now_ms

    def look(self) -> None:
        """Check every device of which nothing can arrive."""
        disk = self.world.disk
        if disk.refusal or disk.commits_to_fail or disk.commit_s or disk.commits_to_betray:
            self._disk_well_since_ms = self.now_ms
        for device, worn in self.world.worn.items():
            reach = self.world.air.reaches[device]
            is_mute = self._began(device) is not None and (
                not worn.is_on or (reach.is_cut and reach.connection is None)
            )
            if not is_mute:
                self._mute_since_ms.pop(device, None)
                continue
            # Between two looks it may have been there for a moment.
            since_ms = max(
                self._mute_since_ms.setdefault(device, self.now_ms), self.seen.heard_ms.get(device, 0)
            )
            up_ms = self.world.station.up_since_ms
            if up_ms is None or self.world.air.waiting:
                continue
            from_ms = max(
                since_ms, up_ms - SILENCE_MS_MAX + GRACE_MS, self._disk_well_since_ms, self._stepped_at_ms
            )
            if self.now_ms - from_ms > SILENCE_MS_MAX and not self._is_noticed(device):
                self.wrong(f"{device} has been silent since {since_ms} ms, and there is no case of it")

    def _began(self, device: str) -> int | None:
        """Return when the shift of its wearer began; None: there is none, and nobody waits for it."""
        query = "SELECT id FROM shifts WHERE device = ? AND ended_at_ms IS NULL"
        row = self.world.disk.read(query, (device,))
        if not row:
            self._shifts.pop(device, None)
            return None
        known = self._shifts.get(device)
        if known is None or known[0] != row[0]["id"]:
            known = self._shifts[device] = row[0]["id"], self.now_ms
        return known[1]

    def _is_noticed(self, device: str) -> bool:
        return any(
            case["is_open"]
            and not case["is_person"]
            and ("silence" in case["alarm"] or "collective" in case["alarm"])
            and (case["device"] == device or case["device"] == STATION)
            for case in self.seen.rows.values()
        )


#: What is due for too long; notices of tests and drills wait as long as any of a real alarm does.
_LEFT_BEHIND = """
    SELECT outbox.key, outbox.next_try_at_ms FROM outbox JOIN cases ON cases.id = outbox.case_id
    WHERE outbox.state = 'DUE' AND outbox.next_try_at_ms < ? AND (cases.mark = 'real' OR NOT EXISTS (
        SELECT 1 FROM outbox AS other JOIN cases AS of ON of.id = other.case_id
        WHERE other.state = 'DUE' AND of.mark = 'real' AND other.next_try_at_ms <= ?
    ))
"""


class Outgoing(Checker):
    """5. What leaves is delivered or being retried, and a key is always the same notice."""

    number = 5

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self._well_since_ms = 0

    def clock_stepped(self) -> None:
        """Begin to count anew: what is due says something else now."""
        self._well_since_ms = self.now_ms

    def look(self) -> None:
        """Check that nothing due stays behind."""
        disk = self.world.disk
        is_well = self.world.station.up_since_ms is not None and not (disk.refusal or disk.commit_s)
        if not is_well or disk.commits_to_fail or disk.commits_to_betray:
            self._well_since_ms = self.now_ms
        late_ms = round(1000 * (RETRY_S_MAX + 2 * SEND_S_MAX)) + 20_000
        if self.now_ms - self._well_since_ms < late_ms:
            return
        far_ms = self.wall_ms + round(1000 * RETRY_S_MAX) + 30_000
        query = "SELECT key FROM outbox WHERE state = 'DUE' AND next_try_at_ms > ?"
        for row in disk.read(query, (far_ms,)):
            self.wrong(f"the notice {row['key']} is not tried again for too long")
        for row in disk.read(_LEFT_BEHIND, (self.wall_ms - late_ms, self.wall_ms)):
            self.wrong(
                f"the notice {row['key']} has been due since {row['next_try_at_ms']}, and nobody sends it"
            )

    async def end(self) -> None:
        """Check every notice that any channel was given."""
        query = "SELECT key, case_id, recipient, address, text_key, state FROM outbox"
        rows = {row["key"]: row for row in self.world.disk.read(query)}
        for one in self.seen.sent:
            row = rows.get(one.notice.key)
            if one.notice.key.startswith("proof/"):
                # Of an address, and of no case: it stands in no outbox.
                continue
            if row is None:
                self.wrong(f"the notice {one.notice.key} was sent and never stored")
            elif (row["case_id"], row["address"], row["text_key"]) != (
                one.notice.case_id, one.notice.address, one.notice.text_key,
            ):  # fmt: skip
                self.wrong(f"the key {one.notice.key} stands for two notices")
        for row in rows.values():
            if row["state"] not in ("DUE", "SENT", "FAILED", "REPLACED"):
                self.wrong(f"the notice {row['key']} is {row['state']}")


class Marks(Checker):
    """6. Nothing marked test or drill touches a real case."""

    number = 6

    async def end(self) -> None:
        """Check the marks of cases and of what was said about them."""
        for one in self.seen.sent:
            case = self.seen.rows.get(one.notice.case_id)
            if case is not None and case["mark"] != one.notice.mark:
                self.wrong(f"a notice of case {case['id']} ({case['mark']}) is marked {one.notice.mark}")
        for case in self.seen.rows.values():
            other = self.seen.rows.get(case["body"].get("companion") or 0)
            if case["state"] == "JOINED" and other is not None and other["mark"] != case["mark"]:
                self.wrong(f"case {case['id']} ({case['mark']}) joined case {other['id']} ({other['mark']})")
        for raised in self.seen.raised.values():
            case = next(
                (one for one in self.seen.rows.values()
                 if one["device"] == raised.device and one["alarm"] == raised.alarm), None,
            )  # fmt: skip
            if (
                case is not None
                and case["mark"] != raised.mark
                and self._has_no_own(raised.device, raised.alarm)
            ):
                self.wrong(
                    f"the real alarm {raised.alarm} of {raised.device} has no case but a {case['mark']}"
                )

    def _has_no_own(self, device: str, alarm: str) -> bool:
        return not any(
            one["device"] == device and one["alarm"].endswith(alarm) and one["mark"] == "real"
            for one in self.seen.rows.values()
        )


class Chained(Checker):
    """7. The chained log verifies."""

    number = 7

    async def end(self) -> None:
        """Verify the log."""
        for _ in range(100):
            if self.world.station.engine is not None:
                break
            await asyncio.sleep(1)
        engine = self.world.station.engine
        if engine is None:
            self.wrong("the base station is not there at the end")
            return
        for fault in await engine.verify_log():
            self.wrong(f"the log is broken: {fault}")


class Bounds(Checker):
    """8. Every queue stays within its bound."""

    number = 8

    def look(self) -> None:
        """Check the queues of devices, broker and outbox."""
        for device, worn in self.world.worn.items():
            if worn.core is not None:
                alarms, events = worn.core.queue_lengths()
                if alarms > ALARMS_MAX or events > EVENTS_MAX:
                    self.wrong(f"{device} keeps {alarms} alarms and {events} events")
        if self.world.air.waiting > BROKER_MAX:
            self.wrong(f"the broker holds {self.world.air.waiting} messages")
        due = self.world.disk.read("SELECT count(*) FROM outbox WHERE state = 'DUE'")[0][0]
        if due > OUTBOX_MAX:
            self.wrong(f"{due} notices wait")
