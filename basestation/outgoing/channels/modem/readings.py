"""What the lines of an answer say: network, signal, operator, store.

Decides nothing; any lines in give a reading or none (3GPP TS 27.007, 7.2, 7.3, 8.5; TS 27.005, 3.2.2, 3.4.2).
"""

from dataclasses import dataclass
from typing import Final

#: Registered at home, roaming, and both for messages only.
_REGISTERED: Final = frozenset({1, 5, 6, 7})
_REGISTRATIONS: Final = {
    0: "the modem is not registered and does not look for a network: look at the SIM",
    1: "registered",
    2: "the modem looks for a network: look at aerial and place",
    3: "the network refuses the SIM",
    4: "the modem does not know whether it is registered",
    5: "registered, roaming",
    6: "registered for messages",
    7: "registered for messages, roaming",
    8: "the network lets this SIM make emergency calls only",
}


@dataclass(frozen=True, slots=True)
class Look:
    """What the modem says of itself."""

    #: By TS 27.007; None: it does not say.
    registration: int | None
    #: None: not known.
    signal_dbm: int | None
    operator: str
    #: Messages stored, and room for how many; None: it does not say.
    stored: int | None
    room: int | None

    @property
    def is_registered(self) -> bool:
        """Tell whether a network takes messages."""
        return self.registration in _REGISTERED

    @property
    def is_full(self) -> bool:
        """Tell whether no further message can be received."""
        return self.stored is not None and self.room is not None and self.stored >= self.room

    @property
    def network(self) -> str:
        """Return the registration in words."""
        unknown = "the modem does not say whether it is registered"
        return unknown if self.registration is None else _REGISTRATIONS.get(self.registration, unknown)


def registration(lines: list[str]) -> int | None:
    """Return the state of `+CREG: n,stat[,…]`; of several lines the last that has both."""
    states = [_number(fields[1]) for fields in map(_fields, lines) if len(fields) > 1]
    return states[-1] if states else None


def signal_dbm(lines: list[str]) -> int | None:
    """Return the strength of `+CSQ: rssi,ber` in dBm."""
    strength = _number(_fields(lines[0])[0]) if lines else None
    if strength is None or not 0 <= strength <= 31:
        return None
    return 2 * strength - 113


def operator(lines: list[str]) -> str:
    """Return the name of `+COPS: mode,format,"name"`; empty for none."""
    fields = _fields(lines[0]) if lines else []
    return "".join(filter(str.isprintable, fields[2]))[:40] if len(fields) > 2 else ""


def store(lines: list[str]) -> tuple[int | None, int | None]:
    """Return messages and room of `+CPMS: used,total,…` or `+CPMS: "SM",used,total,…`."""
    fields = _fields(lines[0]) if lines else []
    numbers = [number for number in map(_number, fields) if number is not None]
    return (numbers[0], numbers[1]) if len(numbers) > 1 else (None, None)


def listed(lines: list[str]) -> list[tuple[int, str]]:
    """Return index and PDU of each message of `+CMGL: index,…` lines, each followed by its PDU."""
    found = []
    index: int | None = None
    for line in lines:
        if "," in line:
            index = _number(_fields(line)[0])
        elif index is not None:
            found.append((index, line))
            index = None
    return found


def memory(text: str) -> str:
    """Return the store named in `"SM",3`; empty if there is none."""
    name = _fields(text)[0]
    return name if name.isalpha() and name.isascii() and len(name) == 2 else ""


def _fields(line: str) -> list[str]:
    return [field.strip().strip('"') for field in line.split(",")]


def _number(field: str) -> int | None:
    return int(field) if field.isascii() and field.isdigit() and len(field) < 6 else None
