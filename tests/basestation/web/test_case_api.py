"""What an operator changes of who is called in an open case, over HTTP; and what the case tells of it."""

from basestation.cases.chain import Chain, Level, Recipient, Way
from basestation.store.tables import outbox

CHAIN = Chain(
    "Plant",
    (
        Level("Control room", (Recipient("control_room", "Control room"),), 60),
        Level("Lead", (Recipient("person", "Lea Leiter", (Way("log"),)),), 60),
    ),
)


async def furnish(room):
    """Let Lea be in the chain; Mara beside it, Nora without an address."""
    people = room.engine.rescue.responders
    for name, ways in (
        ("Lea Leiter", [("log", "lea")]),
        ("Mara Muster", [("log", "https://user:secret@example.test")]),
        ("Nora Neumann", []),
    ):
        added = await people.add(name, "en", None, None, "Otto Officer")
        await people.set_addresses(added["id"], ways, "Otto Officer")
    await room.engine.set_chain(CHAIN)
    await room.start_shift("Anna Beispiel", "png-01", "Hall 3")
    room.radio.raise_alarm("png-01")
    await room.cases(1)


async def test_one_more_is_called_by_name_and_who_cannot_be_is_refused_with_the_reason(room):
    """Names to choose from, no addresses; the one added is called at once."""
    await furnish(room)
    client = await room.logged_in()
    listed = (await client.get("/api/v1/cases/1/candidates")).json()
    assert [one["name"] for one in listed["people"]] == ["Lea Leiter", "Mara Muster"]
    assert listed["left_out"] == [{"name": "Nora Neumann", "reason": "no_address"}]
    assert listed["operators"] == ["Olga Operator"]
    assert "secret" not in str(listed)
    answer = await client.post("/api/v1/cases/1/recipients", json={"name": "Mara Muster"})
    assert answer.status_code == 200
    assert ("Mara Muster", -1) in [(one["name"], one["level"]) for one in answer.json()["called"]]
    refused = await client.post("/api/v1/cases/1/recipients", json={"name": "Nora Neumann"})
    assert (refused.status_code, refused.json()["detail"]) == (
        409,
        "Nora Neumann cannot be called: no address.",
    )
    told = (await client.get("/api/v1/cases/1")).json()
    assert "Mara Muster" in {one["name"] for one in told["notified"]}
    assert "secret" not in str(told)
    await client.aclose()


async def test_an_address_is_corrected_in_the_case_and_shown_nowhere(room):
    """Who is not called has none to correct; what is written is called at once."""
    await furnish(room)
    client = await room.logged_in()
    wrong = {"key": "person/9", "channel": "log", "address": "lea at home"}
    refused = await client.post("/api/v1/cases/1/addresses", json=wrong)
    assert refused.json()["detail"] == "Nobody of that name is called in this case: add them first."
    await client.post("/api/v1/cases/1/escalate")
    answer = await client.post("/api/v1/cases/1/addresses", json=wrong | {"key": "person/1"})
    assert answer.status_code == 200
    told = (await client.get("/api/v1/cases/1")).json()
    assert len([one for one in told["notified"] if one["key"] == "person/1"]) == 2
    assert "lea at home" not in str(told)
    await client.aclose()


async def test_a_case_is_handed_over_to_whoever_is_logged_in_or_can_be_called_and_to_nobody_else(room):
    """Until they accept, it stays where it is."""
    await furnish(room)
    olga, otto = await room.logged_in("olga"), await room.logged_in("otto")
    await olga.post("/api/v1/cases/1/accept")
    refused = await olga.post("/api/v1/cases/1/hand_over", json={"to": "Ada Admin"})
    assert refused.json()["detail"] == "Ada Admin cannot be called: unknown."
    offered = (await olga.post("/api/v1/cases/1/hand_over", json={"to": "Otto Officer"})).json()
    assert (offered["accepted_by"], offered["offered_to"]) == ("Olga Operator", "Otto Officer")
    taken = (await otto.post("/api/v1/cases/1/accept")).json()
    assert (taken["accepted_by"], taken["offered_to"]) == ("Otto Officer", None)
    await olga.aclose()
    await otto.aclose()


async def test_sent_delivered_opened_and_answered_are_told_apart_and_news_undo_none_of_them(room):
    """The newest call counts; that somebody opened or answered one stays true."""
    await furnish(room)
    client = await room.logged_in()
    await client.post("/api/v1/cases/1/escalate")

    async def stage():
        told = (await client.get("/api/v1/cases/1")).json()["notified"]
        return next(one["stage"] for one in told if one["key"] == "person/1")

    async def mark(**values):
        async def job(work):
            await work.connection.execute(outbox.update().where(outbox.c.who == "person/1").values(values))

        await room.engine.committer.run(job)
        return await stage()

    changes = room.engine.changes()
    while await stage() != "sent":
        await anext(changes)
    blank = {"sent_at_ms": None, "attempts": 0, "state": "DUE", "next_try_at_ms": None}
    assert await mark(**blank) == "waiting"
    assert await mark(attempts=2) == "failed"
    assert await mark(state="REPLACED", attempts=0) == "replaced"
    assert await mark(sent_at_ms=1) == "sent"
    assert await mark(delivered_at_ms=2) == "delivered"
    assert await mark(opened_at_ms=3) == "opened"
    assert await mark(answered_at_ms=4) == "answered"
    await client.post("/api/v1/cases/1/accept")
    assert await stage() == "answered"
    await client.aclose()
