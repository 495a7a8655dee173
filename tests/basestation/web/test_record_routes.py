"""Records and clearance over HTTP: kept with versions, judged when a shift starts, deleted in time."""

from datetime import timedelta

import pytest

from basestation.clock import iso
from tests.basestation.web.record_routes import INSTRUCTION, SHIFT

ASSESSMENT = {
    "site_id": 1, "kind": "risk_assessment", "subject": "workplace", "subject_key": "1",
    "result": "in_force", "issued_at": "2020-01-01T08:00:00Z", "issuer": "Otto Officer",
    "figures": {"hazard": 2, "probability": 2, "help_s": 240},
    "measures": [{"step": "information", "text": "Sign"}, {"step": "design", "text": "Lower ladder"}],
}  # fmt: skip


@pytest.fixture
async def staffed(room):
    """A room with a worker, a device and a workplace."""
    await room.engine.add_worker("Anna Beispiel")
    await room.engine.add_device("png-01")
    await room.engine.add_workplace("Hall 3")
    return room


def planned(room, **more):
    """Return the body of a shift of eight hours."""
    return SHIFT | {"planned_end": iso(room.clock.now() + timedelta(hours=8))} | more


@pytest.fixture
async def officer(staffed):
    """The safety officer at the console."""
    client = await staffed.logged_in("otto")
    yield client
    await client.aclose()


@pytest.fixture
async def operator(staffed):
    """The operator at the console."""
    client = await staffed.logged_in("olga")
    yield client
    await client.aclose()


async def test_a_record_is_kept_with_its_version_history_and_end(staffed, officer):
    """Valid for 12 months; a stale change is refused by name; measures stand in their order."""
    added = (await officer.post("/api/v1/records", json=INSTRUCTION)).json()
    assert (added["valid_until"][:10], added["version"]) == ("2030-12-01", 1)
    changed = INSTRUCTION | {"issuer": "Ida", "version": 1}
    assert (await officer.put("/api/v1/records/1", json=changed)).json()["version"] == 2
    stale = await officer.put("/api/v1/records/1", json=changed)
    assert (stale.status_code, "Otto Officer changed this" in stale.json()["detail"]) == (409, True)
    history = (await officer.get("/api/v1/records/1/history")).json()
    assert history[0]["fields"]["issuer"] == ["Ina Instructor", "Ida"]
    assessed = (await officer.post("/api/v1/records", json=ASSESSMENT)).json()
    assert [one["step"] for one in assessed["measures"]] == ["design", "information"]
    assert (await officer.post("/api/v1/records/1/end", json={"version": 2})).status_code == 200
    assert [one["kind"] for one in (await officer.get("/api/v1/records")).json()] == ["risk_assessment"]
    assert len((await officer.get("/api/v1/records", params={"ended": True})).json()) == 2


FIGURES = {"hazard": 1, "probability": 1, "help_s": 1}
#: What is wrong with a record, and what is said of it.
WRONG = [
    ({"subject_key": "9"}, "There is no worker"),
    ({"subject_key": "Anna"}, "There is no worker"),
    ({"subject": "device"}, "is about: worker"),
    ({"result": "epilepsy"}, "one of: given"),
    ({"note": "is pregnant"}, "No illness and no pregnancy"),
    ({"conditions": ["insulin"]}, "not among those"),
    ({"valid_until": "2029-11-01T00:00:00Z"}, "before it was issued"),
    ({"valid_until": "2031-12-01T00:00:00Z"}, "12 months at most"),
    ({"figures": {"hazard": 1, "probability": 1, "help_s": 1}}, "nothing else has"),
    ({**ASSESSMENT, "figures": {**FIGURES, "hazard": 11}}, "GZ is 11"),
    (
        {**ASSESSMENT, "figures": {"hazard": 1, "probability": 1, "help_s": 1, "works": ["x"]}},
        "kinds of work",
    ),
    ({"kind": "fitness", "result": "fit", "about": "bad back"}, "for one of"),
]


async def test_what_cannot_be_a_record_is_refused_with_a_sentence(officer):
    """Above all a diagnosis and a pregnancy, as far as a list of words goes; nothing is kept."""
    for wrong, said in WRONG:
        refused = await officer.post("/api/v1/records", json=INSTRUCTION | wrong)
        assert refused.status_code == 409, refused.text
        assert said in refused.json()["detail"]
    assert (await officer.get("/api/v1/records")).json() == []


async def test_a_shift_that_starts_is_judged_and_only_the_safety_officer_sees_why(staffed, operator, officer):
    """Unless it is binding a refusal is shown and stops nobody: a device that guards is better than none."""
    started = (await operator.post("/api/v1/shifts", json=planned(staffed))).json()
    assert started["clearance"]["result"] == "refused"
    assert "reasons" not in started["clearance"]
    (seen,) = (await operator.get("/api/v1/clearances")).json()
    assert "reasons" not in seen
    (whole,) = (await officer.get("/api/v1/clearances")).json()
    assert "not_assessed" in [reason["rule"] for reason in whole["reasons"]]
    asked = (await officer.post("/api/v1/clearances/ask", json=planned(staffed))).json()
    assert {reason["source"] for reason in asked["reasons"]}
    assert "reasons" not in (await operator.post("/api/v1/clearances/ask", json=planned(staffed))).json()


async def test_where_clearance_is_binding_a_refused_shift_starts_only_when_another_person_clears_it(
    staffed, operator, officer
):
    """By name, with a reason, and never what nobody may override."""
    path, body = "/api/v1/sites/1/clearance-rules", {"version": 0, "is_binding": True}
    assert (await officer.put(path, json=body)).json()["version"] == 1
    assert (await officer.put(path, json=body)).status_code == 409
    refused = await operator.post("/api/v1/shifts", json=planned(staffed))
    assert refused.status_code == 409
    assert "Clearance is refused" in refused.json()["detail"]
    assert (await operator.get("/api/v1/shifts")).json() == []
    shift = planned(staffed)
    override = shift | {"reason": "assessed on paper"}
    cleared = (await officer.post("/api/v1/clearances/override", json=override)).json()
    assert cleared["override"] == {"by": "Otto Officer", "reason": "assessed on paper"}
    unfit = INSTRUCTION | {"kind": "fitness", "result": "not_fit", "issued_at": "2020-01-01T08:00:00Z"}
    number = (await officer.post("/api/v1/records", json=unfit)).json()["id"]
    assert (await operator.post("/api/v1/shifts", json=planned(staffed))).status_code == 409
    assert (await officer.post("/api/v1/clearances/override", json=override)).status_code == 409
    assert (await officer.post(f"/api/v1/records/{number}/end", json={"version": 1})).status_code == 200
    started = await operator.post("/api/v1/shifts", json=shift)
    assert (started.status_code, started.json()["clearance"]["result"]) == (201, "conditions")


async def test_a_wrong_rule_of_a_site_is_refused_with_its_line(staffed, officer):
    """And an unknown pack too."""
    path, body = "/api/v1/sites/1/clearance-rules", {"version": 0, "is_binding": False}
    wrong = body | {"own_rules": '# dust\n[[rule]]\nname = "dust"\nverdict = "maybe"\n'}
    refused = await officer.put(path, json=wrong)
    assert "line 2, rule 'dust'" in refused.json()["detail"]
    assert (await officer.put(path, json=body | {"packs": ["none"]})).status_code == 409
    set_now = (await officer.put(path, json=body | {"packs": ["laboratory"]})).json()
    assert (set_now["packs"], set_now["version"]) == (["laboratory"], 1)


async def test_a_later_lapse_is_noted_once_and_the_shift_goes_on(staffed, operator, officer):
    """No protection is taken away, and nothing sounds."""
    assert (await officer.post("/api/v1/records", json=ASSESSMENT)).status_code == 201
    started = (await operator.post("/api/v1/shifts", json=planned(staffed))).json()
    assert started["clearance"]["result"] == "cleared"
    await staffed.engine.clearing.look(staffed.clock.now())
    assert (await officer.get("/api/v1/clearances")).json()[0]["lapsed_at"] is None
    assert (await officer.post("/api/v1/records/1/end", json={"version": 1})).status_code == 200
    await staffed.engine.clearing.look(staffed.clock.now())
    assert (await officer.get("/api/v1/clearances")).json()[0]["lapsed_at"] is not None
    assert len((await operator.get("/api/v1/shifts")).json()) == 1
    assert (await staffed.engine.snapshot())["cases"] == []


async def test_what_was_kept_long_enough_is_deleted_after_its_copy_and_not_while_it_is_held(staffed, officer):
    """The log keeps number, rule and source; the row and its history are gone."""
    old = INSTRUCTION | {"issued_at": "2010-01-01T08:00:00Z"}
    assert (await officer.post("/api/v1/records", json=old)).status_code == 201
    desk, now = staffed.engine.records, staffed.clock.now()
    held = await officer.post("/api/v1/records/1/hold", json={"version": 1, "because": "court"})
    assert held.json()["version"] == 2
    assert (await officer.post("/api/v1/records/1/copy")).json()["copy_given_at"] is not None
    await desk.look(now)
    assert len(await desk.all()) == 1
    await officer.post("/api/v1/records/1/hold", json={"version": 2})
    await desk.look(now)
    assert await desk.all(with_ended=True) == []
    assert await desk.history(1) == []
    assert await staffed.engine.verify_log() == []
