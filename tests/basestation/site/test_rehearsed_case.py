"""What a dry run says is what a case then does."""

from datetime import date

from basestation.cases.chain import Chain, Level, Recipient, Way
from basestation.cases.week import WEEK, Hours
from tests.basestation.site_bench import DEVICE, NOW, running_site

BY = "Otto Officer"
#: Both levels were called in vain, in seconds.
EVERYBODY_S = 90


async def staffed(site):
    """Let Anna have a duty and Ben be called after her; somebody is at work."""
    rescue = site.engine.rescue
    for number, name in enumerate(("Anna Beispiel", "Ben Muster"), 1):
        await rescue.responders.add(name, "en", None, None, BY)
        await rescue.responders.set_addresses(number, [("memory", f"{name}-1"), ("memory", f"{name}-2")], BY)
    await rescue.duties.add_role("First aid", 1, BY)
    await rescue.duties.plan(1, 1, Hours(WEEK, 0, 0), date(2026, 1, 5), None, 1, BY)
    ben = Recipient("person", "Ben Muster", (Way("memory", 1, 10),))
    levels = (Level("First", (Recipient("role", "First aid"),), 30), Level("Second", (ben,), 60))
    await site.engine.set_chain(Chain("Plant", levels))
    await site.engine.add_device(DEVICE)
    await site.engine.add_worker("Willi Werker")
    await site.engine.add_workplace("Pump house")
    await site.start_shift()


async def test_a_case_calls_whom_the_dry_run_named_by_the_same_addresses_at_the_same_seconds(tmp_path):
    """Up to the first call of everybody, where nobody answers."""
    async with running_site(tmp_path, is_furnished=True) as site:
        await staffed(site)
        told = await site.engine.rescue.readiness.rehearse(
            worker_id=1, workplace=None, kind="manual", mark="real", at=NOW
        )
        wanted = [(step["after_s"], f"{step['name']}-{step['address'][-1]}") for step in told["steps"]]
        seconds = sorted({after_s for after_s, _ in wanted if after_s < EVERYBODY_S})
        assert (seconds, max(wanted)[0] >= EVERYBODY_S) == ([0, 30, 40, 60], True)
        await site.raise_alarm()
        called = []
        for before, second in zip([0, *seconds], seconds, strict=False):
            site.clock.jump(second - before)
            due = {address for after_s, address in wanted if after_s == second}
            while due - {address for _, address in called}:
                notice = await site.channel.next_notice()
                if notice.text_key == "alarm" and notice.address not in {address for _, address in called}:
                    called.append((second, notice.address))
        assert called == [call for call in wanted if call[0] < EVERYBODY_S]
