"""Heartbeats: into memory and answered at once; only what is out of order becomes a job.

Decides when a heartbeat is worth a transaction: a device on shift that does not know of it, a boot
number that went back, news of its protection, a payload nobody understands. All others are written in
batches by `device_states`.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog

from basestation.casework.conditions import NUMBERS, Conditions
from basestation.clock import to_ms
from basestation.counters import Counters
from basestation.intake.device_states import DeviceState, DeviceStates
from basestation.intake.hearing import UNKNOWN_DEVICE, Heard, Misheard, hear
from basestation.intake.quarantine import Quarantine
from basestation.intake.receipts import Link, Receipts
from basestation.intake.reception import forget_numbers
from basestation.intake.retired import refusal
from basestation.mqtt.inbox import Inbound
from basestation.outgoing.ways_down import WaysDown
from basestation.site.registry import Registry
from basestation.site.shifts import Shifts
from basestation.store import log
from basestation.store.committer import GroupCommitter, Work
from basestation.store.errors import StoreError
from basestation.supervision.devices import Supervision
from basestation.watchdogs.pulse import Pulse

_log = structlog.get_logger(__name__)


class Heartbeats:
    """Takes what devices say of themselves."""

    def __init__(
        self,
        committer: GroupCommitter,
        registry: Registry,
        quarantine: Quarantine,
        conditions: Conditions,
        shifts: Shifts,
        states: DeviceStates,
        supervision: Supervision,
        receipts: Receipts,
        ways_down: WaysDown,
        counters: Counters,
        changed: Callable[[], None],
    ) -> None:
        self._committer = committer
        self._registry = registry
        self._quarantine = quarantine
        self._conditions = conditions
        self._shifts = shifts
        self._states = states
        self._supervision = supervision
        self._receipts = receipts
        self._ways_down = ways_down
        self._counters = counters
        self._changed = changed
        self.pulse = Pulse()

    async def serve(self, link: Link) -> None:
        """Take batches from the link until it ends."""
        async for batch in link.heartbeat_batches():
            for inbound in batch:
                with self.pulse.round():
                    await self.take(inbound, link)

    async def take(self, inbound: Inbound, link: Link) -> None:
        """Take one heartbeat; trouble of the store is left to the next one."""
        heard = hear(inbound.topic, inbound.payload)
        if isinstance(heard, Heard) and not self._registry.is_device(heard.device):
            heard = self._refused(heard, inbound.received_at, link)
        try:
            if isinstance(heard, Heard):
                self._ways_down.heard(heard.message, link, inbound.received_at)
                await self._take_heard(heard, inbound.received_at)
            else:
                await self._set_aside(heard, inbound)
        except StoreError as error:
            _log.warning("heartbeat_not_kept", device=heard.device, error=str(error))
        except Exception:  # noqa: BLE001 (a full disk, or worse: the next heartbeat must be heard)
            self._counters.messages_failed.inc()
            _log.exception("heartbeat_failed", device=heard.device)

    def _refused(self, heard: Heard, at: datetime, link: Link) -> Misheard:
        retired_at = self._registry.retired_at(heard.device)
        if retired_at is not None:
            return refusal(heard, retired_at, at, self._ways_down.number_of(link))
        return Misheard(heard.device, heard.channel, UNKNOWN_DEVICE, "device", "heartbeat")

    async def _take_heard(self, heard: Heard, at: datetime) -> None:
        device, message = heard.device, heard.message
        before = self._states.of(device)
        self._counters.messages.labels("heartbeat").inc()
        is_news = self._states.report(device, message, at)
        self._supervision.heard(device, at)
        self._receipts.send("heartbeat-reply", heard)
        after = self._states.of(device)
        if _shown(before) != _shown(after):
            self._changed()
        if is_news:
            await self._committer.run(lambda work: self._note_protection(work, device, message, at))
        if message["mode"] == "off_shift" and self._supervision.is_on_shift(device):
            await self._committer.run(lambda work: self._shifts.tell_again(work, device, at))
        if before.boot is not None and message["boot"] < before.boot:
            cause = f"boot number went from {before.boot} back to {message['boot']}: the journal is lost"
            await self._committer.run(lambda work: self._begin_anew(work, device, cause, at))

    async def _note_protection(self, work: Work, device: str, message: dict[str, Any], at: datetime) -> None:
        # The event that says so is late, or lost.
        names = {"protection": "state", "protection_reason": "reason"}
        content = {word: message[name] for name, word in names.items() if name in message}
        work.log(log.entry(to_ms(at), "protection_reported", content, device=device))
        await self._states.write_protection(work, device, message, at)

    async def _begin_anew(self, work: Work, device: str, cause: str, at: datetime) -> None:
        # Its next alarm may have the number of an old one, and must not pass for its repeat.
        await forget_numbers(work, device)
        await self._conditions.began(work, device, NUMBERS, cause, at)

    async def _set_aside(self, misheard: Misheard, inbound: Inbound) -> None:
        await self._committer.run(
            lambda work: self._quarantine.keep(
                work, misheard, inbound.topic, inbound.payload, inbound.received_at
            )
        )


def _shown(state: DeviceState) -> tuple[object, ...]:
    """Return what a console must show anew at once; strength and age may wait."""
    link = None if state.link is None else (state.link.network, state.link.broker, state.link.counts)
    return state.mode, state.presence, state.battery_percent, link
