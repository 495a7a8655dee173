"""The time of a case and the figures of a month, from a real database, page and command line."""

import pytest

from basestation.casework.months import bounds_of
from basestation.casework.pressing import Said
from basestation.errors import EntryRefused
from basestation.figures import page
from tests.basestation.site_bench import NOW, OPERATOR, running_site


async def test_a_case_and_its_month_tell_how_long_the_answer_took(tmp_path):
    """The case says which stage overspent while it runs, the snapshot too, the month says it afterwards."""
    async with running_site(tmp_path) as site:
        await site.raise_alarm(raised_ago_ms=1500, condition_ms=2000, pre_alarm_ms=0)
        site.clock.jump(25)
        overspent = (await site.cases())[0]["overspent"]
        assert "shown" in overspent, "no console shows it"
        assert "accepted" not in overspent
        await site.engine.press(1, "accept", OPERATOR)
        stages = {stage["name"]: stage for stage in (await site.engine.case(1))["stages"]}
        assert (stages["stored"]["took_s"], stages["accepted"]["took_s"]) == (1.5, 25.0)
        assert (stages["trigger"]["took_s"], stages["sent"]["took_s"]) == (2.0, None)
        assert (stages["help"]["is_running"], stages["help"]["limit_s"]) == (True, 900)
        assert (await site.engine.figures("2026-03"))["still_open"] == 1
        await site.engine.press(1, "on_scene", OPERATOR)
        await site.engine.press(1, "false_alarm", OPERATOR, Said("sat down"))
        month = await site.engine.figures("2026-03")
        assert month["still_open"] == 0
        assert month["marks"]["real"]["false_alarm_reasons"] == {"sat down": 1}
        assert (await site.engine.figures("2026-04"))["marks"]["real"]["cases"] == 0
    text = await page(f"sqlite+aiosqlite:///{tmp_path / 'site.db'}", "2026-03")
    assert "Real alarms: 1 (manual 1)" in text
    assert "answered within  30 s: 1 (100.0 %)" in text
    assert "BS 8484:2016 [T]: 80.0 % within 10 s: NOT met" in text
    assert "EN 50518 [GK], a convention: 80.0 % within 30 s: met" in text
    assert "condition to alarm: known of 1 of 1, median 2.0 s, longest 2.0 s, overspent 0" in text
    assert "pre-alarm to alarm: known of 0 of 1\n" in text
    assert "Drills: 0" in text


@pytest.mark.parametrize("month", ["2026-13", "2026-00", "2026", "March", "2026-3", "0000-01"])
def test_what_is_no_month_is_refused_with_a_sentence(month):
    """Never the figures of another one."""
    with pytest.raises(EntryRefused, match="is no month"):
        bounds_of(month)


def test_a_month_ends_where_the_next_begins():
    """Also in December."""
    assert bounds_of("2026-12")[1] == bounds_of("2027-01")[0]
    assert bounds_of("2026-03")[0] <= NOW < bounds_of("2026-03")[1]
