"""The base station of a replay: it answers every event and heartbeat after a fixed virtual delay.

It decides nothing else: nobody accepts a case, no chain runs. Its answers are built by the protocol's own
codec, so a device that misreads one misreads a real base station too. Times are device time in ms.
"""

from collections.abc import Mapping
from typing import Any

from protocol import codec

#: From the device's message to the answer, in ms: the usual order on a site's own network.
ANSWER_MS = 200
#: Wall time at device time 0: 2026-01-01 00:00 UTC, so that a replay is the same on any day.
EPOCH_MS = 1_767_225_600_000

_ANSWERS = {"event": "receipt", "heartbeat": "heartbeat-reply"}


class AnsweringStation:
    """Turns what a device publishes into the commands a base station would send back."""

    def __init__(self) -> None:
        self._seq = 0

    def answer(self, effect: Mapping[str, Any]) -> tuple[int, str] | None:
        """Return (time in ms, JSON payload) of the answer to one effect of a device, or None."""
        kind = _ANSWERS.get(effect.get("channel", ""))
        if effect["effect"] != "publish" or kind is None:
            return None
        message = effect["message"]
        at_ms = effect["t_ms"] + ANSWER_MS
        fields = {
            "acked_boot": message["boot"],
            "acked_seq": message["seq"],
            "time_ms": EPOCH_MS + at_ms,
        }
        return at_ms, self.command(kind, message["device"], fields, message["mark"])

    def command(self, kind: str, device: str, fields: dict[str, Any], mark: str = "real") -> str:
        """Return the JSON payload of one command to `device`."""
        self._seq += 1
        payload: bytes = codec.encode(kind, device, 1, self._seq, mark, fields)
        return payload.decode()
