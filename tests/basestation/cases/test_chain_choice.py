"""Which chain a case gets, by site, kind, mark and time of day."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from basestation.cases.chain_choice import Occasion, Rule, chosen
from basestation.cases.week import WEEK, Hours

BERLIN = ZoneInfo("Europe/Berlin")
#: A Monday, 21:30 in Berlin.
NOW = datetime(2026, 3, 2, 20, 30, tzinfo=UTC)
MANUAL = Occasion(1, "manual", "real", NOW)
LOST = Occasion(1, "technical", "real", NOW, "body")


@pytest.mark.parametrize(
    ("rule", "fits"),
    [
        (Rule("A"), (True, True)),
        (Rule("A", site=1), (True, True)),
        (Rule("A", site=2), (False, False)),
        (Rule("A", kinds=("manual", "fall")), (True, False)),
        (Rule("A", kinds=("technical",)), (False, True)),
        (Rule("A", kinds=("technical/body",)), (False, True)),
        (Rule("A", kinds=("technical/battery",)), (False, False)),
        (Rule("A", marks=("real",)), (True, True)),
        (Rule("A", marks=("test", "drill")), (False, False)),
        (Rule("A", hours=Hours(WEEK, 1290, 360)), (True, True)),
        (Rule("A", hours=Hours(WEEK, 1291, 360)), (False, False)),
        (Rule("A", hours=Hours((2, 3), 1290, 360)), (False, False)),
    ],
)
def test_a_rule_fits_where_all_it_names_is_so(rule, fits):
    """What it leaves open counts for everything; times are those of the site."""
    assert tuple(chosen((rule,), occasion, BERLIN) == ("A",) for occasion in (MANUAL, LOST)) == fits


def test_the_first_rule_that_fits_comes_first():
    """The others follow, for the case that its chain is broken."""
    rules = (Rule("Test", marks=("test",)), Rule("Night", hours=Hours(WEEK, 1200, 360)), Rule("All"))
    assert chosen(rules, MANUAL, BERLIN) == ("Night", "All")


def test_an_alarm_without_a_class_of_silence_fits_no_rule_for_one():
    """A worn battery is technical and no silence."""
    worn = Occasion(1, "technical", "real", NOW)
    assert chosen((Rule("A", kinds=("technical/body",)), Rule("B", kinds=("technical",))), worn, BERLIN) == (
        "B",
    )
