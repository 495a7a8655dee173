"""What happens in one call: it rings, the alarm is spoken, keys are waited for, the answer is spoken back.

Decides when a call has failed and which key is which verb; pure, and total: every state lists or ignores
every event. Picking up is no answer: whoever presses no key may be a voicemail. A key counts only if the
keys offered were spoken in this call, and only behind the code where the site asks for it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from basestation.outgoing.channels.channel import Stage
from basestation.outgoing.channels.voice.reasons import refusal
from basestation.outgoing.channels.voice.script import Script, Speech
from basestation.outgoing.channels.voice.telephone import Answered, HungUp, KeyPressed, Ringing, Spoken

#: So often is something spoken in one call; beyond it somebody plays with the keys.
SPEECHES_MAX: Final = 15
AGAIN, ALL_KEYS, CODE_AGAIN = "9", "0", "*"


class State(StrEnum):
    """Where a call stands."""

    DIALLING = "DIALLING"
    RINGING = "RINGING"
    SPEAKING = "SPEAKING"
    LISTENING = "LISTENING"
    JUDGING = "JUDGING"
    REPLYING = "REPLYING"
    PARTING = "PARTING"
    ENDED = "ENDED"


@dataclass(frozen=True, slots=True)
class TimeUp:
    """What was waited for did not come in time."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The answer is stored; what its sender is told."""

    sentence: str


@dataclass(frozen=True, slots=True)
class LineLost:
    """The telephone, or the telephone system behind it, is gone."""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The base station ends the call."""

    #: Why, as a sentence.
    reason: str


Event = Ringing | Answered | Spoken | KeyPressed | HungUp | TimeUp | Judged | LineLost | Withdrawn


@dataclass(frozen=True, slots=True)
class Say:
    """Speak."""

    speech: Speech


@dataclass(frozen=True, slots=True)
class Hush:
    """Stop speaking."""


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Hand the verb to whoever judges answers."""

    verb: str


@dataclass(frozen=True, slots=True)
class Tell:
    """What is known of the notice now."""

    stage: Stage
    detail: str


Effect = Say | Hush | HangUp | Ask | Tell


@dataclass(frozen=True, slots=True)
class Conversation:
    """One call as it stands."""

    script: Script
    state: State = State.DIALLING
    #: How often something was spoken, and how often nobody pressed a key behind it.
    speeches: int = 0
    silences: int = 0
    #: The text was spoken to its end at least once.
    is_told: bool = False
    #: Somebody pressed a key that was offered.
    is_heard: bool = False
    #: A verb was handed on.
    is_answered: bool = False
    #: The long list of keys was asked for: all of them count from now on.
    has_all_keys: bool = False
    #: What was typed of the code so far; None once it was right, or where none is asked.
    typed: str | None = None


Outcome = tuple[Conversation, tuple[Effect, ...]]


def begun(script: Script) -> Conversation:
    """Return a call that has just been dialled."""
    return Conversation(script, typed="" if script.code else None)


def _nothing(call: Conversation, _: Event) -> Outcome:
    return call, ()


def _ring(call: Conversation, _: Event) -> Outcome:
    return replace(call, state=State.RINGING), ()


def _begin(call: Conversation, _: Event) -> Outcome:
    call, effects = _speak(call, (*call.script.text, *_keys_of(call)))
    return call, (Tell(Stage.SENT, "picked up; nobody knows by whom"), *effects)


def _unanswered(call: Conversation, _: Event) -> Outcome:
    what = "did not ring" if call.state is State.DIALLING else "rang, and nobody picked up"
    return _end(call, f"the telephone {what} in time", HangUp())


def _refused(call: Conversation, event: Event) -> Outcome:
    assert isinstance(event, HungUp)
    return _end(call, refusal(event.status))


def _lost(call: Conversation, _: Event) -> Outcome:
    words = "before anybody picked up; it may have rung" if call.state in _UNANSWERED else "during the call"
    return _end(call, f"the line to the telephone system was lost {words}")


def _withdrawn(call: Conversation, event: Event) -> Outcome:
    assert isinstance(event, Withdrawn)
    return _end(call, event.reason, HangUp())


def _listen(call: Conversation, _: Event) -> Outcome:
    return replace(call, state=State.LISTENING, is_told=True), ()


def _silence(call: Conversation, _: Event) -> Outcome:
    call = replace(call, silences=call.silences + 1)
    if call.is_answered or not call.script.is_asked:
        return _part(call, call.script.goodbye)
    if call.silences >= call.script.repeats:
        return _part(call, call.script.nobody)
    return _speak(replace(call, typed=call.typed and ""), (*call.script.text, *_keys_of(call)))


def _key(call: Conversation, event: Event) -> Outcome:
    assert isinstance(event, KeyPressed)
    if call.speeches >= SPEECHES_MAX:
        return _part(call, call.script.goodbye)
    if call.typed is not None:
        return _typed(call, event.key, call.typed)
    if event.key == AGAIN or (event.key == ALL_KEYS and call.script.is_asked):
        call, heard = _heard(replace(call, has_all_keys=call.has_all_keys or event.key == ALL_KEYS))
        words = _keys_of(call) if event.key == ALL_KEYS else (*call.script.text, *_keys_of(call))
        call, effects = _speak(call, words)
        return call, (*heard, *effects)
    verb = (call.script.all_keys if call.has_all_keys else call.script.keys).get(event.key, "")
    if not verb:
        return _speak(call, (*call.script.unknown_key, *_keys_of(call)))
    call, heard = _heard(call)
    return replace(call, state=State.JUDGING, is_answered=True), (Hush(), *heard, Ask(verb))


def _typed(call: Conversation, key: str, typed: str) -> Outcome:
    """Take a key of the code."""
    if key == CODE_AGAIN:
        return _speak(replace(call, typed=""), (*call.script.text, *call.script.code_menu))
    typed += key
    if typed == call.script.code:
        call, heard = _heard(replace(call, typed=None))
        call, effects = _speak(call, call.script.menu)
        return call, (*heard, *effects)
    if len(typed) < len(call.script.code):
        return replace(call, typed=typed, state=State.LISTENING), (Hush(),)
    return _speak(replace(call, typed=""), (*call.script.wrong_code, *call.script.code_menu))


def _judged(call: Conversation, event: Event) -> Outcome:
    assert isinstance(event, Judged)
    return _speak(call, call.script.reply(event.sentence), State.REPLYING)


def _not_stored(call: Conversation, _: Event) -> Outcome:
    return _speak(replace(call, is_answered=False), (*call.script.not_stored, *_keys_of(call)))


def _left(call: Conversation, _: Event) -> Outcome:
    return _end(call, "picked up and hung up before a key was pressed: nobody has answered")


def _stuck(call: Conversation, _: Event) -> Outcome:
    return _end(call, "the speech did not end: the telephone hangs", HangUp())


def _over(call: Conversation, _: Event) -> Outcome:
    return _end(call, "picked up, no key pressed: may be a voicemail", HangUp())


_UNANSWERED: Final = frozenset({State.DIALLING, State.RINGING})
_Action = Callable[[Conversation, Event], Outcome]
_ENDS: Final[Mapping[type[Event], _Action]] = {LineLost: _lost, Withdrawn: _withdrawn}
_LEAVES: Final[Mapping[type[Event], _Action]] = {HungUp: _left, **_ENDS}

#: What each state does with each event; what it ignores it ignores by name.
TABLE: Final[Mapping[State, Mapping[type[Event], _Action]]] = {
    State.DIALLING: {Ringing: _ring, Answered: _begin, TimeUp: _unanswered, HungUp: _refused, **_ENDS},
    State.RINGING: {Answered: _begin, TimeUp: _unanswered, HungUp: _refused, **_ENDS},
    State.SPEAKING: {Spoken: _listen, KeyPressed: _key, TimeUp: _stuck, **_LEAVES},
    State.LISTENING: {KeyPressed: _key, TimeUp: _silence, **_LEAVES},
    State.JUDGING: {Judged: _judged, TimeUp: _not_stored, **_LEAVES},
    State.REPLYING: {Spoken: _listen, KeyPressed: _key, TimeUp: _stuck, **_LEAVES},
    State.PARTING: {Spoken: _over, KeyPressed: _key, TimeUp: _over, **_LEAVES},
    State.ENDED: {},
}
IGNORED: Final[Mapping[State, frozenset[type[Event]]]] = {
    State.DIALLING: frozenset({Spoken, KeyPressed, Judged}),
    State.RINGING: frozenset({Ringing, Spoken, KeyPressed, Judged}),
    State.SPEAKING: frozenset({Ringing, Answered, Judged}),
    State.LISTENING: frozenset({Ringing, Answered, Spoken, Judged}),
    State.JUDGING: frozenset({Ringing, Answered, Spoken, KeyPressed}),
    State.REPLYING: frozenset({Ringing, Answered, Judged}),
    State.PARTING: frozenset({Ringing, Answered, Judged}),
    State.ENDED: frozenset(
        {Ringing, Answered, Spoken, KeyPressed, HungUp, TimeUp, Judged, LineLost, Withdrawn}
    ),
}


def step(call: Conversation, event: Event) -> Outcome:
    """Return the call after an event, and what is to be done, in order."""
    return TABLE[call.state].get(type(event), _nothing)(call, event)


def _speak(call: Conversation, speech: Speech, state: State = State.SPEAKING) -> Outcome:
    return replace(call, state=state, speeches=call.speeches + 1), (Say(speech),)


def _part(call: Conversation, speech: Speech) -> Outcome:
    return _speak(call, speech, State.PARTING)


def _keys_of(call: Conversation) -> Speech:
    if call.typed is not None:
        return call.script.code_menu
    return call.script.all_menu if call.has_all_keys else call.script.menu


def _heard(call: Conversation) -> Outcome:
    if call.is_heard:
        return call, ()
    return replace(call, is_heard=True), (Tell(Stage.DELIVERED, "somebody listens and pressed a key"),)


def _end(call: Conversation, why: str, *effects: Effect) -> Outcome:
    ended = replace(call, state=State.ENDED)
    is_enough = call.is_heard or (call.is_told and not call.script.is_asked)
    return ended, effects if is_enough else (*effects, Tell(Stage.FAILED, why))
