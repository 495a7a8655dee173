"""Makes the event of a verb from what somebody pressed, and refuses what is incomplete with a sentence."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from basestation.cases import events
from basestation.cases.events import Pressed
from basestation.cases.people import Found
from basestation.cases.step import WrongVerb

#: What people write is kept up to here; nobody reads more in an emergency.
WORDS_MAX = 2000


@dataclass(frozen=True, slots=True)
class Said:
    """What goes with a verb; each verb takes its own part of it."""

    #: Why the case may be closed, what the worker said, what more is needed.
    words: str = ""
    #: Until they are there.
    minutes: int | None = None
    #: Who is asked to take over.
    to: Found | None = None
    #: What an end is put down to, of `casefile.outcomes`; empty: nothing but the words.
    code: str = ""


NOTHING = Said()

_PLAIN: Final[dict[str, Callable[[str, str], Pressed]]] = {
    "accept": events.AcceptPressed,
    "decline": events.DeclinePressed,
    "on_scene": events.OnScenePressed,
    "still_here": events.StillHerePressed,
    "escalate": events.EscalatePressed,
    "confirm": events.ConfirmPressed,
    "acknowledge": events.AcknowledgePressed,
}
_WITH_WORDS: Final[dict[str, Callable[[str, str, str], Pressed]]] = {
    "need_more": events.NeedMorePressed,
    "contact": lambda user, key, words: events.ContactPressed(user, words, key),
    "all_clear": lambda user, key, words: events.AllClearPressed(user, words, key),
    "false_alarm": lambda user, key, words: events.FalseAlarmPressed(user, words, key),
}


def pressed(verb: str, user: str, key: str, said: Said = NOTHING) -> Pressed:
    """Return the event; raises WrongVerb with a sentence for a verb that is unknown or incomplete."""
    if verb in _PLAIN:
        return _PLAIN[verb](user, key)
    if verb in _WITH_WORDS:
        return _WITH_WORDS[verb](user, key, said.words.strip()[:WORDS_MAX])
    if verb == "on_the_way":
        return events.OnTheWayPressed(user, key, said.minutes)
    if verb == "hand_over":
        if said.to is None:
            raise WrongVerb("Say who is to take over: somebody the chain can reach.")
        return events.HandOverPressed(user, said.to, key)
    raise WrongVerb(f"There is no verb {verb!r}.")
