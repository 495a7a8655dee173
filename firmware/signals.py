"""What the worker hears, feels and sees: a small language as data, and which of its words lasts now.

Decides which one thing is shown: the gravest alarm that may be perceived, then what the self-test asks for,
then a question, then what is wrong, then the state of the protection. Never switches an output; the board
plays the steps. Buzzer in Hz, vibration in percent, LED as a colour, durations in ms.

Each word is one rhythm, the same to ear, skin and eye, so that neither colours nor hearing are needed:
plain and every 2 s a pre-alarm, its kind by the rhythm; without a pause an alarm; a short pulse ahead, then
one for each step of help; two rising ahead, a request; a long low one ahead, *not protected*, then why.
"""

from collections import namedtuple

from protocol import messages

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator, Optional

    from firmware.alarm import Alarm

#: Steps are (value, duration in ms), 0 or "off" a pause; a lasting pattern starts over, the others play once.
Pattern = namedtuple("Pattern", ("name", "buzzer", "vibration", "led", "is_lasting"))

#: Three pulses a second at most (flashes: WCAG 2.3.1); a vibration motor has time to start and to stop.
SHORT_MS = 170
LONG_MS = 500
GAP_MS = 170
#: The silence of a `_` between two groups.
PAUSE_MS = 600

#: Frequencies lie where hearing loss comes last and plastic resonates; rising loudness is the board's part.
_TONES = {"l": 1000, "m": 2000, "h": 2900}

#: One word a line: name, rhythm, vibration, colour, and from one beginning to the next in s: for ear and
#: skin, for the eye; without these it plays once. A letter of the rhythm is a pulse: low, middle or high,
#: small for short, capital for long; `_` is a pause. Vibration 0: only seen. A text, since the heap is small.
_WORDS = """
off_shift           M_M        0  white   0  5
charging            M_M_M      0  white   0  5
paused              L_L_l     60  white  30  5
guarding            m          0  green   0  5
guarding_trial      MM_m       0  green   0  5
not_protected       L_l       60  yellow 15  5
link_lost           L_ll      60  yellow 15  5
battery_critical    L_hhmll   60  yellow 15  5
upright_unknown     L_lH      60  yellow 15  5
key_stuck           L_LL      60  yellow 15  5
battery_low         hhmll     60  yellow 60  5
ask                 lh_lh     60  blue    5  5
test_press          lh_m      60  blue    5  5
test_tilt           lh_Mm     60  blue    5  5
test_still          lh_M      60  blue    5  5
test_shake          lh_mmmm   60  blue    5  5
test_unclip         lh_mM     60  blue    5  5
test_wait           lh_MM     60  blue    5  5
pre_alarm_manual    mm       100  red     2  2
pre_alarm_fall      mmM      100  red     2  2
pre_alarm_position  Mmm      100  red     2  2
pre_alarm_rest      MM       100  red     2  2
pre_alarm_loss      Mm       100  red     2  2
pre_alarm_escape    mmmm     100  red     2  2
pre_alarm_time      mM       100  red     2  2
alarm               H        100  red     1  1
alarm_unheard       hmhmhm   100  red     0  0
alarm_received      h_m       60  green  10  5
help_accepted       h_mm      60  green  10  5
help_dispatched     h_mmm     60  green  10  5
help_on_scene       h_mmmm    60  green  10  5
all_clear           LMH       60  green  30  5
locate              hLhLhL   100  red     5  5
started             LhL       60  green
shift_on            llhH      60  green
shift_off           Hhll      60  white
trial_on            LLhh      60  white
trial_off           hhLL      60  white
cancelled           hml       60  green
confirmed           lHl       60  blue
reset_done          HHl       60  green
reset_refused       lLL      100  red
test_passed         lmhHH     60  green
test_failed         LLLL     100  yellow
"""


class _Patterns:
    """Name -> `Pattern`, made when it is asked for: a worker hears few of them in a day."""

    def __getitem__(self, name: str) -> "Pattern":
        at = _WORDS.find("\n" + name + " ")
        if at < 0:
            raise KeyError(name)
        return _made(_WORDS[at + 1 : _WORDS.find("\n", at + 1)].split())

    def __contains__(self, name: str) -> bool:
        return "\n" + name + " " in _WORDS

    def __iter__(self) -> "Iterator[str]":
        for line in _WORDS.strip().split("\n"):
            yield line.split()[0]


PATTERNS = _Patterns()

#: What is wrong and has a word of its own, the most urgent first; all else is "not_protected".
FAULTS = ("key_stuck", "battery_critical", "link_lost", "upright_unknown", "not_protected", "battery_low")

#: The pattern of an alarm by the newest state of its case.
_BY_CASE_STATE = {
    "ACCEPTED": "help_accepted",
    "DISPATCHED": "help_dispatched",
    "ON_SCENE": "help_on_scene",
    "ALL_CLEAR": "all_clear",
    "CLOSED": "all_clear",
}
#: The pattern of a wearer to whom nothing happens.
_BY_GUARD = {
    "protected": "guarding", "trial": "guarding_trial", "off_shift": "off_shift", "charging": "charging",
    "paused": "paused",
}  # fmt: skip


def case_rank(state: str) -> int:
    """Return how far a case state is, from 1; 0 for one that this firmware does not know."""
    if state not in messages.CASE_STATES:
        return 0
    return messages.CASE_STATES.index(state) + 1


def lasting(shown: "Optional[Alarm]", prompt: str, is_asked: bool, fault: str, guard: str) -> str:
    """Return the name of the pattern that lasts now.

    `shown` is the gravest alarm, or None; `prompt` what the self-test asks for, or ""; `fault` one of
    `protocol.messages.HINDRANCES`, "battery_low" or ""; `guard` "protected", "trial" (protected, in trial
    operation), "not_protected" or one of `protocol.messages.SUSPENSIONS`.
    """
    # A kind without a signal (silent, duress, technical) is as if it were not there.
    if shown is not None and shown.kind.signal:
        return _of_alarm(shown)
    if prompt:
        return prompt
    if is_asked:
        return "ask"
    if fault:
        return fault if fault in FAULTS else "not_protected"
    return _BY_GUARD.get(guard, "not_protected")


def with_tone(name: str) -> str:
    """Return what lasts while the location tone is on, in place of the pattern `name`."""
    # A pre-alarm asks for an answer, and an alarm that nobody has received is louder.
    return name if name in ("alarm", "alarm_unheard") or name.startswith("pre_alarm_") else "locate"


def _of_alarm(shown: "Alarm") -> str:
    if shown.state == "PRE_ALARM":
        return str(shown.kind.signal)
    if shown.case_rank:
        name = _BY_CASE_STATE.get(messages.CASE_STATES[shown.case_rank - 1])
        if name is not None:
            return name
    if shown.state == "RECEIVED":
        return "alarm_received"
    return "alarm_unheard" if shown.is_unheard else "alarm"


def _made(words: "list[str]") -> "Pattern":
    name, rhythm, percent, colour = words[:4]
    vibration_percent = int(percent)
    tones: "tuple[Any, ...]" = ()
    vibration: "tuple[Any, ...]" = ()
    is_lasting = len(words) > 4
    periods_ms = [int(word) * 1000 for word in words[4:]] or [0, 0]
    if vibration_percent:
        tones = _steps(rhythm, "", 0, periods_ms[0], is_lasting)
        vibration = _steps(rhythm, vibration_percent, 0, periods_ms[0], is_lasting)
    light = _steps(rhythm, colour, "off", periods_ms[1], is_lasting)
    return Pattern(name, tones, vibration, light, is_lasting)


def _steps(rhythm: str, value: "Any", rest: "Any", period_ms: int, is_lasting: bool) -> "tuple[Any, ...]":
    """Return the steps of one output; `value` "" stands for the tone of each pulse."""
    steps: "list[tuple[Any, int]]" = []
    left_ms = period_ms
    for letter in rhythm:
        if letter == "_":
            left_ms += GAP_MS - PAUSE_MS
            steps[-1] = (rest, PAUSE_MS)
            continue
        tone = letter.lower()
        duration_ms = SHORT_MS if letter == tone else LONG_MS
        steps.append((value or _TONES[tone], duration_ms))
        steps.append((rest, GAP_MS))
        left_ms -= duration_ms + GAP_MS
    if left_ms > 0:
        steps[-1] = (rest, GAP_MS + left_ms)
    if not is_lasting:
        steps.pop()
    return tuple(steps)
