"""What people send back: reports of machines, words, keys and presses on the page, judged in one transaction.

Decides what counts as a deliberate act: a verb that a channel had an unmistakable act for, or words that are
exactly one verb with the code of an open case, of somebody whom the site knows. Everything else is shown,
answered with a hint and never counted. The words of the worker in danger are no acceptance, and in a silent
case nothing is sent back to them. Times are aware UTC.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from basestation.casefile import outcomes
from basestation.cases.case import Case
from basestation.cases.events import AllRightReported, DeliveryReported, Event, NeedMorePressed
from basestation.cases.replies import Hint, Reply, read_reply
from basestation.cases.step import WrongVerb
from basestation.casework.answer_words import confirmation, hint
from basestation.casework.casebook import Casebook
from basestation.casework.desk import Desk
from basestation.casework.pressing import NOTHING, Said, pressed
from basestation.casework.refusal_words import refused
from basestation.clock import Clock, to_ms
from basestation.counters import Counters
from basestation.outgoing import reporting, senders
from basestation.outgoing.channels import Answer, Report, Stage
from basestation.outgoing.links import Link
from basestation.outgoing.senders import Sender
from basestation.store import case_rows, log
from basestation.store.committer import GroupCommitter, Work

#: What a timeline keeps of words.
WORDS_SHOWN_MAX = 500
#: What nobody can say to which case it belongs is shown in at most so many.
CASES_SHOWN_MAX = 20
PAGE = "page"

#: What words of the worker in danger come to: they accept nothing and end nothing, but may call for more.
_OF_WORKER: Final[Mapping[str, Callable[[Sender], Event]]] = {
    "all_clear": lambda _: AllRightReported(),
    "false_alarm": lambda _: AllRightReported(),
    "still_here": lambda _: AllRightReported(),
    "need_more": lambda sender: NeedMorePressed(sender.name, sender.key),
    "escalate": lambda sender: NeedMorePressed(sender.name, sender.key),
}


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of an answer."""

    #: "counted", "refused", "hint", "automatic", "unknown_sender", "unknown_notice", "in_danger" or "worker".
    outcome: str
    #: For its sender; empty for nothing to say.
    sentence: str = ""
    #: Where it is shown.
    cases: tuple[Case, ...] = ()
    sender: Sender | None = None
    verb: str = ""


class Answering:
    """Takes what comes back through every channel, and what is pressed on responders' pages."""

    def __init__(
        self, committer: GroupCommitter, casebook: Casebook, desk: Desk, clock: Clock, counters: Counters
    ) -> None:
        self._committer = committer
        self._casebook = casebook
        self._desk = desk
        self._clock = clock
        self._counters = counters

    async def report(self, report: Report) -> None:
        """Note what became of a notice; returns once it is stored."""
        await self._committer.run(lambda work: self._report(work, report))

    async def answer(self, answer: Answer) -> str:
        """Judge an answer, and return the sentence for its sender, once it is stored."""

        async def job(work: Work) -> Judged:
            judged = await self._judged(work, answer)
            self._show(work, answer, judged)
            return judged

        judged = await self._committer.run(job)
        self._counters.answers.labels(answer.channel, judged.outcome).inc()
        return judged.sentence

    async def opened(self, link: Link) -> None:
        """Note that a person looked at their page; this is no answer."""

        async def job(work: Work) -> None:
            row = await reporting.row_with(work.connection, link.notice_id, link.case_id, link.who)
            if row is not None:
                await self._note_report(work, row, Stage.OPENED, "")

        await self._committer.run(job)

    async def press(
        self, link: Link, sender: Sender, verb: str, said: Said = NOTHING, to: str = ""
    ) -> Judged:
        """Carry out what somebody pressed on their page, and return what came of it."""

        async def job(work: Work) -> Judged:
            case = await case_rows.load(work.connection, link.case_id)
            assert case is not None, link
            row = await reporting.row_with(work.connection, link.notice_id, link.case_id, link.who)
            judged = await self._of(work, case, sender, verb, said, [] if row is None else [row["key"]], to)
            self._show(work, Answer(PAGE, "", said.words, verb=verb), judged)
            return judged

        judged = await self._committer.run(job)
        self._counters.answers.labels(PAGE, judged.outcome).inc()
        return judged

    async def _report(self, work: Work, report: Report) -> None:
        row = await reporting.row_of(work.connection, report.key)
        stage = "unknown_notice" if row is None else report.stage.value
        work.after_commit(self._counters.reports.labels(stage).inc)
        if row is not None:
            await self._note_report(work, row, report.stage, report.detail)

    async def _note_report(self, work: Work, row: reporting.Row, stage: Stage, detail: str) -> None:
        now = self._clock.now()
        if not await reporting.note(work.connection, row, stage, detail, to_ms(now)):
            return
        case = await case_rows.load(work.connection, row["case_id"])
        assert case is not None, row["case_id"]
        event = DeliveryReported(row["key"], row["recipient"], stage.value, detail)
        await self._casebook.apply(work, case, event, now)

    async def _judged(self, work: Work, answer: Answer) -> Judged:
        row = await reporting.row_of(work.connection, answer.key) if answer.key else None
        if row is None:
            return await self._of_words(work, answer)
        case = await case_rows.load(work.connection, row["case_id"])
        assert case is not None, row["case_id"]
        named = Sender(row["who"], row["recipient"], row["language"])
        sender = await senders.known(work.connection, case, named)
        if answer.is_automatic:
            return Judged("automatic", "", (case,), sender)
        if answer.verb:
            said = Said(answer.text)
            return await self._of(work, case, sender, answer.verb, said, [row["key"]])
        return await self._of_words(work, answer, sender)

    async def _of_words(self, work: Work, answer: Answer, known: Sender | None = None) -> Judged:
        cases = [case for case in await case_rows.all_open(work.connection) if case.raised_at is not None]
        by_code = {case.code: case for case in cases if case.code}
        reply = read_reply(answer.text, by_code)
        if answer.is_automatic or (isinstance(reply, Hint) and reply.is_automatic):
            return Judged("automatic", "", _concerned(cases, answer))
        if answer.verb:
            # Its notice is gone: nobody knows whose act it was.
            sentence = hint("unknown_notice", "en")
            return Judged("unknown_notice", sentence, _concerned(cases, answer))
        if isinstance(reply, Hint):
            return await self._hinted(work, answer, cases, by_code.get(reply.code), known)
        case = by_code[reply.code]
        sender = known or await senders.sender_of(work.connection, case, answer.sender)
        if sender is None:
            return Judged("unknown_sender", hint("unknown_sender", _language(case)), (case,))
        said, keys = Said(reply.reason, reply.minutes), _notices(case, sender, answer)
        return await self._of(work, case, sender, _verb(case, reply), said, keys)

    async def _hinted(
        self, work: Work, answer: Answer, cases: list[Case], named: Case | None, known: Sender | None
    ) -> Judged:
        concerned = (named,) if named is not None else _concerned(cases, answer)
        sender = known
        for case in concerned:
            sender = sender or await senders.sender_of(work.connection, case, answer.sender)
        for case in cases:
            own = await senders.sender_of(work.connection, case, answer.sender) if case.is_silent else None
            if own is not None and own.is_worker:
                # Whoever threatens them may hold their phone.
                return Judged("worker", "", (case, *concerned), own)
        language = sender.language if sender else _language(*concerned)
        reply = read_reply(answer.text, {case.code for case in cases if case.code}, language)
        assert isinstance(reply, Hint)
        return Judged("hint", reply.sentence, concerned, sender)

    async def _of(
        self, work: Work, case: Case, sender: Sender, verb: str, said: Said, keys: list[str], to: str = ""
    ) -> Judged:
        """Let a verb of somebody known count, if the case takes it."""
        if sender.is_worker:
            return await self._of_worker(work, case, sender, verb)
        if sender.is_in_danger:
            return Judged("in_danger", hint("in_danger", sender.language), (case,), sender, verb)
        try:
            outcomes.check(verb, said.code)
            full = Said(said.words, said.minutes, await self._desk.found(work, case, to)) if to else said
            event = pressed(verb, sender.name, sender.key, full)
            after = await self._desk.applied(work, case, event, sender.name)
        except WrongVerb as error:
            sentence = refused(str(error), sender.language)
            return Judged("refused", sentence, (case,), sender, verb)
        await outcomes.keep(work, case.id, verb, said.code, to_ms(self._clock.now()), sender.name)
        await reporting.note_answered(work.connection, keys, to_ms(self._clock.now()))
        minutes = said.minutes if verb == "on_the_way" else None
        sentence = confirmation(after, verb, sender.language, minutes, to)
        return Judged("counted", sentence, (after,), sender, verb)

    async def _of_worker(self, work: Work, case: Case, sender: Sender, verb: str) -> Judged:
        if case.is_silent or not case.is_open:
            return Judged("worker", "", (case,), sender, verb)
        if verb in _OF_WORKER:
            case = await self._casebook.apply(work, case, _OF_WORKER[verb](sender), self._clock.now())
        return Judged("worker", hint("worker", sender.language), (case,), sender, verb)

    def _show(self, work: Work, answer: Answer, judged: Judged) -> None:
        """Write it into the timeline of its cases; into the log alone where there is none."""
        now: datetime = self._clock.now()
        content = {
            "channel": answer.channel,
            "sender": senders.masked(answer.sender),
            "name": judged.sender.name if judged.sender else "",
            # A lone surrogate is no character, and no log takes it.
            "words": answer.text[:WORDS_SHOWN_MAX].encode("utf-8", "replace").decode(),
            "verb": judged.verb,
            "outcome": judged.outcome,
        }
        content = {name: value for name, value in content.items() if value}
        for case in judged.cases or (None,):
            number, device = (None, None) if case is None else (case.id, case.device)
            entry = log.entry(to_ms(now), "answer_received", content, case_id=number, device=device)
            work.log(entry)
        work.after_commit(self._casebook.changed)


def _concerned(cases: list[Case], answer: Answer) -> tuple[Case, ...]:
    """Return the cases in which this sender is called, or all that are open: it may belong to any."""
    own = tuple(
        case
        for case in cases
        if any(
            senders.is_same_address(way.address, answer.sender) for call in case.calls for way in call.ways
        )
    )
    return own or tuple(cases[-CASES_SHOWN_MAX:])


def _verb(case: Case, reply: Reply) -> str:
    """Return the verb: whoever takes a technical alarm acknowledges it."""
    return "acknowledge" if reply.verb == "accept" and not case.is_person else reply.verb


def _notices(case: Case, sender: Sender, answer: Answer) -> list[str]:
    """Return the keys of the notices that this answers: the newest by the way it came from."""
    return [
        notice
        for call in case.calls
        if call.key == sender.key
        for way, notice in zip(call.ways, call.notices, strict=True)
        if notice and senders.is_same_address(way.address, answer.sender)
    ]


def _language(*cases: Case) -> str:
    """Return the language most likely understood by somebody nobody knows: that of those called first."""
    return next((call.language for case in cases for call in case.calls), "en")
