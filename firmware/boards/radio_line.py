"""What the radio hears, as a line of input says it: `[rssi_dbm] [name=dbm ...]`.

Decides what the words mean: a first number is the signal of the access point; what follows are beacons; no
word at all is a look around that found nothing. Never judges names or strengths, which the core does. dBm.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def heard(words: "list[str]") -> "list[Any]":
    """Return [signal in dBm or None, [(name, dBm)] or None], as `Device.on_signal` takes them.

    Raises:
        ValueError: a word is neither.
    """
    rssi_dbm = None
    if words and "=" not in words[0]:
        rssi_dbm = int(words[0])
        words = words[1:]
        if not words:
            return [rssi_dbm, None]
    beacons = []
    for word in words:
        name, dbm = word.split("=")
        beacons.append((name, int(dbm)))
    return [rssi_dbm, beacons]
