"""A receiving centre as a channel, by SIA DC-09.

Decides which receiver is tried when, within one attempt to send: the primary, unless it did not acknowledge
last and the other may, then the other, then again while there is time, always with the same number. An
acknowledgement is DELIVERED: the centre's machine has it, which is no person. A message that was not
understood ends the attempt; the next one leaves out its text. Every receiver is asked at an interval whether
it is there.
"""

import asyncio
from collections import OrderedDict
from dataclasses import replace
from datetime import timedelta
from typing import Final

import structlog

from basestation.clock import Clock
from basestation.mqtt.back_off import BackOff
from basestation.outgoing.channels.channel import Delivery, Health, Inbound, Notice, Stage
from basestation.outgoing.channels.dc09 import exchange as ways
from basestation.outgoing.channels.dc09.content import Zone, content_of, text_of
from basestation.outgoing.channels.dc09.counters import Dc09Counters
from basestation.outgoing.channels.dc09.events import CLOSED, NEWS, event_code
from basestation.outgoing.channels.dc09.receiver import NO_CONNECTION, SKIPPED, Message, Receiver, Told
from basestation.outgoing.channels.dc09.sequence import Sequence, SequenceStore
from basestation.outgoing.channels.dc09.settings import RECEIVERS_S_MAX, SEND_S_MAX, Dc09Settings
from basestation.outgoing.channels.dc09.turns import Crowded, GaveWay, Urgency

#: How often one attempt goes round the receivers at most.
ROUNDS_MAX: Final = 3
#: Notices whose number, or lack of understanding, is remembered; the oldest is forgotten first.
REMEMBERED_MAX: Final = 512
_CROWDED: Final = "too many messages wait for this receiver already"

_log = structlog.get_logger(__name__)

_REASONS: Final = {
    "plain": "its answer is not encrypted: it does not know our key",
    "key": "its answer cannot be decrypted: the keys differ",
    "stale": "the time in its acknowledgement is wrong: set its clock, or somebody played an old one again",
}
_ENDS: Final = {
    ways.NOT_UNDERSTOOD: "does not understand the message (DUH)",
    ways.DENIED: "refused the message each time (NAK): account, key or clock are wrong",
    ways.UNANSWERED: "did not answer in time",
    NO_CONNECTION: "cannot be reached",
    SKIPPED: "did not answer those before",
}


class Dc09Channel:
    """The way to a receiving centre; the address of a notice is an account, or empty for ours."""

    def __init__(
        self,
        settings: Dc09Settings,
        store: SequenceStore,
        clock: Clock,
        counters: Dc09Counters,
        send_s_max: float = SEND_S_MAX,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._counters = counters
        self._send_s_max = send_s_max
        self._sequence = Sequence(store)
        share_s = send_s_max * RECEIVERS_S_MAX / SEND_S_MAX / len(settings.receivers)
        self.receivers = [
            Receiver(number, place, settings, clock, counters, share_s)
            for number, place in enumerate(settings.receivers, start=1)
        ]
        self._numbers: OrderedDict[str, int] = OrderedDict()
        self._not_understood: OrderedDict[str, int] = OrderedDict()

    async def send(self, notice: Notice) -> Delivery:
        """Tell the centre."""
        account = notice.address.strip().removeprefix("#").upper() or self._settings.who.account
        if not (3 <= len(account) <= 16 and set(account) <= set("0123456789ABCDEF")):
            return Delivery(Stage.FAILED, "the address is no account: 3 to 16 hexadecimal digits, or empty")
        message = self._message(notice, account, await self._number(notice.key))
        attempt = _Attempt(self.receivers, _urgency(notice), message, self._counters)
        try:
            async with asyncio.timeout(self._send_s_max):
                delivery = await attempt.run()
        except TimeoutError:
            delivery = attempt.delivery(f"no receiver acknowledged within {self._send_s_max:g} s")
        self._remember(notice.key, attempt)
        return delivery

    async def check(self) -> Health:
        """Ask every receiver for an acknowledgement; all must give one: each stands in for the other."""
        tests = [self._test(receiver) for receiver in self.receivers]
        told = list(zip(self.receivers, await asyncio.gather(*tests), strict=True))
        missing = [_sentence(receiver, one) for receiver, one in told if one.end != ways.TAKEN]
        if not missing:
            return Health(is_working=True, detail=f"{len(told)} of {len(told)} receivers acknowledge")
        if len(missing) < len(told):
            missing.append("alarms reach the centre by the other receiver only")
        return Health(is_working=False, detail="; ".join(missing))

    async def serve(self, inbound: Inbound) -> None:  # noqa: ARG002 (a receiver has nothing to say to us)
        """Ask each receiver at an interval whether it is there, until cancelled."""
        async with asyncio.TaskGroup() as group:
            for receiver in self.receivers:
                group.create_task(self._supervise(receiver))

    async def _supervise(self, receiver: Receiver) -> None:
        back_off = BackOff()
        while True:
            wait_s = back_off.refused_s()
            try:
                told = await self._test(receiver)
            except Exception:  # noqa: BLE001 (a watcher that ends would be silence)
                _log.exception("dc09_supervision_failed", receiver=receiver.number)
                self._counters.loop_failures.inc()
            else:
                if told.end == ways.TAKEN:
                    back_off.stood()
                    wait_s = self._settings.supervision_s
            until = self._clock.now() + timedelta(seconds=min(wait_s, self._settings.supervision_s))
            await self._clock.wait(asyncio.Event(), until)

    async def _test(self, receiver: Receiver) -> Told:
        """Return what came of a link test, which gives way to alarms and waits for its turn."""
        message = Message("link_test", "NULL", 0, self._settings.who, "]")
        try:
            async with asyncio.timeout(self._send_s_max):
                while True:
                    try:
                        return await receiver.tell(Urgency.SUPERVISION, message, is_skippable=False)
                    except GaveWay:
                        self._counters.gave_way.inc()
        except TimeoutError:
            return Told(ways.UNANSWERED)
        except Crowded:
            self._counters.crowded.inc()
            return Told(_CROWDED)

    async def _number(self, key: str) -> int:
        if key not in self._numbers:
            number = await self._sequence.next()
            self._counters.sequence_failures.set(self._sequence.failures)
            _keep(self._numbers, key, number)
        return self._numbers[key]

    def _message(self, notice: Notice, account: str, number: int) -> Message:
        settings = self._settings
        event = event_code(notice, settings.contact_ids)
        has_text = settings.is_text_sent and notice.key not in self._not_understood
        text = text_of(notice, settings.text_characters_max) if has_text else ""
        where = Zone(settings.group, settings.zones.get(notice.device, 0))
        content = content_of(settings.form, account, event, where, text)
        who = replace(settings.who, account=account)
        return Message(_what(notice), settings.form, number, who, content)

    def _remember(self, key: str, attempt: "_Attempt") -> None:
        if attempt.told.end == ways.TAKEN:
            self._numbers.pop(key, None)
            self._not_understood.pop(key, None)
        elif attempt.told.end == ways.NOT_UNDERSTOOD:
            # The same text would not be understood the next time either.
            _keep(self._not_understood, key, 1)


class _Attempt:
    """One attempt to send, over all receivers."""

    def __init__(
        self, receivers: list[Receiver], urgency: Urgency, message: Message, counters: Dc09Counters
    ) -> None:
        self._receivers = receivers
        self._urgency = urgency
        self._message = message
        self._counters = counters
        self._may_have_arrived = False
        self._is_telling = False
        #: What each receiver said last, in the order of the trying.
        self._sentences: OrderedDict[int, str] = OrderedDict()
        self.told = Told(NO_CONNECTION)

    async def run(self) -> Delivery:
        """Go round the receivers until one has taken it, or nobody can be spoken to."""
        for _ in range(ROUNDS_MAX):
            is_heard = False
            for receiver in sorted(self._receivers, key=lambda one: one.is_answering is False):
                self._is_telling = True
                self.told = await self._tell(receiver)
                self._is_telling = False
                if self.told.end == ways.TAKEN:
                    return Delivery(
                        Stage.DELIVERED,
                        f"receiver {receiver.number} of the centre has taken it; that is no person yet",
                    )
                self._may_have_arrived |= self.told.may_have_arrived
                self._sentences[receiver.number] = _sentence(receiver, self.told)
                if self.told.end == ways.NOT_UNDERSTOOD:
                    return self.delivery()
                is_heard |= self.told.end != NO_CONNECTION
            if not is_heard:
                break
        return self.delivery()

    def delivery(self, lead: str = "") -> Delivery:
        """Return what became of it so far; what is under way may arrive."""
        sentences = [lead] if lead else []
        sentences += self._sentences.values()
        if self._may_have_arrived or self._is_telling:
            sentences.append("it may have arrived")
        return Delivery(Stage.FAILED, "; ".join(sentences))

    async def _tell(self, receiver: Receiver) -> Told:
        while True:
            try:
                return await receiver.tell(
                    self._urgency, self._message, is_skippable=len(self._receivers) > 1
                )
            except GaveWay:
                self._counters.gave_way.inc()
                # It was cut short somewhere between its first byte and its answer.
                self._may_have_arrived = True
            except Crowded:
                self._counters.crowded.inc()
                return Told(_CROWDED)


def _urgency(notice: Notice) -> Urgency:
    if notice.mark != "real":
        return Urgency.TEST
    if notice.is_person and notice.text_key not in {CLOSED, *NEWS}:
        return Urgency.PERSON
    return Urgency.TECHNICAL


def _what(notice: Notice) -> str:
    if notice.mark != "real":
        return "test"
    if notice.text_key in {CLOSED, *NEWS}:
        return "news"
    return "alarm" if notice.is_person else "technical"


def _sentence(receiver: Receiver, told: Told) -> str:
    reason = _REASONS.get(told.reason, "") if told.end != ways.NOT_UNDERSTOOD else ""
    return f"receiver {receiver.number} ({receiver.place}) {_ENDS.get(told.end, told.end)}" + (
        f": {reason}" if reason else ""
    )


def _keep(remembered: OrderedDict[str, int], key: str, number: int) -> None:
    remembered[key] = number
    if len(remembered) > REMEMBERED_MAX:
        remembered.popitem(last=False)
