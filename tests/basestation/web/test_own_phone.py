"""Responders add the browser in their hand to their own addresses."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select

from basestation.cases.chain import Recipient, Way
from basestation.cases.directory import Situation, find
from basestation.outgoing.channels import Delivery, Stage
from basestation.outgoing.channels.web_push import WebPushSettings
from basestation.outgoing.channels.web_push.encryption import encoded, point_of
from basestation.site.own_phones import PHONES_MAX
from basestation.site.responders import ADDRESSES_MAX
from basestation.store.tables import log, log_contents
from basestation.web.own_phone import own_phone_router
from tests.basestation.web.rescue_room import BEN, CARA, alarmed, staffed, token_of

POINT = encoded(point_of(ec.generate_private_key(ec.SECP256R1()).public_key()))
KEYS = {"p256dh": POINT, "auth": encoded(b"a" * 16)}
ADDED = "This phone is one of your addresses now. It is told where the chain calls by web push."
ADDED_DE = "Dieses Telefon ist jetzt eine Ihrer Adressen. Es meldet sich, wo die Kette Web-Push vorsieht."
CARAS = Recipient("person", "Cara Muster", (Way("web_push", 1, 300),))


def subscription(number=1, keys=KEYS, host="push.example"):
    """Return a subscription as a browser gives it."""
    return json.dumps({"endpoint": f"https://{host}/{number}", "expirationTime": None, "keys": keys})


@pytest.fixture
async def pushing(room):
    """The control room with Ben and Cara, where web push is set up."""
    room.web.include_router(own_phone_router(WebPushSettings(contact="mailto:a@works.example"), "KEY"))
    await staffed(room)
    return room


async def offered(client, holder):
    """Return what a page is told, as status and content."""
    answer = await client.get(f"/api/v1/own-phone/{holder}")
    return answer.status_code, answer.json()


async def add(client, holder, text, nonce=None):
    """Press the button with this subscription; return status and content."""
    if nonce is None:
        nonce = (await offered(client, holder))[1].get("nonce", "")
    body = {"subscription": text, "nonce": nonce}
    answer = await client.post(f"/api/v1/own-phone/{holder}", json=body)
    return answer.status_code, answer.json()


async def browsers(room, name="Cara Muster"):
    """Return the web push addresses of somebody, in order."""
    (person,) = [one for one in await room.engine.rescue.responders.all() if one["name"] == name]
    return [one for one in person["addresses"] if one["channel"] == "web_push"]


async def noted(room):
    """Return the entries of the log about own phones."""
    query = select(log_contents.c.content).join(log, log.c.seq == log_contents.c.seq)
    async with room.engine._database.connect() as connection:
        return (await connection.execute(query.where(log.c.kind == "own_phone_added"))).scalars().all()


async def test_a_press_on_the_page_of_a_case_makes_the_browser_an_address_that_is_called(pushing):
    """Confirmed by the press, last in the order, found by the chain; told in the log without its endpoint."""
    await alarmed(pushing)
    holder = f"link/{token_of(pushing)}"
    async with pushing.client() as client:
        status, told = await offered(client, holder)
        assert (status, told["public_key"]) == (200, "KEY")
        for _ in range(2):
            assert await add(client, holder, subscription()) == (
                200,
                {"sentence": ADDED},
            )
    (address,) = await browsers(pushing)
    assert address["proof"] == "proven"
    directory = await pushing.engine.rescue.directory()
    (cara,), _ = find(directory, Situation(), [CARAS], pushing.clock.now())
    assert (cara.key, [way.address for way in cara.ways]) == (CARA, [address["address"]])
    assert json.loads(address["address"]) == {"endpoint": "https://push.example/1", "keys": KEYS}
    (entry,) = await noted(pushing)
    assert "web_push" in entry
    assert "push.example" not in entry


async def test_the_code_of_a_test_message_adds_a_browser_to_whom_it_was_sent(pushing):
    """Ben in German; pressing confirms nothing else of his, and a code nobody knows opens nothing."""
    sent = []

    async def send(_channel, notice):
        sent.append(notice)
        return Delivery(Stage.SENT)

    pushing.engine.rescue.proofs.send = send
    await pushing.engine.rescue.proofs.ask(1, "Otto Officer")
    async with pushing.client() as client:
        added = await add(client, f"proof/{sent[0].code}", subscription())
        wrong = await add(client, "proof/NOTACODE22", subscription(), "none")
    assert added == (200, {"sentence": ADDED_DE})
    assert wrong[0] == 404
    assert "code is not known" in wrong[1]["detail"]
    assert len(await browsers(pushing, "Ben Muster")) == 1
    assert await browsers(pushing) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no subscription of a browser"),
        ('{"endpoint": 7}', "no subscription of a browser"),
        (subscription(keys={"p256dh": "x", "auth": "y"}), "keys of the subscription"),
        (subscription(host="127.0.0.1"), "this machine itself"),
        (subscription(host="10.0.0.1"), "private network"),
        (subscription().replace("https", "http"), "http is for loopback only"),
    ],
)
async def test_what_is_no_subscription_is_refused_with_a_sentence_and_kept_nowhere(pushing, text, words):
    """Garbage, keys that are none, and endpoints that lead inside."""
    await alarmed(pushing)
    async with pushing.client() as client:
        status, told = await add(client, f"link/{token_of(pushing)}", text)
    assert status == 409
    assert words in told["detail"]
    assert await browsers(pushing) == []


async def test_a_dead_link_a_page_without_nonce_and_another_site_are_refused(pushing):
    """A link that opens nothing is counted; nothing is kept of any of them."""
    await alarmed(pushing)
    live, counts = f"link/{token_of(pushing)}", pushing.web.state.web.counts
    other_nonce = pushing.engine.pages.links.nonce(token_of(pushing, BEN))
    foreign = {"Origin": "https://evil.example"}
    async with pushing.client() as client:
        assert (await offered(client, "link/abc"))[0] == 404
        assert (await add(client, "link/abc", subscription(), "none"))[0] == 404
        assert counts.links_refused == 2
        for nonce in ("", "none", other_nonce):
            assert (await add(client, live, subscription(), nonce))[0] == 409
        body = {"subscription": subscription(), "nonce": (await offered(client, live))[1]["nonce"]}
        answer = await client.post(f"/api/v1/own-phone/{live}", json=body, headers=foreign)
        assert answer.status_code == 403
        await pushing.engine.rescue.responders.retire(2, "Otto Officer")
        assert (await add(client, live, subscription(), body["nonce"]))[0] == 404
    assert await noted(pushing) == []


async def test_the_oldest_browser_gives_way_and_no_other_address_does(pushing):
    """Five of one person; with all addresses taken the next one is refused with a sentence."""
    await alarmed(pushing)
    holder = f"link/{token_of(pushing)}"
    async with pushing.client() as client:
        for number in range(PHONES_MAX + 1):
            assert (await add(client, holder, subscription(number)))[0] == 200
        kept = [json.loads(one["address"])["endpoint"] for one in await browsers(pushing)]
        assert kept == [f"https://push.example/{number}" for number in range(1, PHONES_MAX + 1)]
        full = [("memory", f"{number}") for number in range(ADDRESSES_MAX)]
        await pushing.engine.rescue.responders.set_addresses(2, full, "Otto Officer")
        status, told = await add(client, holder, subscription(99))
    assert (status, told["detail"][:26]) == (409, "You have 12 addresses alre")
    assert await browsers(pushing) == []


async def test_the_addresses_of_somebody_with_a_long_subscription_can_still_be_saved(pushing):
    """The safety officer's form takes back every address that it was given."""
    await alarmed(pushing)
    client = await pushing.logged_in("otto")
    assert (await add(client, f"link/{token_of(pushing)}", subscription("x" * 900)))[0] == 200
    (address,) = await browsers(pushing)
    form = {"addresses": [{"channel": "web_push", "address": address["address"]}]}
    answer = await client.put("/api/v1/responders/2/addresses", json=form)
    await client.aclose()
    assert answer.status_code == 200, answer.text
    assert (await browsers(pushing))[0]["proof"] == "proven"


async def test_without_web_push_nothing_is_offered_and_nothing_is_taken(room):
    """The page then shows no button; a press all the same gets a sentence."""
    room.web.include_router(own_phone_router(None))
    await staffed(room)
    await alarmed(room)
    holder = f"link/{token_of(room)}"
    async with room.client() as client:
        assert await offered(client, holder) == (200, {"public_key": "", "nonce": ""})
        status, told = await add(client, holder, subscription())
    assert (status, told["detail"]) == (409, "This site has not set up web push.")
