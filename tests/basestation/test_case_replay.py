"""What is stored of a case's events makes the same case again, bit for bit, whatever happened to it."""

import random

import pytest
from sqlalchemy import select

from basestation.cases.case import case_to_json
from basestation.cases.chain import Chain, Level, Recipient, Way
from basestation.casework.pressing import Said
from basestation.engine import UnknownCase, User, WrongVerb
from basestation.store import case_events
from basestation.store.tables import cases
from tests.basestation.site_bench import CHAIN, DEVICE, OPERATOR, running_site

SECOND = User(2, "sofia", "Sofia Second", "operator")
VERBS = (
    *("accept", "decline", "on_the_way", "on_scene", "still_here", "need_more", "escalate"),
    *("hand_over", "contact", "all_clear", "false_alarm", "confirm", "acknowledge"),
)
#: Somebody who cannot be reached, a duty that nobody has, and the control room beside those of the bench.
STORY_CHAIN = Chain(
    "Stories",
    (
        Level("Room", (Recipient("control_room", "Desk"), Recipient("role", "Nobody's duty")), 30),
        *CHAIN.levels,
        Level(
            "Out", (Recipient("person", "Out", (Way("nowhere", 1, 60, "x"), Way("memory", 2, 30, "o"))),), 30
        ),
    ),
    arrival_s=60,
    presence_s=60,
)
SAID = ("raised", "raised", "pre-alarm", "cancelled", "reset", "all-right", "gone")


async def _say(site, dice):
    kind = dice.choice(SAID)
    fields = {
        "alarm": f"1-{dice.randint(1, 5)}",
        "alarm_kind": dice.choice(("rest", "fall", "duress", "technical")),
    }
    more = {
        "raised": {"repeat": 0, "raised_ago_ms": dice.choice((0, 1234)), "cause": dice.choice(("a", "b"))},
        "pre-alarm": {"deadline_ms": dice.choice((0, 15_000))},
        "cancelled": {"by": "key"},
    }
    await site.say(kind, device=dice.choice((DEVICE, "pna-02")), **fields, **more.get(kind, {}))


async def _press(site, dice):
    number, said = dice.randint(1, 5), Said("as they said", dice.choice((None, 3)))
    try:
        await site.engine.press(
            number,
            dice.choice(VERBS),
            dice.choice((OPERATOR, SECOND)),
            said,
            dice.choice(("", "Mara Muster")),
        )
        if dice.random() < 0.2:
            await site.engine.desk.add_recipient(number, "Otto Operator", "Mara Muster")
        if dice.random() < 0.2:
            await site.engine.desk.correct_address(number, "Otto", "address/Out", "memory", "new")
    except (WrongVerb, UnknownCase):
        # Most of what is pressed at random is not offered, or the case is not there yet.
        return


async def _pass_time(site, dice):
    # Not by whole milliseconds: what is stored must keep the moment all the same.
    site.clock.jump(dice.choice((0.000_7, 1.5, 30, 61)))
    await site.engine._parts.timers.fire_due(site.clock.now())
    site.channel.fail(dice.choice((0, 0, 3)))


@pytest.mark.parametrize("seed", range(3))
async def test_the_stored_events_of_a_case_make_the_same_case_bit_for_bit(tmp_path, seed):
    """Random stories of two devices of one worker and another: reports, presses, time, failing channels."""
    dice = random.Random(seed)
    async with running_site(tmp_path) as site:
        await site.engine.set_chain(STORY_CHAIN)
        await site.engine.add_device("pna-02")
        if seed % 2:
            await site.start_shift()
        for _ in range(45):
            await dice.choice((_say, _press, _press, _pass_time))(site, dice)
        await site.engine.dispatch.idle()
    kinds = set()
    async with (
        running_site(tmp_path, site.clock, is_furnished=True) as again,
        again.database.connect() as connection,
    ):
        rows = (await connection.execute(select(cases.c.id, cases.c.body).order_by(cases.c.id))).all()
        for number, body in rows:
            opened, happened = await case_events.read(connection, number)
            assert case_to_json(case_events.replay(opened, happened)) == body, f"seed {seed}, case {number}"
            kinds |= {type(one.event).__name__ for one in happened}
    assert len(rows) >= 5
    assert {"AlarmReported", "PeopleFound", "TimerFired", "DeliveryReported"} <= kinds
