"""What follows a case in its transaction may fail; the case does not."""

from sqlalchemy import text

from basestation.store import log
from tests.basestation.site_bench import OPERATOR, running_site


async def test_an_alarm_is_stored_and_called_though_what_follows_it_fails(tmp_path):
    """Nothing of the follower is kept, whatever it had done by then; the log stays whole."""
    async with running_site(tmp_path) as site:
        told = []

        async def fail(work, before, case, now):
            told.append((before.state.value, case.state.value))
            work.log(log.entry(1, "never_kept", {}))
            work.after_commit(lambda: told.append("never told"))
            await work.connection.execute(text("UPDATE cases SET device = 'lost'"))
            raise ValueError("a mistake in what follows")

        site.engine._parts.casebook.followed = fail
        await site.raise_alarm()
        assert (await site.channel.next_notice()).recipient
        await site.engine.press(1, "accept", OPERATOR)
        case = await site.only_case()
        assert (case["device"], case["state"]) == ("pna-01", "ACCEPTED")
        assert ("NEW", "RECEIVED") in told
        assert "never told" not in told
        kinds = [entry["kind"] for entry in await site.engine.timeline(1)]
        assert "never_kept" not in kinds
        assert await site.engine.verify_log() == []
