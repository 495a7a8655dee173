"""What the line claims of its calls is true, whatever the pager system does wrong meanwhile."""

import asyncio
import random

import pytest
from espa_bench import Site, notice

from basestation.outgoing.channels import Stage
from basestation.outgoing.channels.espa.station import MAY_HAVE_ARRIVED

#: Sites at once, and calls of each.
SITES, CALLS = 20, 3


def _worsen(faults, chance):
    """Let something go wrong, or several things."""
    faults.naks.extend(chance.choices(["1", "2", "3", "", "9"], k=chance.choice([0, 0, 1, 2])))
    faults.refused_selections = chance.choice([0, 0, 1, 4])
    faults.lost_acks = chance.choice([0, 0, 1, 4])
    faults.noise = chance.choice([b"", b"", b"\xff", b"x\x80y"])
    faults.delay_s = chance.choice([0, 0, 0, 0.02, 0.07, 0.15])
    faults.is_silent = chance.random() < 0.1


async def _live(role, seed):
    """Return what was claimed of each call and which of them arrived, of one site with its faults."""
    chance = random.Random(seed)
    found = Site(role, reply_ms=60, gap_ms=40, wait_ms=700, tries_max=chance.choice([1, 2, 3]))
    found.serve_pagers()
    found.serve_line()
    await found.until(lambda: found.line._problem == "")
    claims = []
    for number in range(CALLS):
        _worsen(found.pagers.faults, chance)
        mark = chance.choice(["real", "test"])
        claims.append(await found.line.send(notice(str(number), address=f"{seed}x{number}", mark=mark)))
    await found.end()
    return seed, claims, {call.data("1") for call in found.pagers.calls}


@pytest.mark.parametrize("role", ["control_station", "slave"])
async def test_what_is_called_sent_arrived_and_what_may_have_arrived_says_so(role):
    """Sent: the pager system has it. Failed without a doubt: it has it not."""
    lives = await asyncio.gather(*(_live(role, seed) for seed in range(SITES)))
    outcomes = set()
    for seed, claims, arrived in lives:
        for number, claim in enumerate(claims):
            has_arrived = f"{seed}x{number}" in arrived
            is_in_doubt = claim.detail.endswith(MAY_HAVE_ARRIVED)
            outcomes.add((claim.stage, has_arrived, is_in_doubt))
            assert has_arrived or claim.stage is Stage.FAILED, (seed, number, claim)
            assert not has_arrived or claim.stage is Stage.SENT or is_in_doubt, (seed, number, claim)
    assert {(Stage.SENT, True, False), (Stage.FAILED, False, False), (Stage.FAILED, True, True)} <= outcomes
