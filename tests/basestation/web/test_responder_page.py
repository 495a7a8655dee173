"""The responder's page over HTTP: what it shows, what a press needs, and what opens nothing."""

import asyncio
import re

from sqlalchemy import select

from basestation.store.tables import case_events, log, log_contents
from tests.basestation.web.rescue_room import (
    BEN,
    CARA,
    alarmed,
    press,
    shown,
    staffed,
    state_of,
    token_of,
)

PREVIEWS = (
    "WhatsApp/2.23.20.0",
    "TelegramBot (like TwitterBot)",
    "facebookexternalhit/1.1",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
)
PHONE = "Mozilla/5.0 (Linux; Android 11; CUBOT X50) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36"


async def kept(room):
    """Return everything that is kept of cases, once what has to be sent is: reading may change nothing."""
    changes = room.engine.changes()
    async with asyncio.timeout(5):
        while (await room.engine.dispatch.age()).waiting:
            await anext(changes)
    await room.engine.dispatch.idle()
    async with room.engine._database.connect() as connection:
        tables = (case_events, log, log_contents)
        counts = [len((await connection.execute(select(one))).all()) for one in tables]
    return counts, (await room.engine.case(1))["called"]


def verbs_in(state):
    """Return the verbs that are offered, in their order."""
    return re.findall(r'data-verb="(\w+)"', state.verbs)


async def test_the_page_shows_place_way_and_what_is_known_and_its_title_nothing(room):
    """Large and without a log-in; no cache, no search engine and no referrer gets any of it."""
    await staffed(room)
    case = await alarmed(room, mark="drill")
    async with room.client() as client:
        answer = await client.get(f"/r/{token_of(room)}")
    text = answer.text
    for words in (
        "DRILL - rehearsed emergency", "Fall alarm", "Anna Beispiel", "Hall 3", "Gate B, left",
        "NOBODY HAS IT YET", case["code"], "<button>ACCEPT</button>",
    ):  # fmt: skip
        assert words in text, words
    assert text.index("DRILL") < text.index("Fall alarm") < text.index("ACCEPT")
    assert re.search("<title>(.*)</title>", text).group(1) == "Rufweite"
    headers = answer.headers
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert "noindex" in headers["x-robots-tag"]
    assert "form-action 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]


async def test_a_page_changes_nothing_when_it_is_merely_opened_or_previewed(room):
    """No reading counts, not even as opened; a machine that draws previews learns nothing about anybody."""
    await staffed(room)
    await alarmed(room)
    before = await kept(room)
    token = token_of(room, notice_id=2)
    async with room.client(origin=None) as client:
        for agent in (*PREVIEWS, PHONE):
            client.headers["User-Agent"] = agent
            for method in ("GET", "HEAD"):
                answer = await client.request(method, f"/r/{token}")
                assert answer.status_code == 200
                is_shown = agent == PHONE and method == "GET"
                assert ("Anna Beispiel" in answer.text) == is_shown, agent
        client.headers["User-Agent"] = PREVIEWS[0]
        assert "Anna Beispiel" in (await client.get(f"/r/{token}?show")).text
        await state_of(client, token)
    assert await kept(room) == before


async def test_a_page_that_a_person_sees_is_opened_and_not_answered(room):
    """The script says so; it is shown for the very notice whose link it was, and nobody has accepted."""
    await staffed(room)
    await alarmed(room)
    row = next(call for call in (await room.engine.case(1))["called"] if call["key"] == CARA)
    assert row["ways"][0]["stage"] == "sent"
    async with room.client() as client:
        for notice_id in (1, 999, 2, 2):
            token = token_of(room, notice_id=notice_id)
            assert (await client.post(f"/r/{token}/opened")).status_code == 204
    case = await room.engine.case(1)
    assert {call["key"]: call["ways"][0]["stage"] for call in case["called"]} == {BEN: "sent", CARA: "opened"}
    assert (case["state"], case["accepted_by"]) == ("RECEIVED", None)
    told = [entry["stage"] for entry in await room.engine.timeline(1) if entry["kind"] == "delivery_reported"]
    assert told.count("opened") == 1


async def test_accepting_is_one_press_and_the_same_press_counts_once(room):
    """A press whose answer got lost may be repeated; another one with its nonce is refused."""
    await staffed(room)
    await alarmed(room)
    token = token_of(room, notice_id=2)
    async with room.client() as client:
        nonce = (await state_of(client, token)).nonce
        answers = [await press(client, token, "accept", nonce) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 200]
        assert "You have it." in answers[0].sentence
        assert answers[0].sentence == answers[1].sentence
        assert "YOU HAVE IT" in answers[1].facts
        stale = await press(client, token, "on_scene", nonce)
        assert (stale.status_code, stale.sentence) == (
            409, "This button was old. Look at the case, then press again.",
        )  # fmt: skip
        other = (await state_of(client, token_of(room, BEN))).nonce
        for wrong in (other, "", "x"):
            assert (await press(client, token, "on_scene", wrong)).status_code == 409
    case = await room.engine.case(1)
    assert (case["state"], case["accepted_by"]) == ("ACCEPTED", "Cara Muster")
    assert next(call for call in case["called"] if call["key"] == CARA)["ways"][0]["stage"] == "answered"
    events = [entry["kind"] for entry in await room.engine.timeline(1)]
    assert events.count("accept_pressed") == 1


async def test_a_phone_without_scripts_presses_plain_forms(room):
    """Accept, on the way, on scene, all clear; each gives the page as it is then, in their own language."""
    await staffed(room)
    await alarmed(room)
    token = token_of(room, BEN)
    # A form of a page that tells no referrer has this origin; only a browser says where it comes from.
    headers = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
    async with room.client(origin=None) as client:
        page = (await client.get(f"/r/{token}")).text
        for verb, fields, words in (
            ("accept", {}, "SIE HABEN IHN"),
            ("on_the_way", {"minutes": "5"}, "Sie sind unterwegs, noch 5 Minuten."),
            ("on_scene", {}, "vor Ort seit"),
            ("all_clear", {"reason": "wohlauf"}, "Dieser Fall ist vorbei."),
        ):
            form = re.search(rf'<form method="post" action="([^"]+/{verb})".*?value="([^"]+)"', page)
            answer = await client.post(form[1], data={"nonce": form[2], **fields}, headers=headers)
            assert answer.status_code == 200, answer.text
            page = answer.text
            assert words in page
    closed = await room.engine.case(1)
    assert (closed["closed_by"], closed["reason"]) == ("Ben Muster", "wohlauf")


async def test_a_press_from_another_site_is_refused(room):
    """Even with the right token and nonce."""
    await staffed(room)
    await alarmed(room)
    token = token_of(room)
    async with room.client(origin=None) as client:
        nonce = (await state_of(client, token)).nonce
        for headers in (
            {"Origin": "https://evil.test"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
            {"Origin": "null"},
        ):
            answer = await client.post(f"/r/{token}/accept", data={"nonce": nonce}, headers=headers)
            assert answer.status_code == 403, headers
    assert (await room.engine.case(1))["state"] == "RECEIVED"


async def test_a_link_that_opens_nothing_is_refused_counted_and_limited(room):
    """Of another case, of nobody, garbled, of no verb; a right one works however many are tried beside it."""
    await staffed(room)
    await alarmed(room)
    right = token_of(room)
    wrong = [
        token_of(room, case_id=99), token_of(room, "person/9"), token_of(room, "address/Nobody"),
        right[:-1], "garbled",
    ]  # fmt: skip
    counts = room.web.state.web.counts
    async with room.client() as client:
        for token in wrong:
            for path in (f"/r/{token}", f"/r/{token}/state"):
                answer = await client.get(path)
                assert answer.status_code == 404
                assert "Anna" not in answer.text
            assert (await client.post(f"/r/{token}/opened")).status_code == 404
            assert (await client.post(f"/r/{token}/accept")).status_code == 404
        assert (await client.post(f"/r/{right}/explode")).status_code == 404
        assert counts.links_refused == 4 * len(wrong) + 1
        limit = room.web.state.web.settings.wrong_links_max
        left = limit - counts.links_refused
        answers = [(await client.get("/r/garbled")).status_code for _ in range(left + 2)]
        assert answers[-3:] == [404, 429, 429]
        assert (await client.get(f"/r/{right}")).status_code == 200
    assert counts.links_limited == 2
    assert (await room.engine.case(1))["state"] == "RECEIVED"


async def test_the_page_is_dead_with_its_case(room):
    """It says that it is over, and nothing about anybody; nothing can be pressed."""
    await staffed(room)
    await alarmed(room)
    token = token_of(room)
    async with room.client() as client:
        nonce = (await state_of(client, token)).nonce
        for verb, fields in (("accept", {}), ("on_scene", {}), ("false_alarm", {"reason": "slipped"})):
            assert (await press(client, token, verb, **fields)).status_code == 200
        state = await state_of(client, token)
        assert (state.is_over, state.verbs, state.more) == (True, "", "")
        page = (await client.get(f"/r/{token}")).text
        for words in ("Anna", "Hall 3", "Muster", "Fall alarm", "<form", "<script"):
            assert words not in page, words
        assert "This case is over." in page
        before = await kept(room)
        assert (await press(client, token, "accept", nonce)).status_code == 409
        assert (await client.post(f"/r/{token}/opened")).status_code == 204
        assert await kept(room) == before


async def test_whoever_is_called_no_more_by_the_site_has_no_page(room):
    """A link of somebody retired shows nothing, nor does one of the worker in danger."""
    await staffed(room)
    await alarmed(room)
    async with room.client() as client:
        assert (await client.get(f"/r/{token_of(room)}")).status_code == 200
        await room.engine.rescue.responders.retire(2, "Otto Officer")
        assert (await client.get(f"/r/{token_of(room)}")).status_code == 404
        await room.engine.rescue.responders.change(1, "Ben Muster", "de", None, 1, "Otto Officer")
        assert (await client.get(f"/r/{token_of(room, BEN)}")).status_code == 404


async def test_wrong_verbs_are_not_offered_and_those_that_ask_are_refused_without(room):
    """Each person has their own; minutes are 1 to 15, and an end has a reason of three characters."""
    await staffed(room)
    await alarmed(room)
    cara, ben = token_of(room), token_of(room, BEN)
    async with room.client() as client:
        assert verbs_in(await state_of(client, cara)) == [
            "accept", "on_the_way", "on_scene", "decline", "need_more", "escalate", "contact",
        ]  # fmt: skip
        for minutes, status in (("0", 409), ("16", 409), ("x", 409), ("15", 200), ("1", 200)):
            answer = await press(client, cara, "on_the_way", minutes=minutes)
            assert answer.status_code == status, minutes
        assert verbs_in(await state_of(client, cara)) == [
            "on_the_way", "on_scene", "still_here", "need_more", "escalate", "hand_over", "contact",
            "all_clear", "false_alarm",
        ]  # fmt: skip
        state = await state_of(client, ben)
        assert "Cara Muster hat ihn" in state.facts
        assert "accept" not in verbs_in(state)
        assert "still_here" not in verbs_in(state)
        for reason, status in (("", 409), ("ok", 409), ("was asleep", 200)):
            assert (await press(client, cara, "all_clear", reason=reason)).status_code == status
        assert "confirm" not in verbs_in(await state_of(client, cara))
        assert "confirm" in verbs_in(await state_of(client, ben))
        refused = await press(client, cara, "decline")
        assert refused.sentence.startswith("You have this case: hand it over to somebody else")
        handed = await press(client, cara, "hand_over", to="Ben Muster")
        assert "Ben Muster is asked. It stays yours until they accept." in handed.sentence
        assert "Cara Muster bittet Sie zu übernehmen" in (await state_of(client, ben)).facts
        assert (await press(client, ben, "accept")).status_code == 200
    assert (await room.engine.case(1))["accepted_by"] == "Ben Muster"


async def test_in_a_silent_case_the_page_says_do_not_call_and_gives_no_number(room):
    """Of any other it gives the worker's number, to be pressed."""
    await staffed(room)
    async with room.engine._database.begin() as connection:
        await connection.exec_driver_sql("UPDATE workers SET phone = '+49 170 1234567'")
    case = await alarmed(room, "duress")
    async with room.client() as client:
        state = await state_of(client, token_of(room))
        assert "SILENT: DO NOT CALL OR RADIO." in state.facts
        assert "1234567" not in state.facts
        assert "contact" not in verbs_in(state)
        assert "NICHT ANRUFEN" in (await state_of(client, token_of(room, BEN))).facts
        room.radio.raise_alarm("png-01", "manual")
        other = next(one for one in await room.cases(2) if one["id"] != case["id"])
        state = await state_of(client, token_of(room, case_id=other["id"]))
    assert '<a class="phone" href="tel:+491701234567">+49 170 1234567</a>' in state.facts


async def test_what_is_written_by_people_is_text_on_the_page(room):
    """Names and words with markup in them are shown as they are."""
    await staffed(room, worker="Anna <script>alert(1)</script>")
    await alarmed(room)
    async with room.client() as client:
        await press(client, token_of(room), "contact", reason='<img src="x" onerror="y">')
        text = (await client.get(f"/r/{token_of(room)}")).text
    assert "Anna &lt;script&gt;" in text
    assert "<img" not in text
    assert "alert(1)</script>" not in text


async def test_what_has_not_changed_is_not_sent_again(room):
    """The script asks every few seconds; a press of somebody else is new at once."""
    await staffed(room)
    await alarmed(room)
    token = token_of(room)
    async with room.client() as client:
        tag = (await client.get(f"/r/{token}/state")).headers["etag"]
        known = {"If-None-Match": tag}
        assert (await client.get(f"/r/{token}/state", headers=known)).status_code == 304
        await press(client, token_of(room, BEN), "on_the_way", minutes="7")
        state = shown(await client.get(f"/r/{token}/state", headers=known))
    assert state.status_code == 200
    assert "Ben Muster has it" in state.facts
    assert "Ben Muster: on the way, there at" in state.more


async def test_a_technical_alarm_is_acknowledged_on_the_page(room):
    """With its cause in the person's language; nobody is asked to set out."""
    await staffed(room)
    await alarmed(room, "technical", cause="battery_low")
    async with room.client() as client:
        state = await state_of(client, token_of(room, BEN))
        assert "der Akku ist schwach" in state.facts
        assert verbs_in(state) == ["acknowledge", "decline", "escalate"]
        after = await press(client, token_of(room, BEN), "acknowledge")
        assert (after.status_code, "Von Ihnen quittiert." in after.sentence) == (200, True)
        assert "Ben Muster has acknowledged it" in (await state_of(client, token_of(room))).facts
        assert (await press(client, token_of(room), "accept")).status_code == 409
    assert (await room.engine.case(1))["state"] == "ACKNOWLEDGED"


async def test_an_end_by_a_helpers_phone_has_a_reason_code_as_at_the_console(room):
    """Only codes of that end are offered and taken; the reason reads in the helper's language."""
    await staffed(room)
    await alarmed(room)
    ben = token_of(room, BEN)
    async with room.client() as client:
        for verb in ("accept", "on_scene"):
            await press(client, ben, verb)
        verbs = (await state_of(client, ben)).verbs
        assert 'value="helped"' in verbs
        assert "PNG während der Schicht abgelegt" in verbs
        assert (await press(client, ben, "all_clear", code="taken_off")).status_code == 409
        assert (await press(client, ben, "false_alarm")).status_code == 409
        answer = await press(client, ben, "false_alarm", code="taken_off", reason="am Tor")
        assert (answer.status_code, answer.is_over) == (200, True)
    case = await room.engine.case(1)
    assert case["reason"] == "PNG während der Schicht abgelegt: am Tor"
    assert case["outcome_code"] == "taken_off"


async def test_the_note_for_helpers_is_shown_with_the_raised_case_and_to_nobody_later(room):
    """On the helper's page and on the case's; a pre-alarm shows nothing, and the end closes it."""
    await staffed(room)
    otto, olga = await room.logged_in("otto"), await room.logged_in()
    (worker,) = (await otto.get("/api/v1/registers/workers")).json()
    kept = {name: worker[name] for name in ("name", "phone", "language", "version")}
    path = f"/api/v1/registers/workers/{worker['id']}"
    answer = await otto.put(path, json={**kept, "note": "Allergic to latex"})
    assert answer.status_code == 200, answer.text
    await alarmed(room)
    token = token_of(room)
    async with room.client() as client:
        assert "Allergic to latex" in (await state_of(client, token)).facts
        assert (await olga.get("/api/v1/cases/1/casualty")).json()["note"] == "Allergic to latex"
        for verb, fields in (("accept", {}), ("on_scene", {}), ("all_clear", {"code": "helped"})):
            assert (await press(client, token, verb, **fields)).status_code == 200
        assert "latex" not in (await client.get(f"/r/{token}")).text
        assert (await olga.get("/api/v1/cases/1/casualty")).status_code == 409
    for one in (otto, olga):
        await one.aclose()
