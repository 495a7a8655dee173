"""A control room with people who come, and the pages that they are sent; used by several tests."""

import asyncio
import re
from dataclasses import dataclass
from html import unescape

from basestation.cases.chain import Chain, Level, Recipient, Way
from basestation.outgoing.channels.memory import MemoryChannel
from basestation.outgoing.links import Link
from tests.basestation.web.control_room import WAIT_S_MAX

BEN, CARA = "person/1", "person/2"


async def staffed(room, worker="Anna Beispiel"):
    """Let Ben (German) and Cara (English) be called for whoever works in Hall 3."""
    people = room.engine.rescue.responders
    for number, (name, language) in enumerate((("Ben Muster", "de"), ("Cara Muster", "en")), 1):
        await people.add(name, language, None, None, "Otto Officer")
        await people.set_addresses(number, [("memory", f"{number}")], "Otto Officer")
    ways = (Way("memory", 1, 300),)
    recipients = tuple(Recipient("person", name, ways) for name in ("Ben Muster", "Cara Muster"))
    await room.engine.set_chain(Chain("Plant", (Level("First", recipients, 300),)))
    room.memory = MemoryChannel()
    room.engine.dispatch._channels["memory"] = room.memory
    await room.start_shift(worker, "png-01", "Hall 3", "Gate B, left")


async def alarmed(room, kind="fall", mark="real", **fields):
    """Let the device raise an alarm, and return its case once everybody was told."""
    room.radio.raise_alarm("png-01", kind, mark, **fields)
    async with asyncio.timeout(WAIT_S_MAX):
        for _ in range(2):
            await room.memory.next_notice()
    await room.engine.dispatch.idle()
    return (await room.cases(1))[0]


def token_of(room, who=CARA, case_id=1, notice_id=0):
    """Return the token of somebody's page."""
    return room.engine.pages.links.token(Link(case_id, notice_id, who))


@dataclass(frozen=True)
class Shown:
    """A page as somebody sees it."""

    status_code: int
    is_over: bool
    facts: str
    verbs: str
    plan: str
    more: str
    #: What came of a press.
    sentence: str
    nonce: str


def shown(answer):
    """Return the parts of a page."""
    parts = re.search(
        '<div id="facts">(.*)</div><p id="said"[^>]*>(.*?)</p>'
        '<div id="verbs">(.*)</div><div id="plan">(.*)</div><div id="more">(.*?)</div>(?:<noscript>|</main>)',
        answer.text,
    )
    nonce = re.search('name="nonce" value="([^"]*)"', answer.text)
    is_over = 'data-token=""' in answer.text
    facts, sentence, verbs, plan, more = parts.groups()
    return Shown(
        answer.status_code, is_over, facts, verbs, plan, more, unescape(sentence), nonce[1] if nonce else ""
    )


async def state_of(client, token):
    """Return what the page's script is told."""
    answer = await client.get(f"/r/{token}/state")
    assert answer.status_code == 200, answer.text
    return shown(answer)


async def press(client, token, verb, nonce=None, **fields):
    """Press a verb as the page does, and return what it shows then."""
    if nonce is None:
        nonce = (await state_of(client, token)).nonce
    return shown(await client.post(f"/r/{token}/{verb}", data={"nonce": nonce, **fields}))
