"""A machine that takes signed alerts, for tests and demonstrations."""

from basestation.clock import Clock, to_ms
from basestation.outgoing.channels.https.twin import TwinServer
from basestation.outgoing.channels.webhook.signature import Unsigned, judge


class TwinReceiver(TwinServer):
    """A machine that has the secret; what it took is in `taken`."""

    def __init__(self, secret: bytes, clock: Clock) -> None:
        super().__init__(self._judged)
        self._secret = secret
        self._clock = clock

    def _judged(self, path: str, headers: dict[str, str], body: bytes) -> int:
        del path
        now_s = to_ms(self._clock.now()) // 1000
        return 401 if isinstance(judge((self._secret,), headers, body, now_s), Unsigned) else 200
