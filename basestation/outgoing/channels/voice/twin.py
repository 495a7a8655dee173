"""A telephone system in memory with people, voicemails and faults behind it; for tests and demonstrations.

Speaks the other side of `Telephone`: who is called behaves as set, at once and without any time passing, and
what was spoken to them is kept. Faults can be set while it runs.
"""

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum

from basestation.outgoing.channels.voice.settings import VoiceAccount, VoiceSettings
from basestation.outgoing.channels.voice.telephone import (
    Answered,
    CallEvent,
    HungUp,
    KeyPressed,
    OfCall,
    Registration,
    Ringing,
    Segment,
    Spoken,
    TelephoneFailed,
)


class Fault(StrEnum):
    """How somebody who is called does not take the call."""

    NONE = "none"
    #: 486, 603, 404.
    BUSY = "busy"
    REFUSES = "refuses"
    UNKNOWN = "unknown"
    #: Rings for ever.
    NEVER_ANSWERS = "never_answers"
    #: The telephone system takes the call and says nothing more.
    SILENT = "silent"
    #: Rings; then the telephone fails.
    DIES_RINGING = "dies_ringing"
    #: Picks up and hangs up while the text is spoken.
    HANGS_UP = "hangs_up"
    #: Picks up; then the telephone fails.
    DIES_TALKING = "dies_talking"
    #: Picks up; the speech never ends.
    NEVER_SPOKEN = "never_spoken"


_REFUSALS = {Fault.BUSY: 486, Fault.REFUSES: 603, Fault.UNKNOWN: 404}


@dataclass
class Callee:
    """Somebody at a number: the keys they press behind each speech; none at all is a voicemail."""

    keys: tuple[str, ...] = ()
    fault: Fault = Fault.NONE
    #: Everything spoken to them, one entry a speech, over all calls.
    heard: list[str] = field(default_factory=list)
    calls: int = 0


class TwinTelephoneSystem:
    """The telephone system; `telephone` is what a channel is given."""

    def __init__(self) -> None:
        self.callees: defaultdict[str, Callee] = defaultdict(Callee)
        #: Why lines are not registered; empty: they are.
        self.refusal = ""
        #: The next telephones fail as they are opened.
        self.failures = 0
        self.telephones: list[TwinTelephone] = []
        self._changed = asyncio.Event()

    def telephone(self, settings: VoiceSettings, account: VoiceAccount) -> "TwinTelephone":
        """Return a telephone of an account."""
        del settings, account
        made = TwinTelephone(self)
        self.telephones.append(made)
        self.changed()
        return made

    def refuse(self, why: str) -> None:
        """Throw all lines out, or with an empty reason let them in again."""
        self.refusal = why
        for telephone in self.telephones:
            telephone.register()

    def changed(self) -> None:
        """Wake whoever waits for something to happen."""
        self._changed.set()

    async def until_calls(self, number: str, times: int, wait_s: float = 5.0) -> Callee:
        """Return who is at a number once they were called that often; raises TimeoutError."""
        async with asyncio.timeout(wait_s):
            while self.callees[number].calls < times:
                self._changed.clear()
                await self._changed.wait()
        return self.callees[number]


class TwinTelephone:
    """One line at the telephone system in memory."""

    def __init__(self, system: TwinTelephoneSystem) -> None:
        self._system = system
        self._events: asyncio.Queue[OfCall | Registration | None] = asyncio.Queue()
        self._call = 0
        self._callee: Callee | None = None
        self._speeches = 0
        #: Why this line alone is not registered.
        self.refusal = ""
        #: Languages of what was spoken.
        self.languages: list[str] = []
        self.is_open = False

    async def open(self) -> None:
        """Begin to register."""
        if self._system.failures > 0:
            self._system.failures -= 1
            raise TelephoneFailed("told to fail")
        self.is_open = True
        self.register()

    async def next_event(self) -> OfCall | Registration:
        """Return what happens next."""
        event = await self._events.get()
        if event is None:
            raise TelephoneFailed("the telephone died")
        return event

    def register(self) -> None:
        """Tell whether the telephone system knows us."""
        refusal = self._system.refusal or self.refusal
        self._events.put_nowait(Registration(not refusal, refusal))

    def die(self) -> None:
        """Fail now."""
        self._events.put_nowait(None)

    def dial(self, call: int, number: str) -> None:
        """Let whoever is at that number behave as set."""
        self._call, self._speeches = call, 0
        callee = self._callee = self._system.callees[number]
        callee.calls += 1
        self._system.changed()
        if callee.fault is Fault.SILENT:
            return
        if callee.fault in _REFUSALS:
            self._put(HungUp(_REFUSALS[callee.fault]))
            return
        self._put(Ringing())
        if callee.fault is Fault.DIES_RINGING:
            self.die()
        elif callee.fault is not Fault.NEVER_ANSWERS:
            self.pick_up()

    def pick_up(self) -> None:
        """Let the telephone that rings be picked up."""
        self._put(Answered())

    def lay_down(self) -> None:
        """Let the other side hang up."""
        self._put(HungUp(0))

    def press(self, key: str) -> None:
        """Let a key be pressed."""
        self._put(KeyPressed(key))

    def say(self, call: int, segments: tuple[Segment, ...], language: str) -> None:
        """Keep the speech; then the callee presses the next keys they were to press."""
        callee = self._callee
        if call != self._call or callee is None:
            return
        self.languages.append(language)
        callee.heard.append(" ".join(one.text for one in segments))
        self._system.changed()
        if callee.fault is Fault.HANGS_UP:
            self._put(HungUp(0))
        elif callee.fault is Fault.DIES_TALKING:
            self.die()
        elif callee.fault is not Fault.NEVER_SPOKEN:
            self._put(Spoken())
            keys = callee.keys[self._speeches] if self._speeches < len(callee.keys) else ""
            self._speeches += 1
            for key in keys:
                self.press(key)

    def hush(self, call: int) -> None:
        """Speech takes no time here: there is nothing to stop."""

    def hang_up(self, call: int) -> None:
        """End the call."""
        if call == self._call:
            self._callee = None

    async def close(self) -> None:
        """End."""
        self.is_open = False
        self._callee = None

    def _put(self, event: CallEvent) -> None:
        self._events.put_nowait(OfCall(self._call, event))
