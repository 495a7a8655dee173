"""Lives that nobody thought of, cut where nobody thought of it: the journal's promise holds for them too."""

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.flash import PowerCut, SimulatedFlash
from tests.firmware.journal_life import Life, found, quieten, told

#: What can happen: the word, and for alarms which of those that are there (by number).
EVENTS = st.lists(
    st.tuples(
        st.sampled_from(("boot", "quiet", "quiet", "shift", "upright", "raise", "receipt", "reset", "cut")),
        st.integers(0, 400),
    ),
    max_size=90,
)
#: More alarms than that stand in no device at once.
ALARMS_MAX = 3


def step_of(life, word, number):
    """Return the step that this event means now, "" if it means nothing."""
    if word == "raise":
        return "" if len(life.alarms) >= ALARMS_MAX else f"raise {chr(65 + number % 60)}"
    if word in ("receipt", "reset"):
        names = sorted(life.alarms)
        return f"{word} {names[number % len(names)]}" if names else ""
    return {"shift": f"shift {'on' if number % 2 else 'off'}", "upright": f"upright {number}"}.get(word, word)


def restart(life, allowed):
    """Start after a cut; go on with what was found, which must be allowed."""
    life.flash.cut_after = None
    said = told(life.start())
    assert said in allowed
    names = {key: name for name, (key, _) in life.alarms.items()}
    life.alarms = {names.get(key, chr(key[1])): (key, is_receipted) for key, is_receipted in said[0]}
    life.is_on, life.upright = said[1:]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(EVENTS, st.integers(1, 1 << 30))
def test_no_life_and_no_cut_loses_changes_or_invents_an_alarm(events, seed):
    """Any order of starts, alarms, shifts and quiet moments; a cut within the next step, once in a while."""
    life = Life(SimulatedFlash(256, 4, seed))
    life.start()
    for word, number in events:
        if word == "cut":
            life.flash.steps = 0
            life.flash.cut_after = number
            continue
        step = step_of(life, word, number)
        if not step or (word == "raise" and step[-1] in life.alarms):
            continue
        before, after = life.expected(), life.twin()
        after.do(step)
        try:
            life.do(step)
        except PowerCut:
            restart(life, (before, after.expected()))
    life.flash.cut_after = None
    quieten(life)
    assert found(life.flash) == life.expected()
