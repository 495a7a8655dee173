"""Lines are served, and served again when they end; what they bring back goes to whom it concerns."""

import asyncio
import contextlib

import pytest
from prometheus_client import CollectorRegistry

from basestation.clock import FakeClock
from basestation.config import ConfigError, load
from basestation.counters import Counters
from basestation.outgoing.channels import Answer, Delivery, Health, Report, Stage
from basestation.outgoing.channels.configured import channels_of
from basestation.outgoing.channels.memory import MemoryChannel
from basestation.outgoing.channels.settings import ChannelSettings
from basestation.outgoing.lines import AGAIN_S, lines_of, serve_line
from tests.basestation.site_bench import NOW, Site


class FragileLine:
    """Fails when it is served first, ends the second time, and then tells what it was given to tell."""

    def __init__(self, told=()):
        self.served = 0
        self._told = told
        self.answers = []
        self.changed = asyncio.Event()

    async def send(self, notice):
        del notice
        return Delivery(Stage.SENT)

    async def check(self):
        return Health(is_working=True)

    async def serve(self, inbound):
        self.served += 1
        self.changed.set()
        if self.served == 1:
            raise OSError("the cable is out")
        if self.served == 2:
            return
        for answer in self._told:
            self.answers.append(await inbound.answer(answer))
            self.changed.set()
        await asyncio.Event().wait()

    async def until(self, is_so):
        async with asyncio.timeout(5):
            while not is_so():
                self.changed.clear()
                await self.changed.wait()


async def test_a_line_that_fails_or_ends_is_served_again_and_counted():
    """A mistake in one channel neither ends the base station nor leaves the channel dead."""
    clock, registry, line = FakeClock(NOW), CollectorRegistry(), FragileLine()
    serving = asyncio.create_task(serve_line("pager", line, None, clock, Counters(registry)))
    async with asyncio.timeout(5):
        while line.served < 3:
            clock.jump(AGAIN_S)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(line.changed.wait(), 0.01)
            line.changed.clear()
    assert registry.get_sample_value("rufweite_loop_failures_total", {"loop": "line pager"}) == 2
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


async def test_what_a_line_brings_back_is_an_answer_to_the_case(tmp_path):
    """From the line's own task, through proofs, to the case."""
    line = FragileLine([Answer("pager", "+49301234", text="hello")])
    line.served = 2
    site = Site(tmp_path, channels={"pager": line})
    await site.open()
    try:
        await line.until(lambda: line.answers)
        assert line.answers[0].startswith("Nothing was counted")
        await site.engine.incoming.report(Report("no-such-notice", Stage.DELIVERED))
    finally:
        await site.engine.stop()


def test_a_channel_without_a_connection_of_its_own_is_no_line():
    """Nothing has to be kept served."""
    assert lines_of({"memory": MemoryChannel()}) == {}
    assert set(lines_of({"pager": FragileLine()})) == {"pager"}


def test_only_what_is_set_up_is_there(tmp_path):
    """Each under the name by which chains call it."""
    assert channels_of(ChannelSettings(), tmp_path, FakeClock(NOW), CollectorRegistry()) == {}
    centre = {"account": "1A2B", "receivers": [{"host": "127.0.0.1", "port": 9}]}
    lines = {"dc09": centre, "espa": {"port": "/dev/null"}, "sms": {"port": "/dev/null"}}
    web = {"webhook": {}, "web_push": {"contact": "mailto:safety@works.example"}}
    settings = ChannelSettings.model_validate({**lines, **web})
    found = channels_of(settings, tmp_path, FakeClock(NOW), CollectorRegistry())
    assert set(found) == {*lines, "signed_webhook", "web_push"}
    assert set(lines_of(found)) == set(lines)


def test_what_is_wrong_in_a_channel_is_said_without_its_secrets(tmp_path):
    """The PIN of a SIM stands in no sentence, and neither does anything beside it."""
    file = tmp_path / "settings.toml"
    for wrong in ('pin = "12345678901"', 'pin = "1234"\npim = 1', 'pin = "1234"\nbaud = 7'):
        file.write_text(f'[channels.sms]\nport = "/dev/null"\n{wrong}\n')
        with pytest.raises(ConfigError) as refused:
            load(file)
        assert "channels.sms" in str(refused.value)
        assert "1234" not in str(refused.value)
    file.write_text("[channels.pigeon]\nport = 1\n")
    with pytest.raises(ConfigError, match=r"channels\.pigeon is no setting\. Known: cap, dc09, espa, "):
        load(file)
