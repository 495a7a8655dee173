"""Web push through a service of our own with a browser behind it, and the worker that shows what came."""

import json
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi import FastAPI

from basestation.clock import FakeClock
from basestation.outgoing.channels import Stage
from basestation.outgoing.channels.https import Fault
from basestation.outgoing.channels.web_push import TwinPushService, Vapid, WebPushChannel, WebPushSettings
from basestation.outgoing.channels.web_push.encryption import TEXT_BYTES_MAX
from basestation.outgoing.channels.web_push.message import LINK_CHARACTERS_MAX, message_of
from basestation.web.push import push_router
from tests.basestation.outgoing.channels.https_site import NOW, a_notice, a_poster, serving

STATIC = Path(__file__).parents[4] / "basestation/web/static"
LINK = "https://station.example/r/abc"


def a_channel(**changes):
    """Return a channel that may send to this machine."""
    fields = {"contact": "mailto:safety@works.example", "is_loopback_allowed": True} | changes
    vapid = Vapid(ec.generate_private_key(ec.SECP256R1()), fields["contact"])
    return WebPushChannel(WebPushSettings(**fields), vapid, a_poster()[0], FakeClock(NOW))


def message(is_content_sent=False, **changes):
    """Return what a browser would be told."""
    text = message_of(a_notice(**changes), is_content_sent=is_content_sent)
    assert len(text) <= TEXT_BYTES_MAX
    return json.loads(text)


async def test_a_browser_is_told_number_and_mark_and_nothing_of_a_person():
    """Unless the site says so; the rest is on the page behind the link. The service's word is SENT."""
    async with serving(TwinPushService()) as twin:
        notice = a_notice(address=twin.subscription, link=LINK)
        delivery = await a_channel().send(notice)
        await a_channel(is_content_sent=True).send(notice)
    assert (delivery.stage, delivery.detail) == (Stage.SENT, "127.0.0.1 took it")
    bare, full = twin.messages
    assert (bare["case"], bare["mark"], bare["title"], bare["link"]) == (7, "real", "case 7: Emergency", LINK)
    assert "Willi" not in json.dumps(bare)
    assert "Halle" not in json.dumps(bare)
    assert "Willi Werker" in full["title"]
    assert twin.heard[0].headers["ttl"] == "3600"
    assert b"case" not in twin.heard[0].body


async def test_a_subscription_that_was_given_up_is_failed_and_called_dead():
    """404 and 410 alike; somebody has to subscribe anew."""
    async with serving(TwinPushService()) as twin:
        twin.is_gone = True
        delivery = await a_channel().send(a_notice(address=twin.subscription))
    assert delivery.stage is Stage.FAILED
    assert "the address is dead" in delivery.detail


@pytest.mark.parametrize(
    ("fault", "said"),
    [(Fault.DIES, "it may have arrived"), (Fault.BROKEN, "it failed"), (Fault.CROWDED, "too often")],
)
async def test_a_passing_fault_of_a_service_is_tried_again(fault, said):
    """What came twice stands once: it has one tag."""
    async with serving(TwinPushService()) as twin:
        twin.do(fault)
        channel, notice = a_channel(), a_notice(address=twin.subscription)
        assert said in (await channel.send(notice)).detail
        assert (await channel.send(notice)).stage is Stage.SENT
        assert (await channel.check()).is_working
    assert len({told["tag"] for told in twin.messages}) == 1
    assert not (await channel.check()).is_working


async def test_an_endpoint_that_a_browser_gives_leads_to_no_machine_inside():
    """Whoever may subscribe must not send our requests about."""
    channel = a_channel(is_loopback_allowed=False)
    keys = json.loads(f'{{"p256dh":"{channel._vapid.public_key}","auth":"AAAAAAAAAAAAAAAAAAAAAA"}}')
    for endpoint, said in (
        ("http://127.0.0.1:1/push", "this machine"),
        ("https://localhost/push", "this machine"),
        ("https://192.168.7.7/push", "private network"),
        ("https://169.254.169.254/push", "no request goes to"),
        ("http://push.example/", "for loopback only"),
    ):
        address = json.dumps({"endpoint": endpoint, "keys": keys})
        delivery = await channel.send(a_notice(address=address))
        assert delivery.stage is Stage.FAILED
        assert said in delivery.detail


async def test_an_address_that_is_no_subscription_is_said():
    """Whatever it is; nothing is repeated of it."""
    channel = a_channel()
    for address in ("", "siren", "{}", "[]", '{"endpoint": 5}', '{"endpoint":"https://a.example","keys":{}}'):
        delivery = await channel.send(a_notice(address=address))
        assert (delivery.stage, delivery.detail) == (
            Stage.FAILED,
            "the address is no subscription of a browser",
        )
    keys = {"p256dh": "x", "auth": "y"}
    wrong = json.dumps({"endpoint": "https://a.example/", "keys": keys})
    assert "keys of the subscription" in (await channel.send(a_notice(address=wrong))).detail
    assert (await channel.check()).detail == "no service has been used yet"


def test_a_test_a_drill_and_silence_are_told_without_a_name_too():
    """First in title and text, in the language of the notice."""
    assert message(mark="test")["title"] == "TEST - case 7: Emergency"
    drill = message(mark="drill", language="de", is_silent=True, link=LINK)
    assert drill["title"] == "ÜBUNG - Fall 7: Notfall"
    assert drill["body"].startswith("ÜBUNG - STILL - niemand")
    assert message(text_key="closed")["title"] == "case 7: News"
    assert message(is_person=False)["title"] == "case 7: Technical alarm"


def test_every_message_fits_and_only_its_end_is_cut():
    """Signs of four bytes, control signs of six."""
    for sign in ("𝄞", "\x01", "x", "\ud800"):
        told = message(True, subject=sign * 900, body="Fall, case 7. " + sign * 9000, key=sign * 400)
        assert told["body"].startswith("Fall, case 7. ")
    assert message(link="x" * LINK_CHARACTERS_MAX)["link"]
    assert message(link="x" * (LINK_CHARACTERS_MAX + 1))["link"] == ""


async def test_worker_and_key_are_served_where_browsers_want_them():
    """At the root."""
    app = FastAPI()
    app.include_router(push_router("BKey"))
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://station.example")
    worker = await client.get("/push.js")
    assert worker.headers["content-type"].startswith("text/javascript")
    assert worker.headers["service-worker-allowed"] == "/"
    assert worker.text == (STATIC / "push.js").read_text()
    assert (await client.get("/api/v1/push-key")).json() == {"public_key": "BKey"}


_BROWSER = """
const told = { shown: [], opened: [], closed: 0 };
const handlers = {};
globalThis.self = {
  location: { origin: "https://station.example" },
  registration: { showNotification: async (title, options) => told.shown.push({ title, ...options }) },
  clients: {
    matchAll: async () => [], openWindow: async (url) => told.opened.push(url), claim: async () => {},
  },
  addEventListener: (name, handler) => { handlers[name] = handler; },
  skipWaiting: () => {},
};
const texts = %s, links = %s, waits = [];
const waitUntil = (promise) => waits.push(promise);
await import(%s);
for (const text of texts) {
  handlers.push({ data: text === null ? null : { json: () => JSON.parse(text) }, waitUntil });
}
for (const link of links) {
  const notification = { data: { link }, close: () => { told.closed += 1; } };
  handlers.notificationclick({ notification, waitUntil });
}
await Promise.all(waits);
console.log(JSON.stringify(told));
"""


def in_worker(texts, links):
    """Return what the worker shows and opens, run by node."""
    node = shutil.which("node")
    assert node, "node is missing: it came with npm"
    url = json.dumps((STATIC / "push.js").as_uri())
    code = _BROWSER % (json.dumps(texts), json.dumps(links), url)
    done = subprocess.run(
        [node, "--input-type=module", "-e", code], capture_output=True, text=True, check=True, timeout=60
    )
    return json.loads(done.stdout)


def test_the_worker_shows_whatever_comes_and_opens_only_our_own_pages():
    """What cannot be read is shown as such: never silence."""
    text = message_of(a_notice(link=LINK), is_content_sent=False).decode()
    told = in_worker(
        [text, "{", "null", "{}", None],
        [LINK, "/r/def", "https://evil.example/", "javascript:alert(1)", "", "https://["],
    )
    first, *others = told["shown"]
    assert (first["title"], first["data"]["link"], first["renotify"]) == ("case 7: Emergency", LINK, True)
    assert [one["title"] for one in others] == ["Rufweite"] * 4
    home = "https://station.example/"
    assert told["opened"] == [LINK, f"{home}r/def", home, home, home, home]
    assert told["closed"] == 6
