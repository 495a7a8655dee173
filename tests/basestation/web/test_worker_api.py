"""Workers' own access, their page and the kiosk over HTTP: what they reach, and what nobody sees there."""

import re

import pytest

from basestation.web.worker_sessions import KIOSK, VISIT
from tests.basestation.web.record_routes import INSTRUCTION

OWN = "/api/v1/own"


@pytest.fixture
async def anna(room):
    """Anna at work with png-01, Bruno with png-02; what Anna logs in with, and a client of her own."""
    await room.start_shift("Anna Beispiel", "png-01", "Hall 3")
    await room.start_shift("Bruno Muster", "png-02", "Tank farm")
    await room.engine.add_device("png-03")
    officer = await room.logged_in("otto")
    given = (await officer.post("/api/v1/workers/1/access")).json()
    await officer.aclose()
    client = room.client()
    yield given, client
    await client.aclose()


async def _enter(client, given):
    answer = await client.post(f"{OWN}/log-in", json={"number": given["number"], "pin": given["pin"]})
    assert answer.status_code == 200, answer.text


async def test_a_worker_enters_with_a_pin_or_a_link_and_reaches_nothing_of_the_console(room, anna):
    """PIN and link stand in no other answer."""
    given, client = anna
    assert re.fullmatch(r"[0-9]{6}", given["pin"])
    await _enter(client, given)
    mine = (await client.get(OWN)).json()
    refused = [await client.get(f"/api/v1/{path}") for path in ("snapshot", "me", "workers", "cases/1")]
    async with room.client() as other:
        entered = await other.post(f"{OWN}/link", json={"secret": given["path"].split("#")[1]})
        same = (await other.get(OWN)).json()
        dead = await other.post(f"{OWN}/link", json={"secret": "x" * 43})
    officer = await room.logged_in("otto")
    listed = await officer.get("/api/v1/worker-access")
    console = await officer.get(OWN)
    await officer.aclose()
    assert (mine["name"], mine["shift"]["device"]) == ("Anna Beispiel", "png-01")
    assert [answer.status_code for answer in refused] == [401] * 4
    assert (entered.status_code, same["name"], dead.status_code) == (200, "Anna Beispiel", 404)
    assert given["pin"] not in listed.text
    assert console.status_code == 401


async def test_attempts_are_bounded_and_a_wrong_pin_is_not_told_from_an_unknown_number(room, anna):
    """Ten for one number, as for a log-in; the right PIN does not count after them either."""
    given, client = anna
    unknown = await client.post(f"{OWN}/log-in", json={"number": 99, "pin": "123456"})
    wrong = [await client.post(f"{OWN}/log-in", json={"number": 1, "pin": "1234"}) for _ in range(11)]
    right = await client.post(f"{OWN}/log-in", json={"number": 1, "pin": given["pin"]})
    assert unknown.json() == wrong[0].json()
    assert [answer.status_code for answer in wrong] == [401] * 10 + [429]
    assert right.status_code == 429
    assert room.web.state.web.counts.logins_failed == 11


async def test_access_that_is_given_anew_or_withdrawn_ends_at_once(room, anna):
    """Whoever was in is out, and the old PIN opens nothing."""
    given, client = anna
    await _enter(client, given)
    officer = await room.logged_in("otto")
    anew = (await officer.post("/api/v1/workers/1/access")).json()
    out = await client.get(OWN)
    await _enter(client, anew)
    await officer.delete("/api/v1/workers/1/access")
    gone = await client.get(OWN)
    twice = await officer.delete("/api/v1/workers/1/access")
    unknown = await officer.post("/api/v1/workers/99/access")
    await officer.aclose()
    assert out.status_code == gone.status_code == 401
    assert twice.status_code == unknown.status_code == 409


async def test_a_worker_ends_and_starts_their_own_shift_and_never_learns_who_wears_what(room, anna):
    """A device that somebody wears is only not free."""
    given, client = anna
    await _enter(client, given)
    twice = (
        await client.post(f"{OWN}/shift", json={"device": "png-03", "workplace_id": 1, "hours": 8})
    ).json()
    ended = (await client.post(f"{OWN}/shift/end")).json()
    nothing = (await client.post(f"{OWN}/shift/end")).json()
    choices = (await client.get(f"{OWN}/choices")).json()
    worn = await client.post(f"{OWN}/shift", json={"device": "png-02", "workplace_id": 1, "hours": 8})
    nowhere = (
        await client.post(f"{OWN}/shift", json={"device": "png-03", "workplace_id": 9, "hours": 8})
    ).json()
    begun = (
        await client.post(f"{OWN}/shift", json={"device": "png-03", "workplace_id": 1, "hours": 8})
    ).json()
    shifts = await room.engine.shifts(open_only=False)
    results = [one["result"] for one in (twice, ended, nothing, worn.json(), nowhere, begun)]
    assert results == ["on_shift", "ended", "no_shift", "device_taken", "refused", "started"]
    assert [one["name"] for one in choices["devices"]] == ["png-01", "png-03"]
    assert "Bruno" not in worn.text
    assert (shifts[0]["started_by"], shifts[0]["device"]) == ("Anna Beispiel", "png-03")
    assert begun["shift"]["protection"] == "unknown"


async def test_a_silent_alarm_shows_nothing_on_the_workers_page_nor_in_what_is_stored(room, anna):
    """Open or closed; an ordinary alarm is there, with who read its movement, and without its number."""
    given, client = anna
    await _enter(client, given)
    before, nothing = (await client.get(OWN)).json(), (await client.get(f"{OWN}/record")).json()
    room.radio.raise_alarm("png-01", "silent")
    await room.cases(1)
    during, stored = (await client.get(OWN)).json(), (await client.get(f"{OWN}/record")).json()
    room.radio.raise_alarm("png-02", "manual")
    await room.cases(2)
    assert before | {"now": 0, "shift": 0} == during | {"now": 0, "shift": 0}
    assert before["shift"] | {"seen_at": 0} == during["shift"] | {"seen_at": 0}
    assert nothing | {"as_of": 0} == stored | {"as_of": 0}
    assert stored["alarms"] == []
    assert [one["device"] for one in stored["shifts"]] == ["png-01"]


async def test_what_is_stored_about_a_worker_is_theirs_alone(room, anna):
    """Facts, access, shifts, alarms; nothing of Bruno's."""
    given, client = anna
    await _enter(client, given)
    room.radio.raise_alarm("png-01", "fall")
    room.radio.raise_alarm("png-02", "manual")
    await room.cases(2)
    answer = await client.get(f"{OWN}/record")
    stored = answer.json()
    assert "attachment" in answer.headers["content-disposition"]
    assert [one["kind"] for one in stored["alarms"]] == ["fall"]
    assert "id" not in stored["alarms"][0]
    assert (stored["worker"]["name"], stored["access"][0]["given_by"]) == ("Anna Beispiel", "Otto Officer")
    assert "Bruno" not in answer.text
    assert "png-02" not in answer.text


async def test_a_worker_reads_their_records_and_why_a_shift_was_judged_as_it_was(room, anna):
    """In both languages, with what would change it; nothing that is on record about anybody else."""
    given, client = anna
    officer = await room.logged_in("otto")
    for worker in ("1", "2"):
        record = INSTRUCTION | {"subject_key": worker, "note": f"about number {worker}"}
        assert (await officer.post("/api/v1/records", json=record)).status_code == 201
    await officer.aclose()
    await _enter(client, given)
    stored = (await client.get(f"{OWN}/record")).json()
    assert [(one["kind"], one["note"]) for one in stored["records"]] == [("instruction", "about number 1")]
    reasons = {one["reason"]["en"]: one for one in stored["clearances"]}
    assert {one["result"] for one in reasons.values()} == {"refused"}
    assert all(one["reason"]["de"] and one["remedy"]["de"] and one["source"] for one in reasons.values())


async def test_a_kiosk_serves_only_with_its_own_token_and_a_short_visit(room, anna):
    """No record there; retired, it serves nobody, whoever stands there."""
    given, client = anna
    admin = await room.logged_in("ada")
    made = (await admin.post("/api/v1/kiosks", json={"name": "Gate 3"})).json()
    listed = await admin.get("/api/v1/kiosks")
    pin = {"number": given["number"], "pin": given["pin"]}
    closed = await client.post("/api/v1/kiosk/identify", json=pin)
    opened = await client.post("/api/v1/kiosk/open", json={"secret": made["path"].split("#")[1]})
    visit = {VISIT: (await client.post("/api/v1/kiosk/identify", json=pin)).json()["visit"]}
    mine = (await client.get(OWN, headers=visit)).json()
    bare = await client.get(OWN)
    record = await client.get(f"{OWN}/record", headers=visit)
    async with room.client() as elsewhere:
        stolen = await elsewhere.get(OWN, headers=visit)
    ended = (await client.post(f"{OWN}/shift/end", headers=visit)).json()
    by = (await room.engine.shifts(open_only=False))[-1]["ended_by"]
    await admin.delete(f"/api/v1/kiosks/{made['id']}")
    retired = await client.get(OWN, headers=visit)
    await admin.aclose()
    assert (closed.status_code, opened.json()) == (403, {"name": "Gate 3"})
    assert KIOSK in client.cookies
    assert (mine["name"], bare.status_code, record.status_code) == ("Anna Beispiel", 401, 409)
    assert stolen.status_code == retired.status_code == 401
    assert (ended["result"], by) == ("ended", "Anna Beispiel (kiosk Gate 3)")
    assert made["path"].split("#")[1] not in listed.text
