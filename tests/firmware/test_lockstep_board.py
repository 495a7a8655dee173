"""The lockstep board: lines in, lines out, time passes from deadline to deadline."""

import json

from firmware import signals
from firmware.boards import lockstep
from firmware.effects import ShowSignal


class Paper:
    """What the board writes to."""

    def __init__(self):
        self.text = ""
        self.flushes = 0

    def write(self, text):
        """Take text."""
        self.text += text

    def flush(self):
        """Count."""
        self.flushes += 1


def run(lines):
    """Return (exit code, the objects and answers that came back)."""
    paper = Paper()
    code = lockstep.run([line + "\n" for line in lines], paper)
    lines_out = [line for line in paper.text.split("\n") if line]
    found = [json.loads(line) if line[0] == "{" else line for line in lines_out]
    return code, found


FIRST = 'i {"name":"unit-7","settings":{"is_self_test_on":0,"is_loss_on":0}}'


def is_manual(effect):
    """Tell whether this effect sends a raised manual alarm."""
    message = effect.get("message", {}) if isinstance(effect, dict) else {}
    return message.get("kind") == "raised" and message["alarm_kind"] == "manual"


def test_a_story_in_lines():
    """Start, link, key, receipt: each effect with its own time."""
    receipt = (
        '{"v":1,"kind":"receipt","device":"unit-7","boot":1,"seq":1,"mark":"real",'
        '"acked_boot":1,"acked_seq":%d,"time_ms":0}'
    )
    code, found = run([FIRST, "l 0 1", "b 0 4000 80 0", "s 20 0 0 1000", "k 1000 1", "t 3000", "?", "q", "s"])
    assert code == 0
    assert found[0]["effect"] == "journal"
    assert found[0]["kind"] == "boot"
    raised = [e for e in found if is_manual(e)]
    assert [effect["t_ms"] for effect in raised] == [3000]
    assert found[-1].startswith(". ")
    seq = raised[0]["message"]["seq"]
    _, found = run([FIRST, "l 0 1", "k 1000 1", "t 3000", "m 3200 " + receipt % seq, "t 20000", "?"])
    times = [e["t_ms"] for e in found if is_manual(e)]
    assert times == [3000]


def test_deadlines_fire_at_their_own_times_before_a_later_input():
    """One sample after 80 s of nothing: pre-alarm and alarm came when they were due."""
    _, found = run([FIRST, "l 0 1", "s 79000 0 0 1000", "?"])
    times = {}
    for effect in found:
        message = effect.get("message", {}) if isinstance(effect, dict) else {}
        if message.get("alarm_kind") == "rest":
            times.setdefault(message["kind"], effect["t_ms"])
    assert times == {"pre-alarm": 60000, "raised": 75000}
    times = [effect["t_ms"] for effect in found if isinstance(effect, dict)]
    assert times == sorted(times)


def test_refused_settings_are_one_line_and_exit_code_two():
    """With the sentence."""
    code, found = run(['i {"name":"unit-7","settings":{"tilt_limit_deg":5}}', "?"])
    assert code == 2
    assert found[0]["effect"] == "refused"
    assert "tilt_limit_deg is 5 degrees" in found[0]["reason"]


def test_what_is_no_command_is_counted_and_answered_by_nothing():
    """No JSON on the line, and the board goes on."""
    code, found = run([FIRST, "m 100 {", "", "?"])
    assert code == 0
    assert found[0]["effect"] == "journal"
    assert not [e for e in found if isinstance(e, dict) and e["t_ms"] == 100]


def test_a_journal_comes_back_from_its_records():
    """What was written in one run, given to the next."""
    _, found = run([FIRST, "k 1000 1", "t 3000"])
    data = "".join([e["record_hex"] for e in found if e["effect"] == "journal"])
    _, again = run(['i {"name":"unit-7","settings":{},"journal_hex":"' + data + '"}', "l 0 1", "?"])
    raised = [
        e["message"] for e in again if isinstance(e, dict) and e.get("message", {}).get("kind") == "raised"
    ]
    assert raised[0]["boot"] == 1
    assert raised[0]["repeat"] == 1


def test_many_lines_are_kept_back_and_all_arrive():
    """More effects between two questions than are kept back."""
    turns = ["l " + str(count) + " " + str(count % 2) for count in range(1, 300)]
    _, found = run([FIRST, "l 0 1"] + turns)  # noqa: RUF005 -- MicroPython has no star in a list
    assert len(found) > lockstep.LINES_KEPT_MAX
    assert found[-1]["t_ms"] == 299


def test_every_pattern_is_described_in_words():
    """For a person who reads a replay."""
    for name in signals.PATTERNS:
        told = json.loads("{" + lockstep.describe(ShowSignal(name)) + "}")
        assert told["name"] == name
        for output in ("buzzer", "vibration", "led"):
            assert told[output], name


def test_patterns_are_whole_and_no_two_that_last_look_alike():
    """Outputs of one pattern are of one length where it lasts; every LED differs."""
    seen = []
    for name in signals.PATTERNS:
        pattern = signals.PATTERNS[name]
        assert pattern.name == name
        for steps in (pattern.buzzer, pattern.vibration, pattern.led):
            for _, duration_ms in steps:
                assert duration_ms > 0
        if pattern.is_lasting:
            assert pattern.led not in seen, name
            seen.append(pattern.led)
    for name in signals.FAULTS:
        assert signals.PATTERNS[name].is_lasting
