"""The duty of the control room over HTTP: who may hand it over, and what a handover leaves behind."""

import pytest
from sqlalchemy import select

from basestation.store.tables import log

H = "/api/v1/handovers"


async def _duty(room):
    return (await room.engine.snapshot())["room_duty"]


async def _begun(room):
    """Return two clients in a handover with one case, which the second has joined."""
    await room.start_shift("Anna Beispiel", "png-01", "Hall 3")
    room.radio.raise_alarm("png-01")
    await room.cases(1)
    going, coming = await room.logged_in("olga"), await room.logged_in("otto")
    assert (await going.post("/api/v1/room-duty")).status_code == 200
    assert (await going.post(H)).status_code == 201
    assert (await coming.post(f"{H}/1/join")).status_code == 200
    return going, coming


async def _things(room):
    return [
        {name: item[name] for name in ("key", "mark")} for item in (await _duty(room))["handover"]["items"]
    ]


async def test_a_handover_is_confirmed_thing_by_thing_and_kept_with_names_and_times(room):
    """Taking before is refused; afterwards the list says who confirmed what, and when; the log too."""
    going, coming = await _begun(room)
    early = await coming.post(f"{H}/1/take")
    (thing,) = await _things(room)
    own = await going.post(f"{H}/1/confirm", json=thing)
    done = await coming.post(f"{H}/1/confirm", json=thing)
    taken = await coming.post(f"{H}/1/take")
    past = (await coming.get(H)).json()
    record = (await coming.get("/api/v1/cases/1")).json()
    await going.aclose()
    await coming.aclose()
    assert early.status_code == own.status_code == 409
    assert "Olga Operator is not released" in early.json()["detail"]
    assert done.json()["handover"]["left"] == 0
    assert taken.json()["on_duty"]["name"] == "Otto Officer"
    assert [(one["outgoing"], one["incoming"], one["state"]) for one in past] == [
        ("Olga Operator", "Otto Officer", "done")
    ]
    (kept,) = past[0]["confirmations"]
    assert (kept["key"], kept["worker"], kept["state"]) == ("case/1", "Anna Beispiel", "RECEIVED")
    assert kept["confirmed_at"] <= past[0]["ended_at"]
    assert (record["state"], record["accepted_by"]) == ("RECEIVED", None)
    async with room.engine.database.connect() as connection:
        kinds = set((await connection.execute(select(log.c.kind))).scalars())
    assert {
        "room_duty_taken", "handover_begun", "handover_joined", "handover_confirmed", "handover_done",
    } <= kinds  # fmt: skip


async def test_a_case_that_opens_meanwhile_has_to_be_confirmed_too(room):
    """Also where the last thing was confirmed already."""
    going, coming = await _begun(room)
    (thing,) = await _things(room)
    await coming.post(f"{H}/1/confirm", json=thing)
    await room.start_shift("Bruno Muster", "png-02", "Tank farm")
    room.radio.raise_alarm("png-02", "fall")
    await room.cases(2)
    refused = await coming.post(f"{H}/1/take")
    changed = await coming.post(f"{H}/1/confirm", json={"key": "case/1", "mark": "fall 9 known"})
    await going.aclose()
    await coming.aclose()
    assert refused.status_code == changed.status_code == 409
    assert "has changed meanwhile" in changed.json()["detail"]


async def test_a_handover_that_is_broken_off_leaves_the_duty_and_a_stale_page_breaks_off_nothing(room):
    """By either of the two, with the reason in the list; a second one may begin."""
    going, coming = await _begun(room)
    version = (await _duty(room))["handover"]["version"]
    stale = await going.post(f"{H}/1/break-off", json={"version": version - 1})
    broken = await going.post(f"{H}/1/break-off", json={"version": version, "reason": "alarm first"})
    over = await coming.post(f"{H}/1/take")
    past = (await going.get(H)).json()
    again = await going.post(H)
    twice = await going.post(H)
    await going.aclose()
    await coming.aclose()
    assert stale.status_code == over.status_code == twice.status_code == 409
    assert "Otto Officer" in stale.json()["detail"]
    assert broken.json() == {"on_duty": broken.json()["on_duty"], "handover": None}
    assert broken.json()["on_duty"]["name"] == "Olga Operator"
    assert (past[0]["state"], past[0]["reason"], past[0]["ended_by"]) == (
        "broken_off", "alarm first", "Olga Operator",
    )  # fmt: skip
    assert again.status_code == 201


@pytest.mark.parametrize("path", ["/api/v1/room-duty", H])
async def test_a_duty_that_somebody_has_is_neither_taken_nor_handed_over_by_others(room, path):
    """Only where nobody has it, or whoever has it can no longer log in."""
    holder, other = await room.logged_in("olga"), await room.logged_in("otto")
    await holder.post("/api/v1/room-duty")
    refused = await other.post(path)
    await room.engine.deactivate_user("olga")
    freed = await other.post("/api/v1/room-duty")
    await holder.aclose()
    await other.aclose()
    assert refused.status_code == 409
    assert freed.json()["on_duty"]["name"] == "Otto Officer"
