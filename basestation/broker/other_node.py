"""A node of our cluster that another base station on the same database runs.

Nothing is configured from here: that base station follows the database. Decides when a change of the devices
counts as in force there: a log-in proves it, and a node that is away is waited for by nobody, since it starts
on what the database says.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from basestation.broker import probe
from basestation.broker.credential import Credential
from basestation.broker.external import ExternalBroker
from basestation.trust.trust import Trust

#: How long a change waits for a node that answers: its base station looks every 2 s, and reloads.
PROOF_S_MAX = 8.0
PROOF_POLL_S = 0.2

_log = structlog.get_logger("rufweite.broker")


class OtherNode(ExternalBroker):
    """The node at `host` and `port`; `credentials` returns the log-ins that are in force now."""

    def __init__(
        self,
        host: str,
        port: int,
        trust: Trust | None,
        credentials: Callable[[], Awaitable[Sequence[Credential]]],
        proof_s_max: float = PROOF_S_MAX,
    ) -> None:
        super().__init__(host, port, trust)
        self._credentials = credentials
        self._proof_s_max = proof_s_max
        self._known: dict[str, Credential] = {}

    async def start(self, devices: Sequence[Credential] = ()) -> None:
        """Know these log-ins as those in force."""
        self._known = {device.user: device for device in devices}

    async def update(self) -> bool:
        """Return once the node lets exactly the devices in force in; false if that could not be proven."""
        before, self._known = self._known, {one.user: one for one in await self._credentials()}
        added = [one for name, one in self._known.items() if before.get(name) != one]
        removed = [one for name, one in before.items() if self._known.get(name) != one]
        wanted = [(one, probe.ACCEPTED) for one in added[-1:]] + [
            (one, probe.REFUSED) for one in removed[-1:]
        ]
        proofs = [await self._is_proven(one, answer) for one, answer in wanted]
        return all(proofs)

    async def _is_proven(self, device: Credential, wanted: str) -> bool:
        place, answer = self.address, ""
        try:
            async with asyncio.timeout(self._proof_s_max):
                while answer != wanted:
                    answer = await probe.log_in(
                        place.host, place.port, device.user, device.secret, place.trust
                    )
                    if answer == probe.UNREACHABLE:
                        break
                    await asyncio.sleep(0 if answer == wanted else PROOF_POLL_S)
        except TimeoutError:
            pass
        if answer != wanted:
            said = {"broker": f"{place.host}:{place.port}", "user": device.user, "answer": answer}
            _log.warning("node_not_up_to_date", wanted=wanted, **said)
        return answer == wanted
