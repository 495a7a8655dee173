"""The other side of our webhooks, for tests and demonstrations: it takes what is signed, each notice once."""

import json
from typing import Any

from basestation.clock import Clock, to_ms
from basestation.outgoing.channels.https.twin import TwinServer
from basestation.outgoing.channels.webhook.signature import ID, Unsigned, judge


class TwinTarget(TwinServer):
    """A machine that has the secret."""

    def __init__(self, secret: bytes, clock: Clock) -> None:
        super().__init__(self._judged)
        self._secret = secret
        self._clock = clock
        self._ids: set[str] = set()
        #: What it was told, each notice once.
        self.notices: list[dict[str, Any]] = []
        #: Notices that came again.
        self.repeats = 0

    def _judged(self, path: str, headers: dict[str, str], body: bytes) -> int:
        del path
        signed = judge((self._secret,), headers, body, to_ms(self._clock.now()) // 1000)
        if isinstance(signed, Unsigned):
            return 401
        if headers[ID] in self._ids:
            self.repeats += 1
        else:
            self._ids.add(headers[ID])
            self.notices.append(json.loads(body))
        return 202
