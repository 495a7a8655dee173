"""Webhooks out: a target that somebody could have written takes each notice once, whatever goes wrong."""

import json
from pathlib import Path

import pytest

from basestation.clock import FakeClock
from basestation.outgoing.channels import Stage
from basestation.outgoing.channels.https import Fault
from basestation.outgoing.channels.notice_text import BODY_CHARACTERS_MAX, body_of, subject_of
from basestation.outgoing.channels.webhook import TwinTarget, WebhookChannel, WebhookSettings
from basestation.outgoing.channels.webhook.payload import payload_of
from tests.basestation.outgoing.channels.https_site import (
    NOW,
    OTHER_SECRET,
    SECRET,
    a_notice,
    a_poster,
    serving,
)
from tests.basestation.outgoing.channels.webhook_site import whsec


def a_channel(twin, secret=SECRET, **changes):
    """Return a channel to one target."""
    targets = {"siren": {"url": f"{twin.url}/in?to=siren", "secret": whsec(secret)}}
    poster, registry = a_poster(**changes)
    return WebhookChannel(WebhookSettings(targets=targets), poster, FakeClock(NOW)), registry


def a_twin():
    """Return a target that has the secret."""
    return TwinTarget(SECRET, FakeClock(NOW))


async def test_a_target_takes_a_signed_notice_and_that_is_sent_never_delivered():
    """What the machine behind does with it nobody knows."""
    async with serving(a_twin()) as twin:
        channel, registry = a_channel(twin)
        delivery = await channel.send(a_notice())
    assert (delivery.stage, delivery.detail) == (Stage.SENT, "siren took it")
    (heard,) = twin.taken
    assert heard.path == "/in?to=siren"
    assert heard.headers["webhook-id"] == heard.headers["idempotency-key"] == "watch-1/b1-7/3"
    assert heard.headers["content-type"] == "application/json"
    (notice,) = twin.notices
    assert notice == payload_of(a_notice())
    assert registry.get_sample_value("rufweite_webhook_requests_total", {"end": "2xx"}) == 1


@pytest.mark.parametrize(
    ("fault", "said", "is_taken"),
    [
        (Fault.DIES, "it may have arrived", True),
        (Fault.HALF, "it may have arrived", True),
        (Fault.GARBLED, "it may have arrived", True),
        (Fault.BROKEN, "answered 500: it failed", False),
        (Fault.REDIRECT, "redirects are not followed", False),
        (Fault.CROWDED, "asked too often", False),
    ],
)
async def test_a_passing_fault_loses_nothing_and_doubles_nothing(fault, said, is_taken):
    """The next attempt carries the same id, by which the target tells that it has it."""
    async with serving(a_twin()) as twin:
        channel, _ = a_channel(twin)
        twin.do(fault)
        first = await channel.send(a_notice())
        second = await channel.send(a_notice())
    assert first.stage is Stage.FAILED
    assert said in first.detail
    assert second.stage is Stage.SENT
    assert (len(twin.notices), twin.repeats) == (1, int(is_taken))
    assert all(one.path == "/in?to=siren" for one in twin.heard)


async def test_a_target_that_never_answers_is_left_and_may_have_it():
    """Within the time of one attempt."""
    async with serving(a_twin()) as twin:
        channel, registry = a_channel(twin, request_s_max=0.3)
        twin.do(Fault.SILENT)
        delivery = await channel.send(a_notice())
    assert delivery.stage is Stage.FAILED
    assert "it may have arrived" in delivery.detail
    assert registry.get_sample_value("rufweite_webhook_requests_total", {"end": "no_answer"}) == 1


async def test_an_endless_answer_is_not_read():
    """The status is all that is looked at."""
    async with serving(a_twin()) as twin:
        channel, _ = a_channel(twin)
        twin.do(Fault.ENDLESS)
        assert (await channel.send(a_notice())).stage is Stage.SENT


async def test_a_wrong_secret_and_an_unknown_target_are_said():
    """Without repeating either."""
    async with serving(a_twin()) as twin:
        channel, _ = a_channel(twin, OTHER_SECRET)
        wrong = await channel.send(a_notice())
        unknown = await channel.send(a_notice(address="sirene"))
    assert "does not believe our signature" in wrong.detail
    assert "no such target" in unknown.detail
    assert wrong.stage is unknown.stage is Stage.FAILED
    assert not twin.notices


async def test_a_target_that_is_away_has_not_got_it_and_check_names_it():
    """Check connects and sends nothing."""
    async with serving(a_twin()) as twin:
        channel, _ = a_channel(twin)
        healthy = await channel.check()
        away, registry = a_channel(twin)
    assert healthy.is_working
    assert not twin.heard
    delivery = await away.send(a_notice())
    assert "nobody lets us in" in delivery.detail
    assert "may have arrived" not in delivery.detail
    health = await away.check()
    assert not health.is_working
    assert health.detail.startswith("siren: nobody lets us in")
    assert registry.get_sample_value("rufweite_webhook_requests_total", {"end": "not_sent"}) == 1


def test_a_test_or_drill_says_so_first_in_every_text():
    """Whatever the wording says, in both languages; what has the mark keeps it once."""
    test = payload_of(a_notice(mark="test"))
    assert test["mark"] == "test"
    assert test["subject"].startswith("TEST - Emergency")
    assert test["body"].startswith("TEST - ")
    drill = a_notice(mark="drill", language="de", is_silent=True)
    assert body_of(drill).startswith("ÜBUNG - STILL - niemand")
    assert subject_of(a_notice(mark="drill", subject="DRILL - Fall (case 7)")) == "DRILL - Fall (case 7)"


def test_silence_stands_before_everything_but_the_mark_and_the_number_is_in_every_text():
    """Also where the wording forgot it, or names another case."""
    assert body_of(a_notice(is_silent=True)).startswith("SILENT - nobody near the worker may notice.\n")
    bare = a_notice(subject="Fall", body="Fall, see case 77")
    assert subject_of(bare) == "case 7: Fall"
    assert body_of(bare) == "case 7: Fall, see case 77"
    assert subject_of(a_notice(subject="Sturz", language="de")) == "Fall 7: Sturz"


def test_only_the_end_of_a_long_text_is_cut_and_that_is_said():
    """To the character."""
    head = "case 7: "
    whole = a_notice(body=head + "x" * (BODY_CHARACTERS_MAX - len(head)))
    assert body_of(whole) == whole.body
    longer = body_of(a_notice(body=whole.body + "x"))
    assert len(longer) == BODY_CHARACTERS_MAX
    assert longer.startswith(head)
    assert longer.endswith(" … (cut)")


def test_the_payload_is_the_documented_one():
    """Version 1; what docs/channels/webhook.md shows is what is sent."""
    text = (Path(__file__).parents[4] / "docs/channels/webhook.md").read_text()
    shown = text.partition("```json\n")[2].partition("```")[0]
    assert json.loads(shown) == payload_of(a_notice())
