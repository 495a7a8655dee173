"""A release on its way to the devices: ordered by a person, sent piece by piece, followed to its end.

Decides when a device is sent its next piece, by its own answers, and what its words mean for the roll-out;
who may begin is `rollout`'s. Nothing is begun while its device is on shift, has a person's case or is not
heard. One that fails, goes back or is not heard again after its restart is a technical alarm.
"""

import base64
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, delete, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from basestation.broker.credential import Credential
from basestation.casework.conditions import UPDATE, Conditions
from basestation.clock import to_ms
from basestation.intake.device_states import ONLINE, DeviceStates
from basestation.outgoing.commands import Commands
from basestation.releases import rollout
from basestation.releases.archive import Image
from basestation.releases.rollout import FAILED, OPEN, PASSED, RECEIVED, SENDING, STARTED, STOPPED, WAITING
from basestation.releases.shelf import Shelf
from basestation.site.worn import open_shift_of
from basestation.store import case_rows, log
from basestation.store.committer import GroupCommitter, Work
from basestation.store.database import upsert
from basestation.store.release_tables import device_boards, device_updates
from basestation.store.tables import commands, devices
from basestation.tuning import keys
from firmware.sealed import seal
from firmware.update_order import sealed_part

SLOT = "update"
#: Between two pieces to one device, in s: 10 kB/s at most, so that alarms have the radio.
PIECE_S = 0.1
#: Until a device that refused is asked again, in s.
AGAIN_S = 10
#: A device that restarts into its release must be heard of within: its own five minutes, and some.
RESTART_S_MAX = 900
#: Reasons of a device that pass by themselves.
PASSING = ("on shift", "an alarm runs", "not ready yet", "another piece is next", "no such update")
#: What a device says, in the words of a roll-out.
_SAID = {"received": RECEIVED, "started": STARTED, "passed": PASSED} | {
    state: state for state in (rollout.ROLLED_BACK, rollout.REFUSED)
}


class Delivery:
    """Brings releases to devices."""

    def __init__(
        self, database: AsyncEngine, committer: GroupCommitter, commands: Commands, conditions: Conditions,
        states: DeviceStates, shelf: Shelf,
    ) -> None:  # fmt: skip
        self._database = database
        self._committer = committer
        self._commands = commands
        self._conditions = conditions
        self._states = states
        self._shelf = shelf
        self._images: dict[tuple[str, str], Image] = {}
        self._sent_at: dict[str, datetime] = {}
        #: Called when there may be something to send.
        self.wake: Callable[[], None] = lambda: None
        #: Called when the fleet page may have changed.
        self.changed: Callable[[], None] = lambda: None
        commands.on_answer["update"] = self._order_answered
        commands.on_answer["update-piece"] = self._piece_answered

    async def advance(self, now: datetime) -> datetime | None:
        """Begin what may begin, send what is due, give up what is not heard; return when to look again."""
        async with self._database.connect() as connection:
            query = select(device_updates.c.id).where(device_updates.c.state.in_(OPEN)).limit(1)
            if (await connection.execute(query)).first() is None:
                self._images.clear()
                return None
        is_sending = await self._committer.run(lambda work: self._round(work, now))
        return now + timedelta(seconds=PIECE_S if is_sending else AGAIN_S)

    async def _round(self, work: Work, now: datetime) -> bool:
        rows = await _rows_of_open(work)
        steps = [await self._step(work, row) for row in rows]
        by_id = {row["id"]: row for row in rows}
        for number in rollout.stopping(steps):
            await self._note(work, by_id[number], now, state=STOPPED, reason="another device failed before")
        for number in rollout.beginning(steps):
            if _is_due(by_id[number], now):
                await self._begin(work, by_id[number], now)
        is_sending = False
        for row in rows:
            age_s = (to_ms(now) - row["changed_at_ms"]) / 1000
            if row["state"] == SENDING:
                is_sending = await self._send_next(work, row, now) or is_sending
            elif row["state"] in (RECEIVED, STARTED) and age_s >= RESTART_S_MAX:
                await self._fail(work, row, now, FAILED, "it was not heard of after its restart")
        return is_sending

    async def _step(self, work: Work, row: RowMapping) -> rollout.Step:
        is_free = True
        if row["state"] == WAITING:
            device = row["device"]
            is_free = (
                self._states.of(device).presence == ONLINE
                and await open_shift_of(work.connection, device) is None
                and not any(
                    case.is_person for case in await case_rows.open_of_device(work.connection, device)
                )
            )
        return rollout.Step(row["id"], row["rollout"], row["is_canary"], row["state"], is_free)

    async def _begin(self, work: Work, row: RowMapping, now: datetime) -> None:
        """Send the sealed order; the device says which piece it wants."""
        device = row["device"]
        image = await self._image(work, row)
        query = select(devices.c.name, devices.c.secret, devices.c.client_id).where(devices.c.name == device)
        key = await keys.key_of(work, Credential(*(await work.connection.execute(query)).one()))
        fields = {
            "release": row["release"], "counter": row["counter"], "pieces": image.pieces,
            "manifest": base64.b64encode(image.head).decode(),
        }  # fmt: skip
        part = sealed_part({**fields, "device": device})
        fields["signature"] = seal(key.encode(), part)
        await self._note(work, row, now, state=SENDING, reason="", piece=None)
        await self._commands.order(work, device, "update", SLOT, fields, now)

    async def _send_next(self, work: Work, row: RowMapping, now: datetime) -> bool:
        """Send the piece that is wanted, unless one is under way; tell whether another may follow soon."""
        device, piece = row["device"], row["piece"]
        if piece is None or piece >= row["pieces"]:
            return False
        sent_at = self._sent_at.get(device)
        if sent_at is not None and now < sent_at + timedelta(seconds=PIECE_S):
            return True
        if await self._commands.has_unanswered(work, device, SLOT):
            return False
        data = base64.b64encode((await self._image(work, row)).piece(piece)).decode()
        await _forget_pieces(work, device)
        self._sent_at[device] = now
        fields = {"release": row["release"], "piece": piece, "data": data}
        await self._commands.order(work, device, "update-piece", SLOT, fields, now)
        return True

    async def _order_answered(
        self, work: Work, device: str, answer: Mapping[str, Any], now: datetime
    ) -> None:
        row = await _last(work, device)
        if row is None or row["state"] != SENDING or answer["result"] == "done":
            return
        reason = answer.get("reason") or "this firmware cannot be updated over the air"
        if reason in PASSING:
            await self._note(work, row, now, state=WAITING, reason=reason)
        else:
            await self._fail(work, row, now, rollout.REFUSED, reason)

    async def _piece_answered(
        self, work: Work, device: str, answer: Mapping[str, Any], now: datetime
    ) -> None:
        row = await _last(work, device)
        if row is None or row["state"] != SENDING or row["piece"] is None:
            return
        if answer["result"] == "done":
            await self._note(work, row, now, piece=row["piece"] + 1)
        elif answer.get("reason") in PASSING:
            await self._note(work, row, now, state=WAITING, reason=answer["reason"])

    async def take(self, work: Work, device: str, message: Mapping[str, Any], at: datetime) -> None:
        """Take what a device says of its update."""
        row = await _last(work, device)
        if row is None or row["release"] != message["release"] or row["state"] == message["state"]:
            return
        if message["state"] == "receiving":
            if row["state"] == SENDING:
                await self._note(work, row, at, piece=message.get("piece", 0))
            return
        state = _SAID.get(message["state"])
        if state in rollout.BAD:
            await self._fail(work, row, at, state, message.get("reason") or "no reason given")
        elif state is not None:
            await _forget_pieces(work, device)
            await self._note(work, row, at, state=state, reason="")

    async def started(self, work: Work, device: str, message: Mapping[str, Any], at: datetime) -> None:
        """Take what a start says: the board, and whether a release that had passed is gone again."""
        if "board" in message:
            await upsert(work.connection, device_boards, [{"device": device, "board": message["board"]}])
        row = await _last(work, device)
        if row is None:
            return
        if row["state"] == SENDING:
            # What it was sent lies in its slot; it says what it wants when it is asked.
            await self._note(work, row, at, state=WAITING, reason="")
        elif row["state"] == PASSED and message["firmware"] != row["release"]:
            reason = f"it runs {message['firmware']} again"
            await self._fail(work, row, at, rollout.ROLLED_BACK, reason)

    async def _fail(self, work: Work, row: RowMapping, now: datetime, state: str, reason: str) -> None:
        await _forget_pieces(work, row["device"])
        await self._note(work, row, now, state=state, reason=reason)
        cause = f"The update to {row['release']} failed ({state.replace('_', ' ')}): {reason}"
        await self._conditions.began(work, row["device"], UPDATE, cause, now)

    async def _note(self, work: Work, row: RowMapping, now: datetime, **values: Any) -> None:
        """Write how far it is; a new state is logged."""
        changed = {**values, "changed_at_ms": to_ms(now)}
        await work.connection.execute(
            update(device_updates).where(device_updates.c.id == row["id"]).values(changed)
        )
        if values.get("state", row["state"]) != row["state"]:
            content = {
                "release": row["release"],
                "state": values["state"],
                "reason": values.get("reason", ""),
            }
            work.log(log.entry(to_ms(now), "device_update", content, device=row["device"]))
            work.after_commit(self.changed)
        work.after_commit(self.wake)

    async def _image(self, work: Work, row: RowMapping) -> Image:
        query = select(device_boards.c.board).where(device_boards.c.device == row["device"])
        board = (await work.connection.execute(query)).scalar_one()
        key = (row["release"], board)
        if key not in self._images:
            self._images[key] = await self._shelf.image(work.connection, *key)
        return self._images[key]


async def _rows_of_open(work: Work) -> list[RowMapping]:
    """Return the rows of every roll-out that is not over, in their order."""
    is_open = select(device_updates.c.rollout).where(device_updates.c.state.in_(OPEN))
    query = select(device_updates).where(device_updates.c.rollout.in_(is_open)).order_by(device_updates.c.id)
    return list((await work.connection.execute(query)).mappings())


async def _last(work: Work, device: str) -> RowMapping | None:
    query = select(device_updates).where(device_updates.c.device == device)
    return (
        (await work.connection.execute(query.order_by(device_updates.c.id.desc()).limit(1)))
        .mappings()
        .first()
    )


async def _forget_pieces(work: Work, device: str) -> None:
    """Let the pieces go that were answered: each holds 2 kB that the release holds too."""
    await work.connection.execute(
        delete(commands).where(
            commands.c.device == device,
            commands.c.kind == "update-piece",
            commands.c.answered_at_ms.is_not(None),
        )
    )


def _is_due(row: RowMapping, now: datetime) -> bool:
    """Tell whether a device that refused has had its pause."""
    return not row["reason"] or to_ms(now) - row["changed_at_ms"] >= AGAIN_S * 1000
