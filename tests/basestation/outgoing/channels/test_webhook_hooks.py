"""Webhooks in: what is signed, of now and new is stored and answered; nothing else is."""

import asyncio
import json
from contextlib import suppress

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry

from basestation.clock import FakeClock, to_ms
from basestation.outgoing.channels import Answer, Report, Stage
from basestation.outgoing.channels.webhook import HookCounters, Hooks, WebhookSettings
from basestation.outgoing.channels.webhook.acts import ContentRefused, act_of
from basestation.outgoing.channels.webhook.hooks import BODY_BYTES_MAX
from basestation.outgoing.channels.webhook.replay import Memory, Seen
from basestation.outgoing.channels.webhook.signature import WINDOW_S, Signed, headers_of
from basestation.web.hooks import hooks_router
from basestation.web.refusals import install_refusals
from tests.basestation.outgoing.channels.https_site import NOW, OTHER_SECRET, SECRET
from tests.basestation.outgoing.channels.webhook_site import Ear, whsec

REPORT = {"version": 1, "type": "report", "key": "watch-1/b1-7/3", "stage": "delivered"}
ANSWER = {"version": 1, "type": "answer", "sender": "+49 170 1234567", "text": "K7QF accept"}


class Desk:
    """Hooks behind a real application, and whoever posts to them."""

    def __init__(self):
        self.clock = FakeClock(NOW)
        self.ear = Ear()
        self.registry = CollectorRegistry()
        hooks = {"telephony": {"secret": whsec(SECRET), "old_secret": whsec(OTHER_SECRET)}}
        self.hooks = Hooks(WebhookSettings(hooks=hooks), self.ear, self.clock, HookCounters(self.registry))
        self.clock.jump(10)
        app = FastAPI()
        app.include_router(hooks_router(self.hooks))
        install_refusals(app)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://station.example")

    async def post(self, act, number="id-1", secret=SECRET, name="telephony", ahead_s=0, **changes):
        """Post something, signed."""
        body = act if isinstance(act, bytes) else json.dumps(act).encode()
        headers = headers_of(secret, number, to_ms(self.clock.now()) // 1000 + ahead_s, body) | changes
        return await self.client.post(f"/hooks/{name}", content=body, headers=headers)

    def refused(self, reason):
        """Return how often that was counted."""
        return self.registry.get_sample_value("rufweite_hooks_refused_total", {"reason": reason})


async def test_a_report_and_an_answer_are_stored_and_answered():
    """By either secret, while one is replaced."""
    desk = Desk()
    reported = await desk.post(REPORT)
    assert (reported.status_code, reported.json()) == (200, {"sentence": ""})
    answered = await desk.post(ANSWER, "id-2", OTHER_SECRET)
    assert answered.json() == {"sentence": "Thank you (1)."}
    assert desk.ear.reports == [Report("watch-1/b1-7/3", Stage.DELIVERED)]
    assert desk.ear.answers == [Answer("webhook telephony", "+49 170 1234567", "K7QF accept")]


async def test_a_verb_counts_as_words_with_the_code_of_its_case():
    """By the same rule as a text message; a verb without a code is refused."""
    desk = Desk()
    act = {"version": 1, "type": "answer", "sender": "a", "key": "k"}
    await desk.post(act | {"verb": "on_the_way", "code": "K7QF", "minutes": 5})
    await desk.post(act | {"verb": "all_clear", "code": "K7QF", "text": "spoke with him"}, "id-2")
    assert [answer.text for answer in desk.ear.answers] == [
        "K7QF on the way 5",
        "K7QF all clear spoke with him",
    ]
    assert {(answer.key, answer.verb) for answer in desk.ear.answers} == {("k", "")}
    assert "only with the code" in (await desk.post(act | {"verb": "accept"}, "id-3")).json()["detail"]
    machine = await desk.post(ANSWER | {"is_automatic": True}, "id-4")
    assert machine.status_code == 200
    assert desk.ear.answers[-1].is_automatic


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"secret": b"a secret of somebody else's desk"}, "signature"),
        ({"webhook-signature": "v1,AAAA"}, "signature"),
        ({"webhook-id": "other"}, "signature"),
        ({"name": "telephone"}, "name"),
        ({"webhook-timestamp": "now"}, "headers"),
        ({"ahead_s": WINDOW_S + 1}, "time"),
        ({"ahead_s": -WINDOW_S - 1}, "time"),
    ],
)
async def test_what_is_not_believed_is_refused_counted_and_not_stored(changes, reason):
    """401 with a sentence; a name nobody knows is told like a wrong secret."""
    desk = Desk()
    refused = await desk.post(ANSWER, **changes)
    assert refused.status_code == 401
    assert refused.json()["detail"].endswith(".")
    assert desk.refused(reason) == 1
    assert not desk.ear.answers
    wrong = await desk.post(ANSWER, secret=b"a secret of somebody else's desk")
    is_like_a_wrong_secret = wrong.json()["detail"] == refused.json()["detail"]
    assert is_like_a_wrong_secret is (reason in {"signature", "name"})


async def test_the_same_request_again_is_refused_and_one_signed_anew_is_answered_as_before():
    """Whoever listens in cannot repeat an answer; whoever lost our answer may ask again."""
    desk = Desk()
    assert (await desk.post(ANSWER)).status_code == 200
    replayed = await desk.post(ANSWER)
    assert replayed.status_code == 409
    assert "taken before" in replayed.json()["detail"]
    assert desk.refused("replay") == 1
    desk.clock.jump(1)
    again = await desk.post(ANSWER)
    assert (again.status_code, again.json()) == (200, {"sentence": "Thank you (1)."})
    assert len(desk.ear.answers) == 1
    assert desk.registry.get_sample_value("rufweite_hooks_repeated_total") == 1
    assert (await desk.post(ANSWER)).status_code == 409


async def test_what_could_not_be_stored_may_come_again():
    """It fails, and is not remembered as taken."""
    desk = Desk()
    desk.ear.failures = 1
    body = json.dumps(ANSWER).encode()
    headers = headers_of(SECRET, "id-1", to_ms(desk.clock.now()) // 1000, body)
    with pytest.raises(OSError, match="full"):
        await desk.hooks.take("telephony", headers, body)
    assert (await desk.hooks.take("telephony", headers, body)).is_taken


async def test_a_request_that_is_being_taken_is_not_taken_twice():
    """Two at once: one is done."""
    desk = Desk()
    desk.ear.before = asyncio.Event()
    first = asyncio.create_task(desk.post(ANSWER))
    await asyncio.wait_for(desk.ear.asked.wait(), 5)
    second = await desk.post(ANSWER, ahead_s=1)
    desk.ear.before.set()
    assert (second.status_code, (await first).status_code) == (409, 200)
    assert len(desk.ear.answers) == 1


async def test_what_was_signed_before_the_start_is_refused():
    """Nobody knows any more whether it was taken; its sender signs it anew."""
    desk = Desk()
    assert "before the base station started" in (await desk.post(ANSWER, ahead_s=-10)).json()["detail"]
    assert (await desk.post(ANSWER, ahead_s=-9)).status_code == 200


async def test_a_body_that_is_too_long_is_refused_unread():
    """To the byte."""
    desk = Desk()
    act = json.dumps(ANSWER).encode()
    assert (await desk.post(act.ljust(BODY_BYTES_MAX))).status_code == 200
    assert (await desk.post(act.ljust(BODY_BYTES_MAX + 1), "id-2")).status_code == 413
    assert desk.refused("size") == 1


@pytest.mark.parametrize(
    "act",
    [
        b"", b"[]", b"\xff", b"null", b'{"version":1}', {"version": 2} | REPORT | {"version": 2},
        REPORT | {"stage": "sent"}, REPORT | {"key": ""}, ANSWER | {"sender": ""}, ANSWER | {"text": " "},
        ANSWER | {"verb": "confirm", "code": "K7QF"}, ANSWER | {"code": "K7QF"}, ANSWER | {"minutes": 5},
        ANSWER | {"verb": "on_the_way", "code": "K7QF", "minutes": 0}, ANSWER | {"text": "x" * 1601},
        ANSWER | {"verb": "accept", "code": "K7 QF"}, ANSWER | {"type": "order"},
    ],
)  # fmt: skip
async def test_what_says_nothing_we_take_is_refused_with_a_sentence(act):
    """And counted; nothing is stored."""
    desk = Desk()
    refused = await desk.post(act)
    assert refused.status_code == 422
    assert "The body is not what is taken here" in refused.json()["detail"]
    assert desk.refused("content") == 1
    assert not desk.ear.answers
    assert not desk.ear.reports


def test_fields_that_nobody_knows_are_passed_over():
    """A newer sender is heard."""
    assert act_of(json.dumps(ANSWER | {"mood": "calm"}).encode()).text == "K7QF accept"


@given(
    st.binary(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["version", "type", "key", "stage", "sender", "text"]), inner, max_size=4
            )
        ),
        max_leaves=8,
    ).map(lambda value: json.dumps(value).encode())
)
@settings(max_examples=150, deadline=None, derandomize=True)
def test_any_body_is_an_act_or_refused(body):
    """Never another exception."""
    with suppress(ContentRefused):
        assert act_of(body).type in {"report", "answer"}


def test_the_memory_is_bounded_and_forgets_nothing_before_its_time():
    """While it is full nothing more is taken: its sender asks again."""
    memory = Memory(0, remembered_max=2)
    for number in ("a", "b"):
        assert memory.begin("hook", Signed(number, 100), 100)[0] is Seen.NEW
        memory.done("hook", Signed(number, 100), 100, "")
    assert memory.begin("hook", Signed("c", 100), 100)[0] is Seen.FULL
    assert memory.begin("hook", Signed("a", 100), 100 + 2 * WINDOW_S)[0] is Seen.REPLAYED
    assert memory.begin("hook", Signed("c", 100), 101 + 2 * WINDOW_S)[0] is Seen.NEW
    assert memory.begin("other", Signed("c", 100), 101 + 2 * WINDOW_S)[0] is Seen.NEW
