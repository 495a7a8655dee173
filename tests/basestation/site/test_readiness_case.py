"""What is missing in the rescue chain, as the technical case that people see."""

from basestation.cases.chain import Chain, Level, Recipient
from basestation.cases.readiness import ReadinessLimits
from basestation.site.readiness import STATION
from tests.basestation.site_bench import running_site


async def test_a_chain_that_would_reach_nobody_is_a_technical_case_until_it_would(tmp_path):
    """Raised as soon as the chain is set, gone as soon as it is set right."""
    async with running_site(tmp_path, is_furnished=True) as site:
        site.engine.rescue.readiness.limits = ReadinessLimits()
        room = Level("Desk", (Recipient("control_room", "Desk"),), 60)
        nobody = Level("Nobody", (Recipient("person", "Nobody"),), 60)
        await site.engine.set_chain(Chain("Plant", (room, nobody)))
        case = await site.only_case(device=STATION, state="RECEIVED")
        assert case["cause"].startswith("The rescue chain is not ready. Chain 'Plant', level 'Nobody'")
        await site.engine.set_chain(Chain("Plant", (room,)))
        assert (await site.only_case(device=STATION))["id"] == case["id"]
        await site.only_case(state="GONE")
