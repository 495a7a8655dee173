"""Changes of the settings of a device: ordered by somebody who may, followed until the device has answered.

Decides that nothing is sent which the firmware would refuse, that every set has a version of its own and
every command a counter that never comes twice, and that a change that was taken back is a technical alarm.
What a device does is the device's: nothing here is called applied before it has said so.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, insert, select, update

from basestation.broker.credential import Credential
from basestation.casework.conditions import SETTINGS, Conditions
from basestation.clock import Clock, to_ms
from basestation.errors import EntryRefused
from basestation.intake.device_states import DeviceStates
from basestation.outgoing.commands import Commands
from basestation.store import log
from basestation.store.committer import GroupCommitter, Work
from basestation.store.settings_tables import device_settings
from basestation.store.tables import commands, devices
from basestation.tuning import history, keys, rules

SLOT = "settings"
#: `cause` of `started` after new settings, and after they were taken back.
CHANGED, UNDONE = "settings", "settings_undone"
_TAKEN_BACK = "tried and taken back: the device got no answer with it, or did not start"


class DeviceSettings:
    """Orders changes and follows them."""

    def __init__(
        self,
        committer: GroupCommitter,
        sender: Commands,
        conditions: Conditions,
        states: DeviceStates,
        clock: Clock,
    ) -> None:
        self._committer = committer
        self._commands = sender
        self._conditions = conditions
        self._states = states
        self._clock = clock

    async def handed_over(self, credential: Credential) -> dict[str, str]:
        """Return what a device needs beside its log-in to believe a change."""

        async def job(work: Work) -> dict[str, str]:
            return {"settings_key": await keys.key_of(work, credential)}

        return await self._committer.run(job)

    async def note_built(self, device: str, settings: Mapping[str, Any], user: str) -> None:
        """Keep what a board is got ready with; raises EntryRefused."""
        built = {name: value for name, value in settings.items() if name != rules.VERSION}
        kept = json.dumps(rules.judged(built))
        version = int(settings.get(rules.VERSION, 0))

        async def job(work: Work) -> None:
            rows = await history.rows_of(work.connection, device)
            newest = rows[0] if rows else None
            if newest is not None and (newest["state"], newest["settings"]) == (history.BUILT, kept):
                return
            await self._end_open(work, device, history.REPLACED, None)
            await self._add(work, device, version, 0, kept, history.BUILT, user)

        await self._committer.run(job)

    async def show(self, device: str) -> dict[str, Any]:
        """Return every setting of a device and its history, newest first; raises EntryRefused."""

        async def job(work: Work) -> dict[str, Any]:
            await self._credential(work, device)
            return self._shown(device, await history.rows_of(work.connection, device))

        return await self._committer.run(job)

    async def order(
        self, device: str, changes: Mapping[str, int], user: str, *, is_whole: bool, seen: int | None = None
    ) -> dict[str, Any]:
        """Send the settings in force with these changes, or these as the whole set; raises EntryRefused.

        `seen` is the newest version that whoever orders has seen, 0 for none; None asks nothing.
        """

        async def job(work: Work) -> dict[str, Any]:
            credential = await self._credential(work, device)
            rows = await history.rows_of(work.connection, device)
            history.check_seen(rows, seen)
            known = history.in_force(rows, self._states.of(device).settings_version)
            if known is None and not is_whole:
                raise EntryRefused(
                    f"Which settings {device} has is not known here: give all that differ from the defaults, "
                    "as the whole set (--whole)."
                )
            before = None if known is None else history.settings_in(known)
            after = rules.judged(dict(changes) if is_whole else (before or {}) | dict(changes))
            if before == after:
                raise EntryRefused(f"{device} has these settings already: nothing would change.")
            await self._send(work, credential, rows, after, rules.differences(before, after), user)
            return self._shown(device, await history.rows_of(work.connection, device))

        return await self._committer.run(job)

    async def answered(self, work: Work, device: str, answer: Mapping[str, Any], at: datetime) -> None:
        """Take what a device says has become of a change; an answer to anything else changes nothing."""
        query = select(commands.c.fields).where(
            commands.c.device == device, commands.c.kind == "settings",
            commands.c.boot == answer["answers_boot"], commands.c.seq == answer["answers_seq"],
        )  # fmt: skip
        fields = (await work.connection.execute(query)).scalar()
        if fields is None:
            return
        version = json.loads(fields)["version"]
        is_done = answer["result"] == "done"
        reason = None if is_done else answer.get("reason", "the device does not know this command")
        state = history.APPLIED if is_done else history.REFUSED
        await self._end(work, device, version, state, reason, at)

    async def started(self, work: Work, device: str, message: Mapping[str, Any], at: datetime) -> None:
        """Take why a device has started, and with which settings."""
        version = message["settings_version"]
        if message["cause"] == CHANGED:
            await self._mark(work, device, version, history.SENT, history.TRYING)
        elif message["cause"] == UNDONE:
            tried = [
                row
                for row in await history.rows_of(work.connection, device)
                if row["state"] in (*history.OPEN, history.APPLIED) and row["version"] != version
            ]
            if tried:
                await self._end(work, device, tried[0]["version"], history.ROLLED_BACK, _TAKEN_BACK, at)
            cause = f"changed settings were taken back, version {version} is in force"
            await self._conditions.began(work, device, SETTINGS, cause, at)

    async def _send(
        self,
        work: Work,
        credential: Credential,
        rows: list[RowMapping],
        after: Mapping[str, int],
        differences: Mapping[str, Any],
        user: str,
    ) -> None:
        now, device = self._clock.now(), credential.name
        said = self._states.of(device).settings_version or 0
        version = max([said, *(row["version"] for row in rows)]) + 1
        # Goes on where a data base that was put back from a copy has forgotten the last ones.
        counter = max([to_ms(now) // 60_000, *(row["counter"] + 1 for row in rows)])
        values = {**after, rules.VERSION: version}
        signature = keys.sealed(await keys.key_of(work, credential), device, version, counter, values)
        await self._end_open(work, device, history.REPLACED, None)
        await self._add(work, device, version, counter, json.dumps(after), history.SENT, user)
        fields = {"version": version, "counter": counter, "values": values, "signature": signature}
        await self._commands.order(work, device, "settings", SLOT, fields, now)
        content = {"version": version, "changes": differences, "user": user}
        work.log(log.entry(to_ms(now), "settings_ordered", content, device=device))
        work.after_commit(self._commands.answer_changed)

    async def _credential(self, work: Work, device: str) -> Credential:
        query = select(devices).where(devices.c.name == device, devices.c.is_active)
        row = (await work.connection.execute(query)).mappings().first()
        if row is None:
            raise EntryRefused(
                f"There is no device {device!r} in service: `rufweite device list` shows them."
            )
        return Credential(row["name"], row["secret"], row["client_id"])

    async def _add(
        self, work: Work, device: str, version: int, counter: int, kept: str, state: str, user: str
    ) -> None:
        row = {
            "device": device, "version": version, "counter": counter, "settings": kept, "state": state,
            "ordered_by": user, "ordered_at_ms": to_ms(self._clock.now()),
        }  # fmt: skip
        await work.connection.execute(insert(device_settings).values(row))

    async def _end_open(self, work: Work, device: str, state: str, reason: str | None) -> None:
        await work.connection.execute(
            update(device_settings)
            .where(device_settings.c.device == device, device_settings.c.state.in_(history.OPEN))
            .values(state=state, reason=reason, ended_at_ms=to_ms(self._clock.now()))
        )

    async def _mark(self, work: Work, device: str, version: int, state: str, new_state: str) -> None:
        await work.connection.execute(
            update(device_settings)
            .where(
                device_settings.c.device == device,
                device_settings.c.version == version,
                device_settings.c.state == state,
            )
            .values(state=new_state)
        )
        work.after_commit(self._commands.answer_changed)

    async def _end(
        self, work: Work, device: str, version: int, state: str, reason: str | None, at: datetime
    ) -> None:
        """Note the end of a change; what was taken back stays so, whatever is answered later."""
        changed = await work.connection.execute(
            update(device_settings)
            .where(
                device_settings.c.device == device,
                device_settings.c.version == version,
                device_settings.c.state.not_in((history.BUILT, history.ROLLED_BACK, state)),
            )
            .values(state=state, reason=reason, ended_at_ms=to_ms(at))
        )
        if changed.rowcount:
            content = {"version": version, "state": state, "reason": reason}
            work.log(log.entry(to_ms(at), "settings_ended", content, device=device))
            work.after_commit(self._commands.answer_changed)

    def _shown(self, device: str, rows: list[RowMapping]) -> dict[str, Any]:
        state = self._states.of(device)
        known = history.in_force(rows, state.settings_version)
        return {
            "device": device,
            "version": state.settings_version,
            "settings": None if known is None else rules.whole(history.settings_in(known)),
            "limits": rules.whole({}),
            "sums": rules.sums(),
            "history": [history.view(row, state.seen_at) for row in rows],
        }
