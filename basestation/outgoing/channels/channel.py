"""What a channel is given, what it answers, and what comes back through it later.

A channel decides how its own machine is spoken to, and nothing about a case. Sent, delivered, opened and
answered are four different things: what a channel cannot know it never claims. Everything a person says
comes back through `Inbound`, which judges it; a channel passes on the words, and never guesses a verb.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Stage(StrEnum):
    """How far a notice has come, as far as is known."""

    #: It will not arrive by this attempt.
    FAILED = "failed"
    #: The next machine took it; nobody knows whether it arrived.
    SENT = "sent"
    #: It has arrived at the recipient's device, or at the receiving centre.
    DELIVERED = "delivered"
    #: The recipient has looked at it. This is no answer.
    OPENED = "opened"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One text for one recipient."""

    #: The same notice keeps its key, however often it is sent.
    key: str
    case_id: int
    #: "real", "test" or "drill"; whatever leaves the base station says which.
    mark: str
    recipient: str
    #: The recipient is not to see that it is a test; ways out of the house never look at this.
    is_mark_withheld: bool = False
    #: What the channel needs: a number, an account, a URL.
    address: str
    subject: str
    body: str
    #: Language of the text, "en" or "de".
    language: str = "en"
    #: Why it is sent, as in `cases.events.Notify`: "alarm", "alarm_again", "taken", "closed" and so on.
    text_key: str = "alarm"
    #: Kind of the alarm as the protocol names it.
    kind: str = "manual"
    is_person: bool = True
    #: Nobody near the worker may notice; no channel may ring where the worker is.
    is_silent: bool = False
    #: What happened to whom and where, for channels whose form has fields of its own.
    worker: str = ""
    device: str = ""
    place: str = ""
    #: Why a technical alarm was raised, as the protocol names it.
    cause: str = ""
    raised_at: datetime | None = None
    #: What an answer by text has to carry: the code of the case.
    code: str = ""
    #: The recipient's own page of this case; empty where there is none.
    link: str = ""
    #: Verbs (`cases.verbs`) this recipient may answer with; empty: nothing is asked.
    verbs: tuple[str, ...] = ()

    @property
    def shown_mark(self) -> str:
        """Return the mark as a person of the house is shown it."""
        return "real" if self.is_mark_withheld else self.mark


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one attempt."""

    stage: Stage
    #: Why not, or by what; a sentence without secrets.
    detail: str = ""
    #: How the channel's machine will name this attempt later, in a report or an answer; empty: never.
    reference: str = ""

    @property
    def is_sent(self) -> bool:
        """Tell whether the next machine took it."""
        return self.stage is not Stage.FAILED


@dataclass(frozen=True, slots=True)
class Report:
    """What became known of a notice after it was sent."""

    #: The notice's own key.
    key: str
    stage: Stage
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody sent back, as it came."""

    channel: str
    #: Who, as the channel knows them: a number, an address. Never proof of who it was.
    sender: str
    #: The words, if there were words.
    text: str = ""
    #: The notice that it answers, where the channel knows.
    key: str = ""
    #: The verb, only where the channel had an unmistakable act for it, such as a key pressed in a call.
    verb: str = ""
    #: Made by a machine (voicemail, an auto-reply): shown, and never an answer.
    is_automatic: bool = False


class Inbound(Protocol):
    """What a channel tells the base station; both return once it is stored."""

    async def report(self, report: Report) -> None:
        """Note what became of a notice."""
        ...

    async def answer(self, answer: Answer) -> str:
        """Judge an answer, and return the sentence for its sender; empty for nothing to say."""
        ...


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the channel's own machine answers now."""

    is_working: bool
    #: What answers, or what is wrong and what to do; a sentence without secrets.
    detail: str = ""


class Channel(Protocol):
    """A way to tell somebody something."""

    async def send(self, notice: Notice) -> Delivery:
        """Try once; whatever goes wrong is an answer, not an exception. May be cancelled."""
        ...

    async def check(self) -> Health:
        """Ask the next machine whether it answers, without telling anybody anything. May be cancelled."""
        ...


class Line(Channel, Protocol):
    """A channel with a connection of its own: a serial line, a registration, a listener."""

    async def serve(self, inbound: Inbound) -> None:
        """Keep the connection, coming back after every failure, until cancelled."""
        ...
