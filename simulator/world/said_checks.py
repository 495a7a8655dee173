"""The checker of what was said: nothing that devices, phones or people said is stored without effect.

Reads the disk, and what people were answered; never what the program believes. Times in ms.
"""

import json
from collections.abc import Iterable
from typing import Any

from basestation.cases.case import BASE_ALARM_PREFIX
from basestation.cases.verbs import VERBS
from basestation.intake.hearing import FAILED
from protocol.messages import SILENT_KINDS
from simulator.world.checker import Checker, to_ms_or_none
from simulator.world.operating import OLGA, OTTO

#: Message of a device -> what its case must show from then on.
_SHOWN_BY: dict[str, str] = {
    "cancelled": "cancelled_by_wearer_at",
    "reset": "device_reset_at",
    "all-right": "all_right_at",
}
#: What devices say of raised alarms only; a case is raised by it so long after it came at the latest.
_OF_RAISED = ("raised", "reset", "all-right", "gone")
RAISED_MS_MAX = 5000
#: What ends a technical alarm.
_ENDS = ("cancelled", "gone")
#: Messages that say the same of the case that a joined alarm belongs to.
_SAID_OF_BOTH = ("reset", "all-right")
#: State of a case -> what its wearer is told of it.
_TOLD = {"ACCEPTED": "ACCEPTED", "DISPATCHED": "DISPATCHED", "ON_SCENE": "ON_SCENE", "CLOSED": "ALL_CLEAR"}
_TAKEN_BY = ("AcceptPressed", "OnTheWayPressed", "OnScenePressed")
_ENDED_BY = ("AllClearPressed", "FalseAlarmPressed", "ConfirmPressed")
#: States in which somebody is called for a person, or goes there.
_CALLED = ("RECEIVED", "ACCEPTED", "DISPATCHED", "ON_SCENE")
#: A sign of life of somebody whom nobody has asked changes nothing.
_MAY_SAY_NOTHING_NEW = ("still_here", "decline")


class Said(Checker):
    """9. What was said and stored stands in its case, and whoever must hear of it is told."""

    number = 9

    async def end(self) -> None:
        """Check every message, press and notice that is on the disk."""
        read = self.world.disk.read
        for row in read("SELECT * FROM cases"):
            self.seen.take_row(row)
        newest: dict[int, str] = {}
        for row in read("SELECT * FROM device_messages ORDER BY boot, seq"):
            self._check_message(row["device"], json.loads(row["payload"]), newest)
            self._check_raised(row, json.loads(row["payload"]))
        self._check_ends(newest)
        self._check_companions()
        for row in read("SELECT topic FROM quarantine WHERE reason = ?", (FAILED,)):
            self.wrong(f"the base station failed over a message at {row['topic']}")
        events = [
            (row["case_id"], row["kind"], json.loads(row["event"]))
            for row in read("SELECT case_id, kind, event FROM case_events")
        ]
        self._check_presses({(case_id, kind, words.get("user")) for case_id, kind, words in events})
        self._check_log(events)
        orders = {
            (row["device"], fields.get("alarm"), fields.get("state"))
            for row in read("SELECT device, fields FROM commands WHERE kind = 'case-state'")
            for fields in (json.loads(row["fields"]),)
        }
        given_back = {
            case_id
            for case_id, kind, words in events
            if kind == "AccepterLost" or (kind, words.get("name")) == ("TimerFired", "asked")
        }
        for case in self.seen.rows.values():
            self._check_notices(case)
            self._check_joined(case)
            self._check_told(case, orders, is_given_back=case["id"] in given_back)
            self._check_unanswered(case)
            self._check_desk(case)

    def _check_message(self, device: str, message: dict[str, Any], newest: dict[int, str]) -> None:
        case = self._case_of(device, message)
        if case is None or not case["is_person"]:
            if case is not None and message["kind"] in (*_ENDS, "raised"):
                newest[case["id"]] = message["kind"]
            return
        field, name = _SHOWN_BY.get(message["kind"]), _name(case)
        if field is not None and case["body"].get(field) is None:
            self.wrong(f"{device} said {message['kind']} of {message['alarm']}, and {name} does not show it")
        if message["kind"] == "raised" and case["body"].get("is_raised_by_base"):
            self.wrong(f"{device} raised {message['alarm']}, and {name} says that it never did")
        if message["kind"] == "place" and case["body"].get("raised_at") and not case["body"].get("near"):
            self.wrong(f"{device} said where it is, and {name} does not show it")
        other = self.seen.rows.get(case["body"].get("companion") or 0)
        is_both = case["state"] == "JOINED" and message["kind"] in _SAID_OF_BOTH and field is not None
        if is_both and other is not None and other["body"].get(field) is None:
            self.wrong(f"{device} said {message['kind']} of {name}, which joined one that does not show it")

    def _check_raised(self, row: Any, message: dict[str, Any]) -> None:
        """Check that what is said of raised alarms only raises a person's case at once."""
        case = self._case_of(row["device"], message) if message["kind"] in _OF_RAISED else None
        if case is None or not case["is_person"]:
            return
        raised_ms = to_ms_or_none(case["body"].get("raised_at"))
        if raised_ms is None or raised_ms > row["received_at_ms"] + RAISED_MS_MAX:
            self.wrong(
                f"{row['device']} said {message['kind']} of {_name(case)}, which was not raised by that"
            )

    def _check_ends(self, newest: dict[int, str]) -> None:
        """Check technical cases against what their device said last of them."""
        for case_id, kind in newest.items():
            case = self.seen.rows[case_id]
            is_over = case["state"] in ("GONE", "CLOSED")
            if case["state"] == "CLOSED" and kind == "raised":
                # Said under its number after its end, which no firmware of ours does: nothing opens again.
                continue
            if is_over != (kind in _ENDS):
                self.wrong(f"{_name(case)} is {case['state']}, and its device said last that it is {kind}")

    def _case_of(self, device: str, message: dict[str, Any]) -> dict[str, Any] | None:
        alarm = message.get("alarm")
        names = (alarm, f"{BASE_ALARM_PREFIX}{message['mark']}-{alarm}")
        for case in self.seen.rows.values():
            if case["device"] == device and case["alarm"] in names and case["mark"] == message["mark"]:
                return case
        return None

    def _check_presses(self, said: set[tuple[int, str, str | None]]) -> None:
        # Answers by phone are judged in words; at the desk nobody is told "done" unless it was.
        for press in self.seen.presses:
            event = VERBS.get(press.verb)
            is_at_desk = press.who in (OTTO, OLGA)
            if not is_at_desk or press.result != "done" or press.verb in _MAY_SAY_NOTHING_NEW:
                continue
            assert event is not None, press
            # Whoever has a case, or ended it, may say so once more in other words.
            same = next((group for group in (_TAKEN_BY, _ENDED_BY) if event in group), (event,))
            if not any((press.case_id, one, press.who) in said for one in same):
                self.wrong(f"{press.who} pressed {press.verb} in case {press.case_id}, and it did nothing")

    def _check_log(self, events: Iterable[tuple[int, str, dict[str, Any]]]) -> None:
        query = "SELECT DISTINCT case_id, replace(kind, '_', '') AS kind FROM log WHERE case_id IS NOT NULL"
        logged = {(row["case_id"], row["kind"]) for row in self.world.disk.read(query)}
        for case_id, kind, _ in events:
            if kind.endswith("Pressed") and (case_id, kind.lower()) not in logged:
                self.wrong(f"{kind} of case {case_id} is not in the log")

    def _check_notices(self, case: dict[str, Any]) -> None:
        query = "SELECT key, state, attempts FROM outbox WHERE case_id = ?"
        rows = {row["key"]: row for row in self.world.disk.read(query, (case["id"],))}
        if len(rows) != case["body"].get("notices", 0):
            self.wrong(
                f"{_name(case)} has handed out {case['body']['notices']} notices, {len(rows)} are kept"
            )
        if any(row["state"] == "SENT" for row in rows.values()) and self._is_untold(case):
            self.wrong(f"a notice of {_name(case)} was sent, and the case knows of none")
        states = {state for state, _ in self.seen.stored.get(case["id"], ())}
        # Once somebody has acknowledged a technical alarm, nobody needs to know how its notices fare.
        for call in case["body"].get("calls", ()) if states <= set(_CALLED) else ():
            for index, key in enumerate(call["notices"]):
                row = rows.get(key)
                has_failed = row is not None and row["attempts"] and row["state"] in ("DUE", "FAILED")
                if has_failed and index not in call["failed_ways"]:
                    self.wrong(f"the notice {key} failed, and {_name(case)} does not know it")

    def _is_untold(self, case: dict[str, Any]) -> bool:
        query = "SELECT 1 FROM outbox WHERE case_id = ? AND state = 'SENT' AND channel <> 'console'"
        is_sent = bool(self.world.disk.read(query, (case["id"],)))
        # A technical case that is gone or acknowledged calls nobody and waits for no delivery.
        return is_sent and case["state"] in _CALLED and case["body"].get("told_at") is None

    def _check_joined(self, case: dict[str, Any]) -> None:
        other = self.seen.rows.get(case["body"].get("companion") or 0)
        if case["state"] != "JOINED" or other is None:
            return
        if case["id"] not in [further["case_id"] for further in other["body"].get("further", ())]:
            self.wrong(f"{_name(case)} joined case {other['id']}, which does not know of it")

    def _check_companions(self) -> None:
        """Check that nobody has two open cases, but for those of which nothing may be perceived."""
        wearers: dict[tuple[Any, ...], int] = {}
        for case in self.seen.rows.values():
            if case["state"] not in _CALLED or not case["is_person"] or case["kind"] in SILENT_KINDS:
                continue
            body = case["body"]
            who = (case["device"], case["mark"], body.get("worker_id"), body.get("is_wearer_confirmed"))
            other = wearers.setdefault(who, case["id"])
            if other != case["id"]:
                self.wrong(f"case {other} and case {case['id']} are both open for one wearer")

    def _check_told(
        self, case: dict[str, Any], orders: set[tuple[str, Any, Any]], *, is_given_back: bool
    ) -> None:
        is_unknown_there = case["alarm"].startswith(BASE_ALARM_PREFIX)
        if not case["is_person"] or is_unknown_there or case["kind"] in SILENT_KINDS:
            return
        states = {_TOLD[state] for state, _ in self.seen.stored.get(case["id"], ()) if state in _TOLD}
        for state in (*sorted(states), *(("RECEIVED",) if is_given_back else ())):
            if (case["device"], case["alarm"], state) not in orders:
                self.wrong(f"{case['device']} was never to be told that {_name(case)} is {state}")

    def _check_unanswered(self, case: dict[str, Any]) -> None:
        if not (case["is_person"] and case["mark"] == "real" and case["is_open"]):
            return
        prefix = f"{BASE_ALARM_PREFIX}unanswered-{case['id']}-"
        others = [one for one in self.seen.rows.values() if one["alarm"].startswith(prefix)]
        is_shown = any(one["state"] in ("RECEIVED", "ACKNOWLEDGED") for one in others)
        if not case["body"].get("is_unanswered") or is_shown:
            return
        # Shortly after everybody was called it is still to come; a timer that is late is `chain_checks`'.
        query = "SELECT 1 FROM timers WHERE subject = ? AND name = 'unanswered'"
        if not self.world.disk.read(query, (f"case:{case['id']}",)):
            self.wrong(f"nobody answers {_name(case)}, and no technical alarm says so")

    def _check_desk(self, case: dict[str, Any]) -> None:
        body = case["body"]
        if (
            case["id"] in self.seen.shown
            and case["is_open"]
            and body.get("raised_at")
            and not body.get("shown_at")
        ):
            self.wrong(f"{_name(case)} was shown on a console, and does not know it")
        for case_id, name in self.seen.added:
            if case_id == case["id"] and name not in [found["name"] for found in body.get("added", ())]:
                self.wrong(f"{name} was called in addition in {_name(case)}, and nobody knows it")
        for case_id, address in self.seen.corrected:
            if case_id == case["id"] and address not in [
                one["address"] for one in body.get("corrections", ())
            ]:
                self.wrong(f"the address {address} in {_name(case)} is not used")


def _name(case: dict[str, Any]) -> str:
    return f"case {case['id']} ({case['kind']} {case['alarm']} of {case['device']})"
