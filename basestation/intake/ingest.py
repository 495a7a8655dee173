"""From MQTT to the store: acknowledges only what is on disk.

Decides what is acknowledged and receipted, and what is tried again: while the store is in trouble
nothing is acknowledged and the batch is tried until it is kept. A message that our own program fails
over goes to quarantine. The receipt goes to silent alarms too: it stops the repeats, and the
device shows nothing of it; nothing else is sent to a device because of a silent case. What a retired device
says is refused, and not receipted (`retired.py`).
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from basestation.cases.case import BASE_ALARM_PREFIX
from basestation.cases.silence import WARNINGS
from basestation.casework.conditions import SILENCE
from basestation.clock import Clock, to_ms
from basestation.counters import Counters
from basestation.intake.device_states import OFFLINE, DeviceStates
from basestation.intake.hearing import FAILED, NUMBER_REUSED, UNKNOWN_DEVICE, Heard, Misheard, hear
from basestation.intake.quarantine import Quarantine
from basestation.intake.receipts import Link, Receipts
from basestation.intake.reception import REPEAT, REUSED, Reception
from basestation.intake.retired import refusal
from basestation.mqtt.inbox import Inbound
from basestation.outgoing.commands import Commands
from basestation.outgoing.ways_down import WaysDown
from basestation.site.registry import Registry
from basestation.store import case_rows, log
from basestation.store.committer import GroupCommitter, Work
from basestation.store.errors import StoreError
from basestation.supervision.devices import Supervision
from basestation.watchdogs.pulse import Pulse

#: Seconds until what was not kept is tried again; doubles from the first to the last.
_RETRY_FIRST_S, _RETRY_S_MAX = 0.05, 2.0
#: Tries after which a message that fails alone is set aside.
_TRIES_MAX = 5

_log = structlog.get_logger(__name__)


class Ingest:
    """Takes what devices say on event, presence and trace."""

    def __init__(
        self,
        committer: GroupCommitter,
        registry: Registry,
        reception: Reception,
        quarantine: Quarantine,
        commands: Commands,
        states: DeviceStates,
        supervision: Supervision,
        receipts: Receipts,
        ways_down: WaysDown,
        clock: Clock,
        counters: Counters,
        changed: Callable[[], None],
    ) -> None:
        self._committer = committer
        self._registry = registry
        self._reception = reception
        self._quarantine = quarantine
        self._commands = commands
        self._states = states
        self._supervision = supervision
        self._receipts = receipts
        self._ways_down = ways_down
        self._clock = clock
        self._counters = counters
        self._changed = changed
        self.pulse = Pulse()

    async def serve(self, link: Link) -> None:
        """Take batches from the link until it ends."""
        async for batch in link.alarm_batches():
            with self.pulse.round():
                await self.take(batch, link)

    async def take(self, batch: Sequence[Inbound], link: Link) -> None:
        """Return when every message of the batch is on disk and acknowledged, or left to the broker."""
        wait_s = _RETRY_FIRST_S
        tries = 1
        left = await self._try(batch, link)
        while left:
            if tries >= _TRIES_MAX and await self._is_store_well():
                # The store may have come back since the last try.
                left = await self._try(left, link)
                if await self._is_store_well():
                    # It is not the store: nothing behind these messages may wait for them.
                    await asyncio.gather(*[self._set_aside(inbound, link) for inbound in left])
                    return
            self._counters.ingest_retries.inc()
            self.pulse.attempts += 1
            _log.error("messages_not_kept", count=len(left), again_in_s=wait_s)
            await asyncio.sleep(wait_s)
            wait_s = min(2 * wait_s, _RETRY_S_MAX)
            tries += 1
            left = await self._try(left, link)

    async def _try(self, batch: Sequence[Inbound], link: Link) -> list[Inbound]:
        """Return the messages that are worth another try."""
        is_done = await asyncio.gather(*[self._take_one(inbound, link) for inbound in batch])
        return [inbound for inbound, done in zip(batch, is_done, strict=True) if not done]

    async def _take_one(self, inbound: Inbound, link: Link) -> bool:
        heard = hear(inbound.topic, inbound.payload)
        try:
            await self._committer.run(lambda work: self._keep(work, heard, inbound, link))
        except Exception as error:  # noqa: BLE001 (whatever it was, the message must not be lost)
            if _is_trouble(error):
                return False
            _log.exception("message_failed", device=heard.device)
            return await self._set_aside(inbound, link)
        return True

    async def _set_aside(self, inbound: Inbound, link: Link) -> bool:
        """Quarantine a message that our own program failed over; false while the store is in trouble."""
        heard = hear(inbound.topic, inbound.payload)
        kind = heard.message["kind"] if isinstance(heard, Heard) else heard.kind
        misheard = Misheard(heard.device, heard.channel, FAILED, "", kind)
        try:
            await self._committer.run(lambda work: self._keep(work, misheard, inbound, link))
        except Exception as error:  # noqa: BLE001 (see above)
            if _is_trouble(error):
                return False
            # Not acknowledged: the broker delivers it again, the device repeats it, the log is full of it.
            self._counters.messages_failed.inc()
            _log.exception("message_left_to_the_broker", device=heard.device)
        return True

    async def _is_store_well(self) -> bool:
        try:
            await self._committer.run(_do_nothing)
        except Exception:  # noqa: BLE001 (not well)
            return False
        return True

    async def _keep(self, work: Work, heard: Heard | Misheard, inbound: Inbound, link: Link) -> None:
        if isinstance(heard, Heard):
            if self._registry.is_device(heard.device):
                # Before anything is sent to the device because of it.
                work.after_commit(lambda: self._ways_down.heard(heard.message, link, inbound.received_at))
            await self._keep_heard(work, heard, inbound, link)
        else:
            await self._quarantine.keep(work, heard, inbound.topic, inbound.payload, inbound.received_at)
        work.after_commit(lambda: self._kept(inbound, link))

    def _kept(self, inbound: Inbound, link: Link) -> None:
        self._counters.ingest_s.observe(max(0.0, (self._clock.now() - inbound.received_at).total_seconds()))
        link.ack([inbound.ack])

    async def _keep_heard(self, work: Work, heard: Heard, inbound: Inbound, link: Link) -> None:
        at = inbound.received_at
        retired_at = self._registry.retired_at(heard.device)
        if retired_at is not None:
            refused = refusal(heard, retired_at, at, self._ways_down.number_of(link))
            await self._quarantine.keep(work, refused, inbound.topic, inbound.payload, at)
            return
        if not self._registry.is_device(heard.device):
            kind = heard.message["kind"]
            unknown = Misheard(heard.device, heard.channel, UNKNOWN_DEVICE, "device", kind)
            await self._quarantine.keep(work, unknown, inbound.topic, inbound.payload, at)
            # Whoever presses the button of a device nobody has registered still needs help.
            if kind != "raised":
                return
        if heard.channel == "presence":
            await self._keep_presence(work, heard, at)
            return
        result = await self._reception.take(work, heard, inbound.payload, at)
        if result == REUSED:
            reused = Misheard(heard.device, heard.channel, NUMBER_REUSED, "seq", heard.message["kind"])
            await self._quarantine.keep(work, reused, inbound.topic, inbound.payload, at)
        work.after_commit(lambda: self._receipt(heard, result, at))

    def _receipt(self, heard: Heard, result: str, at: datetime) -> None:
        self._counters.messages.labels(heard.message["kind"]).inc()
        if result == REPEAT:
            self._counters.repeats.inc()
        self._receipts.send("receipt", heard)
        self._states.report(heard.device, heard.message, at)
        self._supervision.heard(heard.device, at)

    async def _keep_presence(self, work: Work, heard: Heard, at: datetime) -> None:
        state, reason = heard.message["state"], heard.message["reason"]
        boot, seq = heard.message["boot"], heard.message["seq"]
        if state == OFFLINE and self._states.is_overtaken(heard.device, boot, seq):
            content = {"state": state, "reason": reason}
            work.log(log.entry(to_ms(at), "presence_overtaken", content, device=heard.device))
            return
        if state == OFFLINE and reason in WARNINGS:
            work.log(log.entry(to_ms(at), "silence_foretold", {"reason": reason}, device=heard.device))
            work.after_commit(lambda: self._forewarned(heard.device, reason, at))
            return
        await self._states.write_presence(work, heard.device, state, at, reason)
        if self._states.of(heard.device).presence != state:
            content = {"state": state, "reason": reason}
            work.log(log.entry(to_ms(at), "presence_reported", content, device=heard.device))
        if heard.message.get("away_s"):
            await _log_away(work, heard.device, heard.message["away_s"], at)
        if state == OFFLINE:
            work.after_commit(lambda: self._went_offline(heard.device, reason, at))
            return
        await self._commands.resume(work, heard.device, at)
        work.after_commit(lambda: self._came_online(heard, at))

    def _went_offline(self, device: str, reason: str, at: datetime) -> None:
        self._states.went_offline(device, at, reason)
        self._supervision.went_offline(device, reason, at)
        self._changed()

    def _forewarned(self, device: str, reason: str, at: datetime) -> None:
        self._states.forewarned(device, at, reason)
        self._supervision.forewarned(device, reason, at)
        self._changed()

    def _came_online(self, heard: Heard, at: datetime) -> None:
        if "will_seq" in heard.message:
            self._states.note_will(heard.device, heard.message["boot"], heard.message["will_seq"])
        self._states.came_online(heard.device, at)
        self._supervision.came_online(heard.device, at)
        self._changed()


async def _log_away(work: Work, device: str, away_s: int, at: datetime) -> None:
    """Note how long the device says it was away, with the case that its silence opened here."""
    case = await case_rows.find_open(work.connection, device, f"{BASE_ALARM_PREFIX}{SILENCE}-")
    case_id = None if case is None else case.id
    work.log(log.entry(to_ms(at), "link_back", {"away_s": away_s}, case_id=case_id, device=device))


async def _do_nothing(_work: Work) -> None:
    """Commit an empty job."""


def _is_trouble(error: Exception) -> bool:
    """Tell whether the store is in trouble, so that trying again may help."""
    if isinstance(error, IntegrityError | DataError):
        return False
    return isinstance(error, StoreError | DBAPIError | OSError)
