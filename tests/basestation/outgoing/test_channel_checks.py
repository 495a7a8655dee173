"""Channels are asked, and used once, without a case; whatever they do is an answer."""

from basestation.outgoing.channels import Delivery, Health, Notice, Stage
from tests.basestation.site_bench import running_site

NOTICE = Notice(
    key="proof/1/1", case_id=0, mark="test", recipient="Anna", address="no-url", subject="TEST", body="TEST"
)


class Broken:
    """A channel that fails in a way nobody has thought of."""

    async def send(self, notice):
        raise RuntimeError(notice.address)

    async def check(self):
        raise RuntimeError("secret")


async def test_every_channel_is_asked_and_one_that_fails_holds_up_no_other(tmp_path):
    """Without what may be secret in its words."""
    async with running_site(tmp_path, is_furnished=True) as site:
        dispatch = site.engine.dispatch
        dispatch._channels["broken"] = Broken()
        site.channel.fail(1)
        healths = await dispatch.check_all()
        assert healths["broken"] == Health(is_working=False, detail="the channel failed: RuntimeError")
        assert (healths["memory"].is_working, healths["log"].is_working) == (False, True)


async def test_a_notice_without_a_case_is_handed_over_once_and_whatever_fails_is_an_answer(tmp_path):
    """A channel nobody knows by name is the one for URLs."""
    async with running_site(tmp_path, is_furnished=True) as site:
        dispatch = site.engine.dispatch
        dispatch._channels["broken"] = Broken()
        assert (await dispatch.send_once("memory", NOTICE)).stage is Stage.SENT
        assert site.channel.notices == [NOTICE]
        failed = Delivery(Stage.FAILED, "the channel failed: RuntimeError")
        assert await dispatch.send_once("broken", NOTICE) == failed
        assert (await dispatch.send_once("ntfy", NOTICE)).stage is Stage.FAILED
