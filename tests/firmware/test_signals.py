"""The language of the signals: each word told from every other by ear, by skin and by eye without colours."""

from firmware import alarm, signals
from firmware.alarm import Alarm
from firmware.settings import Settings
from protocol import messages

#: Nothing is to be done about these, so they are only seen.
ONLY_SEEN = ("off_shift", "charging", "guarding", "guarding_trial")
#: Steps up to this are short, from the other on long; nothing lies between.
SHORT_MS_MAX, LONG_MS_MIN = 200, 500
OUTPUTS = ("buzzer", "vibration", "led")


def steps_of(name, output):
    """Return the steps of one output of a pattern."""
    return getattr(signals.PATTERNS[name], output)


def is_pause(value):
    """Tell whether a step is one in which nothing is heard, felt or seen."""
    return value in (0, "off")


def perceived(steps):
    """Return what is told apart without hearing pitches or seeing colours: s and l pulses, _ long pauses."""
    found = ""
    for value, duration_ms in steps:
        is_long = duration_ms >= LONG_MS_MIN
        if is_pause(value):
            found += "_" if is_long else ""
        else:
            found += "l" if is_long else "s"
    # The last pause ends the word; MicroPython has no removesuffix.
    return found.rstrip("_")


def silence_ms_max(steps):
    """Return the longest pause of an output that goes round and round."""
    return max([duration_ms for value, duration_ms in steps if is_pause(value)])


def length_ms(steps):
    """Return how long the steps last together."""
    return sum([duration_ms for _, duration_ms in steps])


def alarm_of(kind_name, state, case_rank=0, is_unheard=False):
    """Return an alarm in some state."""
    made = Alarm(alarm.BY_NAME[kind_name], 1, 7)
    made.state = state
    made.case_rank = case_rank
    made.is_unheard = is_unheard
    return made


def test_every_word_is_made_whole():
    """Name, steps with a duration, no two pauses in a row, outputs that begin with a pulse."""
    names = list(signals.PATTERNS)
    assert len(names) == len(set(names)) == 44
    for name in names:
        pattern = signals.PATTERNS[name]
        assert pattern.name == name
        assert name in signals.PATTERNS
        for output in OUTPUTS:
            was_pause = True
            for value, duration_ms in steps_of(name, output):
                assert duration_ms > 0, name
                assert not (was_pause and is_pause(value)), name
                was_pause = is_pause(value)
        # What lasts has its pause at its end, what plays once needs none.
        assert is_pause(pattern.led[-1][0]) == pattern.is_lasting, name


def test_a_word_that_does_not_exist_is_refused():
    """Also a part of one, and one with a blank."""
    for name in ("", "alar", "larm", "help", "guarding m", "pre_alarm"):
        assert name not in signals.PATTERNS
        try:
            signals.PATTERNS[name]
        except KeyError:
            continue
        raise AssertionError(name)


def test_each_word_is_the_same_rhythm_to_ear_skin_and_eye():
    """Who has learned it by ear knows it in noise and in the dark."""
    for name in signals.PATTERNS:
        seen = [duration_ms for _, duration_ms in steps_of(name, "led")]
        for output in ("buzzer", "vibration"):
            felt = [duration_ms for _, duration_ms in steps_of(name, output)]
            if signals.PATTERNS[name].is_lasting:
                seen, felt = seen[: len(felt) - 1], felt[:-1]
            assert felt in ([], seen), name


def test_whatever_asks_for_something_is_heard_and_felt_and_seen():
    """Only working, off shift and charging are light alone: nobody has to do anything."""
    for name in signals.PATTERNS:
        is_only_seen = not steps_of(name, "buzzer") and not steps_of(name, "vibration")
        assert is_only_seen == (name in ONLY_SEEN), name
        assert steps_of(name, "led"), name


def test_no_two_words_share_a_rhythm_in_any_channel():
    """All pairs, those that last and those that play once, without pitch, colour and tempo; no exceptions."""
    for output in OUTPUTS:
        seen = {}
        for name in signals.PATTERNS:
            rhythm = perceived(steps_of(name, output))
            assert rhythm == "" or rhythm not in seen, (output, rhythm, name, seen[rhythm])
            seen[rhythm] = name
        assert len(seen) > 30


def test_steps_are_clearly_short_or_clearly_long():
    """A rhythm that one must measure is none."""
    for name in signals.PATTERNS:
        for output in OUTPUTS:
            for _, duration_ms in steps_of(name, output):
                assert duration_ms <= SHORT_MS_MAX or duration_ms >= LONG_MS_MIN, (name, duration_ms)


def test_the_tempo_says_how_urgent_it_is():
    """An alarm pauses for half a second at most, a pre-alarm for about one, all else for two and more."""
    for name in signals.PATTERNS:
        if not signals.PATTERNS[name].is_lasting:
            continue
        for output in OUTPUTS:
            steps = steps_of(name, output)
            if not steps:
                continue
            if name in ("alarm", "alarm_unheard"):
                assert silence_ms_max(steps) <= 500, name
            elif name.startswith("pre_alarm_"):
                assert 700 <= silence_ms_max(steps) <= 1500, name
                assert length_ms(steps) == 2000, name
            else:
                assert silence_ms_max(steps) >= 2000, name


def test_the_light_shows_every_five_seconds_that_the_device_lives():
    """At the latest, whatever lasts; and no light flashes more than three times in a second."""
    for name in signals.PATTERNS:
        led = steps_of(name, "led")
        if signals.PATTERNS[name].is_lasting:
            assert silence_ms_max(led) <= 5000, name
            led += led
        starts, at_ms = [], 0
        for value, duration_ms in led:
            if not is_pause(value):
                starts.append(at_ms)
            at_ms += duration_ms
        for place in range(len(starts) - 3):
            assert starts[place + 3] - starts[place] >= 1000, name


def test_every_kind_that_may_be_perceived_has_a_pre_alarm_of_its_own():
    """Each heard at least once in its pre-alarm, also that of escape, the shortest."""
    settings = Settings()
    names = [kind.signal for kind in alarm.KINDS if kind.signal]
    assert sorted(names) == sorted([name for name in signals.PATTERNS if name.startswith("pre_alarm_")])
    for kind in alarm.KINDS:
        if kind.signal:
            assert (
                signals.lasting(alarm_of(kind.name, "PRE_ALARM"), "", False, "", "protected") == kind.signal
            )
    assert length_ms(steps_of("pre_alarm_escape", "buzzer")) <= settings.escape_pre_alarm_ms


def test_the_gravest_thing_is_shown():
    """Alarm, prompt, question, fault, protection: whatever is there, the first of these counts."""
    shown = alarm_of("position", "RAISED")
    for chosen in range(32):
        alarm_shown = shown if chosen & 1 else None
        prompt = "test_tilt" if chosen & 2 else ""
        is_asked = chosen & 4 != 0
        fault = "link_lost" if chosen & 8 else ""
        guard = "paused" if chosen & 16 else "protected"
        expected = "paused" if chosen & 16 else "guarding"
        for bit, name in ((8, "link_lost"), (4, "ask"), (2, "test_tilt"), (1, "alarm")):
            if chosen & bit:
                expected = name
        assert signals.lasting(alarm_shown, prompt, is_asked, fault, guard) == expected, chosen


def test_nothing_about_a_silent_alarm_changes_what_is_shown():
    """In no state, received or not, with or without help, whatever else is shown."""
    for kind_name in messages.SILENT_KINDS + messages.TECHNICAL_KINDS:
        for state in alarm.STATES:
            for case_rank in range(len(messages.CASE_STATES) + 1):
                for is_unheard in (False, True):
                    silent = alarm_of(kind_name, state, case_rank, is_unheard)
                    for prompt, is_asked, fault, guard in (
                        ("", False, "", "protected"), ("test_press", True, "", "protected"),
                        ("", True, "", "protected"), ("", False, "key_stuck", "not_protected"),
                        ("", False, "", "charging"),
                    ):  # fmt: skip
                        expected = signals.lasting(None, prompt, is_asked, fault, guard)
                        assert signals.lasting(silent, prompt, is_asked, fault, guard) == expected


def test_the_wearer_learns_how_far_the_alarm_is():
    """Sent, not received, received; then each step of the help, one pulse more each."""
    assert signals.lasting(alarm_of("fall", "RAISED"), "", False, "", "protected") == "alarm"
    unheard = alarm_of("fall", "RAISED", 0, True)
    assert signals.lasting(unheard, "", False, "", "protected") == "alarm_unheard"
    counts = []
    for rank, name in (
        (0, "alarm_received"), (1, "alarm_received"), (2, "help_accepted"), (3, "help_dispatched"),
        (4, "help_on_scene"), (5, "all_clear"), (6, "all_clear"),
    ):  # fmt: skip
        shown = alarm_of("fall", "RECEIVED", rank)
        assert signals.lasting(shown, "", False, "", "protected") == name
        counts.append(perceived(steps_of(name, "vibration")))
    assert counts[1:5] == ["s_s", "s_ss", "s_sss", "s_ssss"]


def test_a_state_of_the_case_that_came_before_the_receipt_is_believed():
    """Somebody who has taken it knows of it; a RECEIVED alone waits for the device's own receipt."""
    assert signals.lasting(alarm_of("fall", "RAISED", 2), "", False, "", "protected") == "help_accepted"
    assert signals.lasting(alarm_of("fall", "RAISED", 1), "", False, "", "protected") == "alarm"


def test_states_of_a_case_have_a_rank_and_unknown_ones_none():
    """In the order in which help comes."""
    ranks = [signals.case_rank(state) for state in messages.CASE_STATES]
    assert ranks == list(range(1, len(ranks) + 1))
    assert signals.case_rank("MARS") == 0


def test_whatever_hinders_the_protection_is_shown_as_not_protected_or_by_its_own_word():
    """Each of the protocol's words, those of tomorrow, and a protection without a reason."""
    for fault in messages.HINDRANCES + ("battery_low", "meteor"):  # noqa: RUF005 -- MicroPython has no star
        expected = fault if fault in signals.FAULTS else "not_protected"
        assert signals.lasting(None, "", False, fault, "not_protected") == expected
        has_long_head = perceived(steps_of(expected, "vibration")).startswith("l_")
        assert has_long_head == (fault != "battery_low"), fault
    assert signals.lasting(None, "", False, "", "not_protected") == "not_protected"
    assert signals.lasting(None, "", False, "", "meteor") == "not_protected"


def test_trial_operation_has_a_sign_of_its_own_while_nothing_else_is_to_be_said():
    """The worker sees that it is on; whatever is more urgent goes first."""
    assert signals.lasting(None, "", False, "", "trial") == "guarding_trial"
    assert signals.lasting(None, "", False, "battery_low", "trial") == "battery_low"
    assert signals.lasting(None, "", True, "", "trial") == "ask"
    for guard in messages.SUSPENSIONS:
        assert signals.lasting(None, "", False, "", guard) == guard
