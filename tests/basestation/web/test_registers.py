"""The registers over HTTP: changed, retired and undone by people who cannot write over each other."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from basestation.errors import ShiftRefused
from basestation.store.tables import log, log_contents

ANNA = {"name": "Anna Beispiel", "phone": "0000 111", "language": "de", "note": "Allergic to latex"}
PATH = "/api/v1/registers/workers"


async def _logged(room, kind):
    query = (
        select(log_contents.c.content).join(log, log.c.seq == log_contents.c.seq).where(log.c.kind == kind)
    )
    async with room.engine.database.connect() as connection:
        return [json.loads(content) for content in (await connection.execute(query)).scalars()]


@pytest.fixture
async def officer(room):
    """The safety officer at a console."""
    client = await room.logged_in("otto")
    yield client
    await client.aclose()


async def test_a_second_change_of_the_same_version_is_refused_and_says_who_was_first(room, officer):
    """Nobody writes over another one without having seen it."""
    other = await room.logged_in("ada")
    added = (await officer.post(PATH, json=ANNA)).json()
    changed = await other.put(f"{PATH}/1", json=ANNA | {"phone": "0000 222", "version": added["version"]})
    late = await officer.put(f"{PATH}/1", json=ANNA | {"phone": "0000 333", "version": added["version"]})
    (row,) = (await officer.get(PATH)).json()
    again = await officer.put(f"{PATH}/1", json=ANNA | {"phone": "0000 333", "version": row["version"]})
    await other.aclose()
    assert (added["version"], changed.json()["version"]) == (1, 2)
    assert late.status_code == 409
    assert late.json()["detail"].startswith("NOT SAVED: Ada Admin changed this at ")
    assert (row["phone"], row["changed_by"]) == ("0000 222", "Ada Admin")
    assert (again.status_code, again.json()["phone"], again.json()["version"]) == (200, "0000 333", 3)


async def test_the_history_says_who_changed_what_and_the_last_change_is_undone(room, officer):
    """Before and after of each field, the newest first; the log names private fields only."""
    await officer.post(PATH, json=ANNA)
    await officer.put(f"{PATH}/1", json=ANNA | {"name": "Anna Muster", "note": "", "version": 1})
    undone = (await officer.post(f"{PATH}/1/undo", json={"version": 2})).json()
    first, second, third = (await officer.get(f"{PATH}/1/history")).json()
    nothing = await officer.post(f"{PATH}/2/undo", json={})
    assert (undone["name"], undone["note"], undone["version"]) == (ANNA["name"], ANNA["note"], 3)
    assert (first["kind"], second["kind"], third["kind"]) == ("undone", "changed", "added")
    assert second["by"] == "Otto Officer"
    assert second["fields"] == {
        "name": ["Anna Beispiel", "Anna Muster"],
        "note": ["Allergic to latex", ""],
    }
    (logged,) = await _logged(room, "worker_changed")
    assert logged == {"worker": 1, "name": "Anna Muster", "also": ["note"], "by": "Otto Officer"}
    assert (nothing.status_code, nothing.json()["detail"]) == (409, "There is no worker 2.")


async def test_a_worker_on_shift_is_not_retired_and_nothing_of_them_is_undone(room, officer):
    """The sentence says which shift; after its end the worker is retired, and comes back by an undo."""
    shift = await room.start_shift("Anna Beispiel", "png-01", "Hall 3")
    changed = await officer.put(f"{PATH}/1", json=ANNA)
    refused = [await officer.post(f"{PATH}/1/{verb}", json={}) for verb in ("retire", "undo")]
    place = await officer.post("/api/v1/registers/workplaces/1/retire", json={})
    operator = await room.logged_in("olga")
    await operator.post(f"/api/v1/shifts/{shift}/end")
    retired = await officer.post(f"{PATH}/1/retire", json={"version": 1})
    wrong = await officer.put(f"{PATH}/1", json=ANNA)
    seen = (await operator.get(PATH)).json()
    back = await officer.post(f"{PATH}/1/undo", json={"version": 2})
    await operator.aclose()
    assert changed.status_code == 200
    for answer in (*refused, place):
        assert answer.status_code == 409
        assert "is on shift with png-01 in Hall 3 (shift 1): end that shift first." in answer.json()["detail"]
    assert retired.json()["is_active"] is False
    assert "undo that first" in wrong.json()["detail"]
    assert "note" not in seen[0]
    assert seen[0]["retired_at"]
    assert back.json()["is_active"] is True


async def test_what_an_open_case_concerns_is_neither_retired_nor_undone(room, officer):
    """Also after the shift: help may still be on its way."""
    shift = await room.start_shift("Anna Beispiel", "png-01", "Hall 3")
    room.radio.raise_alarm("png-01")
    await room.cases(1)
    operator = await room.logged_in("olga")
    await operator.post(f"/api/v1/shifts/{shift}/end")
    await operator.aclose()
    for register, name in (("workers", "Anna Beispiel"), ("workplaces", "Hall 3")):
        answer = await officer.post(f"/api/v1/registers/{register}/1/retire", json={})
        assert answer.json()["detail"] == f"Case 1 is open and concerns {name}: close it first."


async def test_whoever_the_chain_or_the_plan_names_is_not_retired(room, officer):
    """Each thing that names somebody is said."""
    base = "/api/v1/registers"
    await officer.post(f"{base}/workers", json=ANNA)
    await officer.post(f"{base}/responders", json={"name": "Lea Leiter", "worker_id": 1})
    recipient = {"kind": "person", "name": "Lea Leiter"}
    duty = {"kind": "role", "name": "First aid"}
    level = {"name": "First", "recipients": [recipient, duty], "answer_s": 60}
    await officer.post("/api/v1/chains", json={"name": "Night", "levels": [level]})
    await officer.post("/api/v1/rota/roles", json={"name": "First aid"})
    plan = {"role_id": 1, "responder_id": 1, "first_day": "2026-03-02"}
    await officer.post("/api/v1/rota/plan", json=plan)
    worker, person, role = [
        (await officer.post(f"{base}/{name}/1/retire", json={})).json()["detail"]
        for name in ("workers", "responders", "roles")
    ]
    line = await officer.post(f"{base}/plan/1/retire", json={"version": 1})
    back = await officer.post(f"{base}/plan/1/undo", json={"version": 2})
    assert worker == "Anna Beispiel is also among the people who come, as Lea Leiter: take that back first."
    assert "The chain Night calls Lea Leiter: change that chain first." in person
    assert "Lea Leiter has the duty First aid by the plan: give it to somebody else first." in person
    assert role == "The chain Night calls First aid: change that chain first."
    assert (line.json()["is_active"], back.json()["is_active"]) == (False, True)


async def test_a_device_is_lent_out_withdrawn_and_brought_back_and_its_secret_is_nowhere(room, officer):
    """A withdrawn one is not worn; a worn one not withdrawn; its retirement is for good."""
    admin, path = await room.logged_in("ada"), "/api/v1/registers/devices"
    made = (await admin.post("/api/v1/devices", json={"name": "png-07", "label": "red one"})).json()
    await admin.put(f"{path}/png-07", json={"label": "red one", "withdrawn_because": "cracked"})
    with pytest.raises(ShiftRefused, match="png-07 is withdrawn \\(cracked\\)"):
        await room.engine.start_shift(
            worker_id=(await room.engine.add_worker("Clara Exempel"))["id"], device="png-07",
            workplace_id=(await room.engine.add_workplace("Pump house"))["id"],
            planned_end=room.clock.now() + timedelta(hours=1), user=None,
        )  # fmt: skip
    await room.start_shift("Anna Beispiel", "png-01", "Hall 3")
    worn = await admin.put(f"{path}/png-01", json={"withdrawn_because": "battery"})
    lent = await admin.put(f"{path}/png-01", json={"lent_to": "Contractor"})
    retired = await admin.post(f"{path}/png-07/retire", json={})
    read = [(await admin.get(one)).text for one in (path, f"{path}/png-07/history")]
    await admin.aclose()
    assert "end that shift first" in worn.json()["detail"]
    assert lent.json()["lent_to"] == "Contractor"
    assert "for good" in retired.json()["detail"]
    assert '"withdrawn_because":["","cracked"]' in read[1].replace(" ", "")
    for text in (*read, lent.text):
        assert made["secret"] not in text
        assert '"secret"' not in text
        assert '"client_id"' not in text


@pytest.mark.parametrize(
    ("path", "form", "status", "sentence"),
    [
        ("workers/1", {"name": " "}, 422, "The name "),
        ("workers/1", {"name": "A", "version": -1}, 422, "The version "),
        ("workers/one", {"name": "A"}, 404, "There is nothing of the number 'one'"),
        ("workers/7", {"name": "A"}, 409, "There is no worker 7."),
        ("workers/1", {"name": "A", "version": 4}, 409, "This is another one"),
        ("workplaces/1", {"name": "A", "site_id": 9}, 409, "There is no site 9 in service."),
        ("beacons/1", {"name": "UPPER", "zone": "x"}, 422, "The name "),
        ("plan/1", {}, 409, "The rota has forms of its own"),
    ],
)
async def test_a_change_that_cannot_be_is_refused_with_a_sentence(
    room, officer, path, form, status, sentence
):
    """And nothing is changed by it."""
    await room.engine.add_worker("Anna Beispiel")
    answer = await officer.put(f"/api/v1/registers/{path}", json=form)
    rows = (await officer.get(PATH)).json()
    assert (answer.status_code, answer.json()["detail"][: len(sentence)]) == (status, sentence)
    assert [(row["name"], row["version"]) for row in rows] == [("Anna Beispiel", 0)]


async def test_a_chain_that_somebody_else_has_set_is_not_written_over_and_every_version_stays(room, officer):
    """The default chain, a further one, and the table of rules; the versions are there to return to."""
    level = {
        "name": "First",
        "recipients": [{"kind": "control_room", "name": "Control room"}],
        "answer_s": 60,
    }
    chain, path = {"name": "Plant", "levels": [level]}, "/api/v1/chain"
    other = await room.logged_in("ada")
    first = await officer.put(f"{path}?version=0", json=chain)
    second = await other.put(f"{path}?version=1", json=chain | {"arrival_s": 700})
    late = await officer.put(f"{path}?version=1", json=chain)
    night = [
        await one.post("/api/v1/chains?version=0", json=chain | {"name": "Night"}) for one in (officer, other)
    ]
    rule = {"rules": [{"chain": "Night"}]}
    tables = [await one.put("/api/v1/chain-rules", json=rule | {"version": 0}) for one in (officer, other)]
    versions = (await officer.get("/api/v1/chains/Plant/versions")).json()
    of_rules = (await officer.get("/api/v1/chain-rules/versions")).json()
    await other.aclose()
    assert (first.status_code, second.status_code, late.status_code) == (200, 200, 409)
    assert "Ada Admin changed this at" in late.json()["detail"]
    assert [answer.status_code for answer in night] == [201, 409]
    assert [answer.status_code for answer in tables] == [200, 409]
    assert [(one["version"], one["by"], one["chain"]["arrival_s"]) for one in versions] == [
        (2, "Ada Admin", 700), (1, "Otto Officer", versions[1]["chain"]["arrival_s"]),
    ]  # fmt: skip
    assert [rule["chain"] for rule in of_rules[0]["rules"]] == ["Night"]


async def test_the_calendar_shows_who_has_a_duty_and_the_times_at_which_nobody_has(room, officer):
    """With a change of the plan and an absence; too many days are refused."""
    for name in ("Lea Leiter", "Mia Muster"):
        await officer.post("/api/v1/responders", json={"name": name})
    await officer.post("/api/v1/rota/roles", json={"name": "First aid"})
    hours = {"weekdays": [1, 2], "start": "06:00", "end": "14:00", "first_day": "2026-03-02"}
    await officer.post("/api/v1/rota/plan", json=hours | {"role_id": 1, "responder_id": 1})
    times = {"from_at": "2026-03-03T06:00:00Z", "until_at": "2026-03-03T14:00:00Z"}
    await officer.post("/api/v1/rota/absences", json=times | {"responder_id": 1})
    later = times | {"from_at": "2026-03-03T10:00:00Z"}
    await officer.post(
        "/api/v1/rota/overrides", json=later | {"role_id": 1, "responder_id": 2, "is_instead": True}
    )
    path = "/api/v1/rota/calendar?from_at=2026-03-02T00:00:00Z"
    (duty,) = (await officer.get(f"{path}&days=2")).json()
    refused = await officer.get(f"{path}&days=43")
    assert [(one["name"], one["from_at"][:16], one["is_override"]) for one in duty["entries"]] == [
        ("Lea Leiter", "2026-03-02T06:00", False), ("Mia Muster", "2026-03-03T10:00", True),
    ]  # fmt: skip
    assert [(gap["from_at"][:16], gap["until_at"][:16]) for gap in duty["gaps"]] == [
        ("2026-03-02T00:00", "2026-03-02T06:00"),
        ("2026-03-02T14:00", "2026-03-03T10:00"),
        ("2026-03-03T14:00", "2026-03-04T00:00"),
    ]
    assert refused.status_code == 422


async def test_the_life_of_a_device_tells_its_wearers_its_alarms_and_what_was_done_with_it(room, officer):
    """The newest first, and never a secret."""
    shift = await room.start_shift("Anna Beispiel", "png-01", "Hall 3")
    room.radio.raise_alarm("png-01")
    (case,) = await room.cases(1)
    admin = await room.logged_in("ada")
    await admin.put("/api/v1/registers/devices/png-01", json={"label": "red one"})
    life = await officer.get("/api/v1/devices/png-01/life")
    secrets = [credential.secret for credential in await room.engine.credentials()]
    await admin.aclose()
    told = life.json()
    assert [(one["id"], one["worker"], one["ended_at"]) for one in told["shifts"]] == [
        (shift, "Anna Beispiel", None)
    ]
    assert [(one["id"], one["kind"], one["is_open"]) for one in told["cases"]] == [
        (case["id"], "manual", True)
    ]
    assert [one["kind"] for one in told["log"]] == ["device_changed", "device_added"]
    assert told["log"][0]["label"] == "red one"
    assert not any(secret in life.text for secret in secrets)
