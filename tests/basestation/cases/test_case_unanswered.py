"""Everybody was called: the calls go out first, then the alarm that nobody answers."""

from basestation.cases import events as e
from basestation.cases.chain import Chain
from basestation.cases.effects import Fault

RAISE = e.AlarmReported("rest")


def faults(effects):
    """Return the technical alarms about the rescue that effects raise, and end."""
    return [(effect.name, effect.is_over) for effect in effects if isinstance(effect, Fault)]


def test_who_accepts_right_after_everybody_was_called_is_somebody_who_answers(story):
    """No technical alarm says seconds later that nobody does; many cases raise it at different moments."""
    told = story()
    told.tell(RAISE)
    told.wait(210)
    assert told.case.is_unanswered
    told.tell(e.AcceptPressed("Mara Lead"))
    assert "unanswered" not in told.timers
    assert faults(told.wait(10)) == []
    for number, wait_s in ((4, 2.0), (5, 3.0), (6, 4.0), (7, 5.0), (8, 2.0)):
        many = story(id=number, chain=Chain("Empty", ()))
        many.tell(RAISE)
        assert many.timers["unanswered"] == wait_s
