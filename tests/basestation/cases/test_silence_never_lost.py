"""Whatever happens, in whatever order: each silent device on shift is in a case, within its bound."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from basestation.cases import collective as many
from basestation.cases import silence
from basestation.cases.silence import DeviceWatch, SilenceSettings, silence_due
from basestation.cases.silence_round import LOOK_S, Sight, next_look_at, round_of

SETTINGS = SilenceSettings()
START = datetime(2030, 1, 7, 6, 0, tzinfo=UTC)
DEVICES = tuple("abcdefg")
SOME = st.sets(st.sampled_from(DEVICES), min_size=1)


class AnyDay(RuleBasedStateMachine):
    """A site of seven devices; the rounds are made when they ask for it, and whenever something happens."""

    def __init__(self):
        super().__init__()
        self.now, self.hearing_since = START, START
        self.watches = {name: DeviceWatch(name, START, START) for name in DEVICES}
        self.speaking = set(DEVICES)
        self.own, self.back, self.alarms, self.acknowledged = set(), set(), set(), set()
        self.collectives = ()
        #: Since when a device has been the only one inside its collective case, while the base was hearing.
        self.alone_since = {}

    def sight(self):
        """Return what the round sees."""
        return Sight(
            self.now, self.hearing_since, self.watches, frozenset(self.back), frozenset(self.alarms),
            self.collectives, frozenset(self.acknowledged),
        )  # fmt: skip

    def inside(self):
        """Return the devices that a collective case stands for, with how often."""
        return [member.device for one in self.collectives for member in one.members if member.is_inside]

    def settle(self):
        """Make a round and carry it out, as `supervision` does."""
        found = round_of(self.sight(), SETTINGS)
        for name in {*found.own, *found.folded}:
            self.watches[name] = silence.silenced(self.watches[name])
        self.own = (self.own - self.back) | {*found.own, *found.apart}
        for name in self.back:
            self.watches[name] = replace(self.watches[name], is_silent=False)
        self.back = set()
        self.collectives = tuple(one for one in found.collectives if not one.is_over)
        self.acknowledged &= {one.number for one in self.collectives}

    def note(self, name, after):
        """Take a sign of life or the end of a shift."""
        watch, ended = after
        self.watches[name] = watch if ended is None else silence.silenced(watch)
        if ended is not None:
            self.back.add(name)

    def speak(self, name):
        """Let a device be heard, if anybody hears."""
        if self.hearing_since is not None:
            self.note(name, silence.heard(self.watches[name], self.now))

    @rule(seconds=st.integers(min_value=1, max_value=150))
    def time_passes(self, seconds):
        """Second by second; who speaks does so every 25 s."""
        for _ in range(seconds):
            self.now += timedelta(seconds=1)
            second = int((self.now - START).total_seconds())
            for place, name in enumerate(DEVICES):
                if name in self.speaking and (second + 4 * place) % 25 == 0:
                    self.speak(name)
            at = next_look_at(self.sight(), self.collectives, SETTINGS)
            if self.back or (at is not None and at <= self.now + timedelta(seconds=1)):
                self.settle()
                self.everyone_silent_is_in_a_case()

    @rule(names=SOME)
    def some_fall_silent(self, names):
        """All at once."""
        self.speaking -= names

    @rule(names=SOME)
    def some_come_back(self, names):
        """All at once."""
        self.speaking |= names
        for name in sorted(names):
            self.speak(name)
        self.settle()

    @rule(name=st.sampled_from(DEVICES))
    def all_but_one_come_back(self, name):
        """And time enough passes for a case of its own."""
        self.speaking = set(DEVICES) - {name}
        self.time_passes(95)

    @rule(names=SOME, reason=st.sampled_from(("lost", "lost", "switched_off", "charging")))
    def the_broker_tells(self, names, reason):
        """Last wills or goodbyes."""
        for name in names:
            self.speaking.discard(name)
            self.watches[name] = silence.went_offline(self.watches[name], reason, self.now)
            self.back.discard(name)
        self.settle()

    @rule(name=st.sampled_from(DEVICES))
    def an_alarm_opens_or_all_are_cleared(self, name):
        """Of the worker."""
        self.alarms = set() if self.alarms else {name}
        self.settle()

    @rule(name=st.sampled_from(DEVICES))
    def a_shift_ends_or_begins(self, name):
        """Off shift nothing is supervised."""
        watch = self.watches[name]
        if watch.shift_started_at is None:
            self.watches[name] = silence.shift_started(watch, self.now)
        else:
            self.note(name, silence.shift_ended(watch))
        self.settle()

    @rule()
    def somebody_acknowledges(self):
        """What is open."""
        self.acknowledged = {one.number for one in self.collectives}

    @rule()
    def the_base_is_deaf_for_a_while(self):
        """Its broker is away."""
        self.hearing_since = None
        self.settle()
        self.time_passes(20)
        self.hearing_since = self.now
        self.settle()

    @rule()
    def the_base_is_restarted(self):
        """Its collective cases are read back, its grace begins."""
        self.collectives = many.from_json(many.to_json(self.collectives))
        self.hearing_since = self.now
        self.settle()

    @invariant()
    def everyone_silent_is_in_a_case(self):
        """In exactly one: of its own or the open collective one; an alarm's device never in the latter."""
        inside = self.inside()
        assert len(inside) == len(set(inside))
        for name, watch in self.watches.items():
            if name in self.back or watch.shift_started_at is None:
                continue
            assert watch.is_silent == ((name in self.own) != (name in inside)), name
            due = silence_due(replace(watch, is_silent=False), self.hearing_since, SETTINGS)
            assert due is None or due.due_at > self.now or watch.is_silent, f"{name} is lost"
        assert not self.alarms & set(inside)
        self.nobody_is_left_alone()

    def nobody_is_left_alone(self):
        """Who is the last one inside has a case of its own 60 s later, and one round's time."""
        lonely = set()
        for one in self.collectives:
            names = one.with_standing("silent", "waiting")
            mates = set(self.inside()) - set(names)
            if len(names) == 1 and not mates and self.hearing_since is not None:
                lonely |= set(names)
        self.alone_since = {name: self.alone_since.get(name, self.now) for name in lonely}
        for name, since in self.alone_since.items():
            since = max(since, self.hearing_since)  # noqa: PLW2901 -- the base's own outage does not count
            assert self.now - since <= timedelta(seconds=SETTINGS.collective.apart_s + LOOK_S + 1), name


AnyDay.TestCase.settings = settings(
    max_examples=40, stateful_step_count=30, deadline=None, derandomize=True, database=None
)
TestNobodysSilenceIsLost = AnyDay.TestCase
