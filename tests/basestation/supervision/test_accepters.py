"""Whoever accepted and cannot answer for it any more loses the case to the chain."""

from datetime import timedelta

from basestation.supervision.accepters import LOOK_S
from tests.basestation.site_bench import OPERATOR, running_site


async def _accepted_by_user(site):
    """Let an operator who has logged in accept case 1; return their session."""
    user = await site.engine.add_user("otto", OPERATOR.display_name, "hash", "operator")
    await site.engine.create_session(user.id, "digest", site.clock.now() + timedelta(hours=1))
    await site.raise_alarm()
    await site.engine.press(1, "accept", user)


async def test_whoever_logs_out_loses_the_case_to_the_chain(tmp_path):
    """Within one look; the first level is called again, and the timeline says why."""
    async with running_site(tmp_path) as site:
        await _accepted_by_user(site)
        site.clock.jump(LOOK_S)
        await site.beat()
        await site.only_case(state="ACCEPTED")
        await site.engine.delete_session("digest")
        site.clock.jump(LOOK_S)
        case = await site.only_case(state="RECEIVED")
        assert (case["accepted_by"], case["dropped_by"]) == (None, "Otto Operator")
        entries = await site.engine.timeline(1)
        assert [entry["why"] for entry in entries if entry["kind"] == "accepter_lost"] == ["has logged out"]


async def test_on_the_scene_nobody_loses_it_by_a_log_out(tmp_path):
    """Whoever is there is there."""
    async with running_site(tmp_path) as site:
        await _accepted_by_user(site)
        await site.engine.press(1, "on_scene", OPERATOR)
        await site.engine.delete_session("digest")
        site.clock.jump(LOOK_S)
        await site.beat()
        await site.only_case(state="ON_SCENE", accepted_by="Otto Operator")


async def test_a_session_that_runs_out_is_a_log_out(tmp_path):
    """Nobody sits there any more, as far as is known."""
    async with running_site(tmp_path) as site:
        await _accepted_by_user(site)
        site.clock.jump(3600)
        await site.only_case(accepted_by=None)
