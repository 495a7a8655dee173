"""Webhooks that come in: who they are from, whether they are new, and what becomes of them.

Decides what is taken, in this order: size, name and signature, time, content, replay. Of what is not believed
nothing is kept but the count, and a wrong name is told apart from a wrong secret by nobody. What was taken is
stored before it is answered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from basestation.clock import Clock, to_ms
from basestation.outgoing.channels.channel import Inbound
from basestation.outgoing.channels.webhook.acts import Act, ContentRefused, ReportAct, act_of
from basestation.outgoing.channels.webhook.counters import HookCounters
from basestation.outgoing.channels.webhook.replay import Memory, Seen
from basestation.outgoing.channels.webhook.settings import WebhookSettings
from basestation.outgoing.channels.webhook.signature import WRONG, Signed, Unsigned, judge

BODY_BYTES_MAX: Final = 16_384
#: Compared with where there is no such hook, so that it takes as long.
_NOBODYS: Final = (bytes(32),)
_NOT_TAKEN: Final = {
    Seen.UNDER_WAY: (409, "busy", "This request is being taken at this moment: ask again later."),
    Seen.REPLAYED: (409, "replay", "This request was taken before and is not taken again."),
    Seen.EARLIER: (409, "replay", "This request was signed before the base station started: sign it anew."),
    Seen.FULL: (503, "busy", "Too many requests are remembered: send it again in some minutes."),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a request is answered."""

    status: int
    #: For its sender; where it was refused, why.
    sentence: str

    @property
    def is_taken(self) -> bool:
        """Tell whether it was done, now or before."""
        return self.status == 200


class Hooks:
    """Takes requests for the hooks of the settings."""

    def __init__(
        self, settings: WebhookSettings, inbound: Inbound, clock: Clock, counters: HookCounters
    ) -> None:
        self._secrets = {name: hook.secrets for name, hook in settings.hooks.items()}
        self._inbound = inbound
        self._clock = clock
        self._counters = counters
        self._memory = Memory(self._now_s())

    async def take(self, name: str, headers: Mapping[str, str], body: bytes) -> Outcome:
        """Judge a request and do what it says; `headers` by name in small letters."""
        if len(body) > BODY_BYTES_MAX:
            return self._refused(413, "size", f"The body is larger than {BODY_BYTES_MAX} bytes.")
        signed = judge(self._secrets.get(name, _NOBODYS), headers, body, self._now_s())
        if name not in self._secrets:
            return self._refused(401, "name", WRONG)
        if isinstance(signed, Unsigned):
            return self._refused(401, signed.reason, signed.sentence)
        try:
            act = act_of(body)
        except ContentRefused as error:
            return self._refused(422, "content", str(error))
        return await self._once(name, signed, act)

    async def _once(self, name: str, signed: Signed, act: Act) -> Outcome:
        seen, answer = self._memory.begin(name, signed, self._now_s())
        if seen is Seen.REPEATED:
            self._counters.repeated.inc()
            return Outcome(200, answer)
        if seen is not Seen.NEW:
            return self._refused(*_NOT_TAKEN[seen])
        try:
            answer = await self._do(name, act)
        except BaseException:
            self._memory.failed(name, signed)
            raise
        self._memory.done(name, signed, self._now_s(), answer)
        self._counters.taken.labels(name, act.type).inc()
        return Outcome(200, answer)

    async def _do(self, name: str, act: Act) -> str:
        if isinstance(act, ReportAct):
            await self._inbound.report(act.report())
            return ""
        return await self._inbound.answer(act.answer(f"webhook {name}"))

    def _refused(self, status: int, reason: str, sentence: str) -> Outcome:
        self._counters.refused.labels(reason).inc()
        return Outcome(status, sentence)

    def _now_s(self) -> int:
        return to_ms(self._clock.now()) // 1000
