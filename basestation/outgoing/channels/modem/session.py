"""What is said to a modem, and in which order: the set-up, a look, the stored messages.

Decides what a modem must be able to do and what is only asked for. The PIN is tried once: three wrong ones
would lock the SIM. It never waits for a network; that is a look's business (3GPP TS 27.005, TS 27.007).
"""

import asyncio
from typing import Final

from basestation.outgoing.channels.modem import readings
from basestation.outgoing.channels.modem.errors import CommandRefused, LineLost, SetUpRefused
from basestation.outgoing.channels.modem.line import Line
from basestation.outgoing.channels.modem.readings import Look

#: Where received messages are stored; the first that the modem has.
_STORES: Final = ("SM", "ME")
#: How it announces messages and reports: messages stored and told; reports passed on, or stored and told.
_ANNOUNCEMENTS: Final = ("2,1,0,1,0", "2,1,0,2,0", "1,1,0,1,0", "1,1,0,2,0")
_WITHOUT_REPORTS: Final = ("2,1,0,0,0", "1,1,0,0,0")

#: What the modem still says of a former program's message ends within this, in seconds.
_SETTLE_S: Final = 0.1
#: The SIM may take its time with the PIN, in seconds; how often it is asked then whether it is ready.
_PIN_S_MAX: Final = 30.0
_FORGOTTEN = "the modem has forgotten its set-up"
_READY_POLLS, _READY_POLL_S = 40, 0.25


class Pin:
    """The PIN, and whether it may still be tried."""

    def __init__(self, digits: str) -> None:
        self._digits = digits
        self._is_spent = False

    async def enter(self, line: Line) -> None:
        """Enter it, once; raises SetUpRefused with what to do."""
        if not self._digits:
            raise SetUpRefused("the SIM asks for its PIN: put it into the settings")
        if self._is_spent:
            raise SetUpRefused("the SIM did not accept the PIN: correct the setting and start again")
        if await self._tries_left(line) == 1:
            raise SetUpRefused("the SIM has one try left for its PIN: enter it in a telephone")
        # Before the answer: one that never comes may have been a refusal.
        self._is_spent = True
        try:
            await line.ask(f'AT+CPIN="{self._digits}"', within_s=_PIN_S_MAX)
        except CommandRefused as error:
            raise SetUpRefused(f"{error}: correct the setting and start again") from error
        self._is_spent = False

    async def _tries_left(self, line: Line) -> int | None:
        try:
            lines = await line.ask('AT+CPINR="SIM PIN"', "+CPINR")
        except CommandRefused:
            return None
        fields = lines[0].split(",") if lines else []
        return int(fields[1]) if len(fields) > 1 and fields[1].strip().isdigit() else None


async def set_up(line: Line, pin: Pin) -> bool:
    """Make the modem ready, and tell whether it passes delivery reports on.

    Raises:
        SetUpRefused: somebody has to do something.
        LineLost: it does not answer.
    """
    await line.reset()
    await asyncio.sleep(_SETTLE_S)
    await line.ask("AT")
    await line.ask("ATE0")
    await _tolerated(line, "AT+CMEE=1")
    await _unlock(line, pin)
    try:
        await line.ask("AT+CMGF=0")
    except CommandRefused as error:
        raise SetUpRefused(f"the modem takes no messages as PDUs: {error}") from error
    await _first(line, [f'AT+CPMS="{store}","{store}","{store}"' for store in _STORES])
    has_reports = await _first(line, [f"AT+CNMI={each}" for each in _ANNOUNCEMENTS])
    if not has_reports and not await _first(line, [f"AT+CNMI={each}" for each in _WITHOUT_REPORTS]):
        raise SetUpRefused("the modem does not announce messages: it is of no use here")
    await _tolerated(line, "AT+COPS=3,0")
    await confirm(line)
    return has_reports


async def confirm(line: Line) -> None:
    """Raise LineLost unless the modem is set up and its answers are those of our questions."""
    if await line.ask("AT+CMGF?", "+CMGF") != ["0"]:
        line.lose(_FORGOTTEN)
        raise LineLost(_FORGOTTEN)


async def look(line: Line) -> Look:
    """Return what the modem says of network, signal and store."""
    await confirm(line)
    registration = readings.registration(await _lines(line, "AT+CREG?", "+CREG"))
    if not Look(registration, None, "", None, None).is_registered:
        packet = readings.registration(await _lines(line, "AT+CEREG?", "+CEREG"))
        registration = packet if Look(packet, None, "", None, None).is_registered else registration
    signal_dbm = readings.signal_dbm(await _lines(line, "AT+CSQ", "+CSQ"))
    operator = readings.operator(await _lines(line, "AT+COPS?", "+COPS"))
    stored, room = readings.store(await _lines(line, "AT+CPMS?", "+CPMS"))
    return Look(registration, signal_dbm, operator, stored, room)


async def messages(line: Line) -> list[tuple[int, str]]:
    """Return index and PDU of everything in the store; raises CommandRefused if it cannot be read."""
    return readings.listed(await line.ask("AT+CMGL=4", "+CMGL"))


async def change_store(line: Line, store: str = "") -> None:
    """Read and delete in that store from now on; by default in the one where messages arrive."""
    await _first(line, [f'AT+CPMS="{each}"' for each in ((store,) if store else _STORES)])


async def delete(line: Line, index: int) -> None:
    """Delete a stored message; one that is gone already is as good."""
    await _tolerated(line, f"AT+CMGD={index}")


async def _unlock(line: Line, pin: Pin) -> None:
    is_entered = False
    for _ in range(_READY_POLLS):
        try:
            state = (await line.ask("AT+CPIN?", "+CPIN") or [""])[0]
        except CommandRefused as error:
            raise SetUpRefused(str(error)) from error
        if state == "READY":
            return
        if state == "SIM PIN" and not is_entered:
            await pin.enter(line)
            is_entered = True
        elif "PUK" in state:
            raise SetUpRefused("the SIM is locked: enter its PUK in a telephone")
        await asyncio.sleep(_READY_POLL_S)
    raise SetUpRefused("the SIM does not get ready: look whether it sits well")


async def _lines(line: Line, command: str, answer: str) -> list[str]:
    try:
        return await line.ask(command, answer)
    except CommandRefused:
        return []


async def _tolerated(line: Line, command: str) -> bool:
    try:
        await line.ask(command)
    except CommandRefused:
        return False
    return True


async def _first(line: Line, commands: list[str]) -> bool:
    """Tell whether one of the commands was taken; the others are not said any more."""
    for command in commands:
        try:
            await line.ask(command, "+CPMS")
        except CommandRefused:
            continue
        return True
    return False
