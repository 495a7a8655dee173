"""A case under any events at any moment, with what must hold after each of them; driven by Hypothesis.

The finder finds everybody, somebody or nobody, timers fire when they are due, late, twice or too early, and
notices fail or arrive. Everything is virtual; `CaseWorld.tell` raises AssertionError when a rule is broken.
"""

from datetime import UTC, datetime, timedelta
from typing import get_args

from basestation.cases import events as e
from basestation.cases.case import Case, CaseState, case_from_json, case_to_json, graver
from basestation.cases.chain import Chain, Level, Recipient, Way
from basestation.cases.effects import FindPeople, JoinCase, Notify, TellDevice
from basestation.cases.people import Found, FoundWay, LeftOut
from basestation.cases.step import WrongVerb, step

START = datetime(2030, 1, 7, 6, 0, tzinfo=UTC)
DESK = Recipient("control_room", "Desk")
LEAD = Recipient("person", "Mara Lead", (Way("email", 1, 60), Way("sms", 2, 30)))
GATE = Recipient("role", "Gate", (Way("webhook", 1, 300),))
WORKER = Recipient("worker", "Willi Werker", (Way("voice", 1, 300),))
CHAINS = (
    Chain("Short", (Level("Lead", (LEAD,), 60),), repeat_s=45),
    Chain(
        "Long",
        (Level("Desk", (DESK, WORKER), 60), Level("Lead", (LEAD, GATE), 120), Level("All", (GATE, DESK), 30)),
        repeat_s=60,
    ),
)
TAKEN = (CaseState.ACCEPTED, CaseState.DISPATCHED, CaseState.ON_SCENE)
OVER = (CaseState.CANCELLED, CaseState.JOINED, CaseState.CLOSED)
CALLING = {"answer", "call", "repeat"}
PRESSES = get_args(e.Pressed)
#: So many timers until nothing more can change: the loud end is reached long before.
TIMERS_MAX = 300


class CaseWorld:
    """One case, its clock, and everything it asked for."""

    def __init__(self, kind: str, chain: Chain, mark: str = "real") -> None:
        self.case = Case(
            id=1, device="d-1", alarm="7-3", kind=kind, mark=mark, opened_at=START, chain=chain, worker_id=1
        )
        self.now = START
        #: Names of those who can be found; None: everybody.
        self.here: frozenset[str] | None = None
        self.is_attended = True
        self.notices: list[Notify] = []

    def tell(self, event: e.Event) -> None:
        """Let an event happen now, and what it finds; a refused press must leave everything as it was."""
        pending = [event]
        while pending:
            before, event = self.case, pending.pop(0)
            try:
                self.case, effects = step(before, event, self.now)
            except WrongVerb:
                assert isinstance(event, PRESSES), f"{event} was refused"
                return
            pending[:0] = [self._find(one) for one in effects if isinstance(one, FindPeople)]
            new = [one for one in effects if isinstance(one, Notify)]
            self.notices += new
            assert self.case.notices == before.notices + len(new) == len(self.notices)
            self._check(before, event, effects)
        self._check_at_rest()

    def pass_time(self, seconds: float, late_s: float = 0) -> None:
        """Let time go by; timers fire in their order, each `late_s` after it was due."""
        until = self.now + timedelta(seconds=seconds)
        for _ in range(TIMERS_MAX):
            due = [timer for timer in self.case.timers if timer.due_at + timedelta(seconds=late_s) <= until]
            if not due:
                break
            timer = min(due, key=lambda timer: timer.due_at)
            self.now = max(self.now, timer.due_at + timedelta(seconds=late_s))
            self.tell(e.TimerFired(timer.name))
            assert timer not in self.case.timers, f"{timer.name} fired and is still there"
        self.now = max(self.now, until)

    def leave_alone(self) -> None:
        """Nobody does anything any more: a person's case that was raised ends loud, and stays so."""
        for _ in range(TIMERS_MAX):
            if not self.case.timers or self.case.is_unanswered:
                break
            timer = min(self.case.timers, key=lambda timer: timer.due_at)
            self.now = max(self.now, timer.due_at)
            self.tell(e.TimerFired(timer.name))
        if not (self.case.is_person and self.case.is_open) or self.case.state is CaseState.NEW:
            return
        assert self.case.is_calling, "nobody is called, and nothing will change that"
        assert self.case.is_unanswered, "the loud end is never reached"
        self.here = None
        called = len(self.notices)
        self.pass_time(self.case.chain.repeat_s)
        names = {notice.recipient for notice in self.notices[called:]}
        everybody = {one.name for level in self.case.chain.levels for one in level.recipients}
        assert everybody <= names, f"{everybody - names} are called no more"

    def _find(self, asked: FindPeople) -> e.PeopleFound:
        is_here = {one.name: self.here is None or one.name in self.here for one in asked.recipients}
        found = tuple(self.found(one) for one in asked.recipients if is_here[one.name])
        away = tuple(LeftOut(name, "absent") for name, is_found in is_here.items() if not is_found)
        return e.PeopleFound(asked.level, found, away)

    def found(self, recipient: Recipient) -> Found:
        """Return somebody as the site would find them."""
        ways = tuple(
            FoundWay(way.channel, f"{recipient.name}/{way.channel}", way.tries, way.interval_s)
            for way in recipient.ways
        )
        is_desk = recipient.kind == "control_room"
        key = recipient.kind if recipient.kind in ("control_room", "worker") else f"person/{recipient.name}"
        return Found(
            key, recipient.name, recipient.kind, (FoundWay("console", ""),) if is_desk else ways, "en",
            is_attended=self.is_attended or not is_desk,
        )  # fmt: skip

    def _check(self, before: Case, event: e.Event, effects: tuple) -> None:
        _check_gravity(before, self.case, event)
        _check_one_has_it(before, self.case, event)
        if isinstance(event, e.FurtherAlarm) and before.is_open and before.raised_at is not None:
            assert self.case.is_further_unseen or not before.is_person, "a further alarm goes unseen"
        if self.case.is_silent:
            assert not [one for one in effects if isinstance(one, TellDevice)], "a silent alarm betrays"
        if self.case.state is CaseState.JOINED and before.state is not CaseState.JOINED:
            assert [one for one in effects if isinstance(one, JoinCase)]
        # What is stored is the case.
        assert case_from_json(case_to_json(self.case)) == self.case

    def _check_at_rest(self) -> None:
        _check_deadlines(self.case)
        keys = {notice.key for notice in self.notices}
        assert len(keys) == len(self.notices), "two notices share a key: the outbox would send one"


def _check_gravity(before: Case, after: Case, event: e.Event) -> None:
    """No event, order, repeat or delay makes a case less grave; only a person's press makes it quieter."""
    assert graver(before.kind, after.kind) == after.kind, f"{event} made {before.kind} a {after.kind}"
    assert (before.mark, before.id, before.chain) == (after.mark, after.id, after.chain)
    assert after.further[: len(before.further)] == before.further
    if not before.is_person:
        return
    assert after.is_person
    assert before.raised_at is None or after.raised_at is not None
    assert before.raised_at is None or after.raised_at <= before.raised_at, f"{event} made the alarm younger"
    is_pressed = isinstance(event, PRESSES)
    if before.is_open and not after.is_open and before.state is not CaseState.NEW:
        is_ended = is_pressed and after.outcome in ("all_clear", "false_alarm")
        is_not_raised = before.state is CaseState.PRE_ALARM and after.outcome in ("cancelled", "joined")
        assert is_ended or is_not_raised, f"{event} ended the case"
    assert before.is_open or after.is_open or after.state in OVER
    assert is_pressed or not before.is_loud or after.is_loud, f"{event} made it quiet"
    if not is_pressed:
        for claim in ("is_further_unseen", "is_helper_silent", "more_wanted_by"):
            assert not getattr(before, claim) or getattr(after, claim), f"{event} made {claim} untrue"


def _check_one_has_it(before: Case, after: Case, event: e.Event) -> None:
    """Accepted means one responsible person, who has said so themselves, and since when."""
    has = after.accepted_by is not None
    assert has == (after.accepted_at is not None)
    assert has or not after.accepted_key
    if after.is_open:
        assert has == (after.state in TAKEN), f"{after.state} with {after.accepted_by!r}"
    if has and after.accepted_by != before.accepted_by:
        is_own_act = isinstance(event, e.AcceptPressed | e.OnTheWayPressed | e.OnScenePressed)
        assert is_own_act, f"{event} made {after.accepted_by} responsible"
        assert (event.user, event.key) == (after.accepted_by, after.accepted_key)
    if before.accepted_by is not None and after.is_open and not has:
        is_lost = isinstance(event, e.AccepterLost | e.TimerFired)
        assert is_lost, f"{event} let {before.accepted_by} drop the case"
        assert after.is_calling


def _check_deadlines(case: Case) -> None:
    """An open case of a person has a next deadline or stands at the loud end; an ended one has none."""
    names = [timer.name for timer in case.timers]
    assert len(set(names)) == len(names), f"two timers of one name: {names}"
    running = set(names)
    if not case.is_open:
        assert not running, f"{running} run in a case that is over"
        return
    if not case.is_calling:
        assert not running & CALLING, f"{running} call people, and nothing asks for it"
        assert not case.is_unanswered
    elif case.is_person or case.state is CaseState.RECEIVED:
        assert ("answer" in running) != ("repeat" in running)
        assert ("repeat" in running) == case.is_unanswered
        assert case.is_unanswered or "unanswered" not in running
        due = [call.next_at for call in case.calls if call.next_at is not None]
        call = [timer.due_at for timer in case.timers if timer.name == "call"]
        assert call == ([min(due)] if due else []), "a try of a call is due and nothing waits for it"
        _check_calls_go_on(case)
    if case.state is CaseState.PRE_ALARM:
        assert running == {"pre_alarm"}
    elif case.state in (CaseState.ACCEPTED, CaseState.DISPATCHED):
        assert len(running & {"arrival", "asked"}) == 1, "nothing waits for help to arrive"
        assert ("asked" in running) == case.is_arrival_overdue
    elif case.state is CaseState.ON_SCENE:
        assert ("presence" in running) != case.is_helper_silent, "nothing waits for a sign of the helper"


def _check_calls_go_on(case: Case) -> None:
    """Whoever is called in this round, has not declined and is not only shown it, is called again."""
    for call in case.calls:
        is_shown_only = all(way.channel == "console" for way in call.ways)
        if call.round == case.rounds and not call.is_declined and not is_shown_only:
            assert call.next_at is not None, f"{call.name} is called no more"
