"""The JSON API: cases and their verbs, shifts, the register, and who may do what."""

import pytest

from basestation.cases.authority import Grant
from tests.basestation.web.casefile_routes import CASEFILE_ROUTES
from tests.basestation.web.control_room import ORIGIN, PASSWORD, PASSWORD_HASH
from tests.basestation.web.drill_routes import DRILL_ROUTES
from tests.basestation.web.interface_routes import INTERFACE_ROUTES
from tests.basestation.web.people_routes import PEOPLE_ROUTES, WORKER_PATHS
from tests.basestation.web.plan_routes import PLAN_ROUTES
from tests.basestation.web.record_routes import RECORD_ROUTES
from tests.basestation.web.register_routes import REGISTER_ROUTES
from tests.basestation.web.report_routes import REPORT_ROUTES
from tests.basestation.web.rescue_routes import PROOF_PRESS, RESCUE_ROUTES
from tests.basestation.web.site_routes import CHOOSE_PASSWORD, SITE_ROUTES, USER

WORKER = {"name": "Anna Beispiel", "phone": "0000 12345"}
CHAIN = {
    "name": "Night",
    "levels": [
        {"name": "Gate", "recipients": [{"name": "Gate", "channel": "log", "address": ""}], "answer_s": 30}
    ],
    "arrival_s": 600,
    "repeat_s": 60,
}
PIECE = {"piece": 0, "pieces": 1, "records": ""}
REPORT = {"firmware": "1.0", "checks": [["settings", True, ""], ["sensor", None, "none"]]}

#: Method, path, body, and the least role that may.
ROUTES = [
    ("GET", "/api/v1/me", None, "worker"),
    ("PUT", "/api/v1/me/preferences", {"language": "de", "theme": None}, "worker"),
    ("GET", "/api/v1/snapshot", None, "responder"),
    ("GET", "/api/v1/cases/1", None, "operator"),
    ("POST", "/api/v1/cases/1/accept", {}, "operator"),
    ("GET", "/api/v1/figures", None, "operator"),
    ("GET", "/api/v1/shifts", None, "operator"),
    ("POST", "/api/v1/shifts", {}, "operator"),
    ("POST", "/api/v1/shifts/1/end", {}, "operator"),
    ("GET", "/api/v1/workers", None, "operator"),
    ("POST", "/api/v1/workers", WORKER, "safety_officer"),
    ("GET", "/api/v1/workplaces", None, "operator"),
    ("POST", "/api/v1/workplaces", {"name": "Hall 3"}, "safety_officer"),
    ("GET", "/api/v1/devices", None, "operator"),
    ("POST", "/api/v1/devices", {"name": "png-01"}, "admin"),
    ("GET", "/api/v1/devices/png-01", None, "operator"),
    ("POST", "/api/v1/devices/png-02/setup", {}, "admin"),
    ("POST", "/api/v1/devices/png-02/checked", {"report": REPORT, "is_passed": True}, "admin"),
    ("POST", "/api/v1/devices/png-01/replace", {"new": "png-02"}, "admin"),
    ("POST", "/api/v1/devices/png-01/retire", {}, "admin"),
    ("POST", "/api/v1/devices/png-01/log-in-removed", {"broker": "192.0.2.8:8883"}, "admin"),
    ("GET", "/api/v1/log-ins-left", None, "operator"),
    ("GET", "/api/v1/devices/png-01/settings", None, "operator"),
    ("PUT", "/api/v1/devices/png-01/settings", {"values": {"tilt_limit_deg": 45}}, "safety_officer"),
    ("GET", "/api/v1/devices/png-01/journals", None, "safety_officer"),
    ("POST", "/api/v1/devices/png-01/journals", {}, "safety_officer"),
    ("GET", "/api/v1/devices/png-01/journals/read-1", None, "safety_officer"),
    ("POST", "/api/v1/devices/png-01/journals/cable", {}, "safety_officer"),
    ("POST", "/api/v1/devices/png-01/journals/cable-1", PIECE, "safety_officer"),
    ("GET", "/api/v1/releases", None, "operator"),
    ("POST", "/api/v1/releases", {"file": "0" * 32}, "admin"),
    ("GET", "/api/v1/fleet", None, "operator"),
    ("GET", "/api/v1/brokers", None, "operator"),
    ("POST", "/api/v1/updates", {"devices": ["png-01"], "release": "9.9"}, "admin"),
    ("GET", "/api/v1/quarantine", None, "operator"),
    ("GET", "/api/v1/set-aside", None, "admin"),
    ("GET", "/api/v1/set-aside/1", None, "admin"),
    ("POST", "/api/v1/set-aside/1/retry", None, "admin"),
    ("DELETE", "/api/v1/set-aside/1", None, "admin"),
    ("GET", "/api/v1/beacons", None, "operator"),
    ("POST", "/api/v1/beacons", {"name": "gate-3", "zone": "Boiler room"}, "safety_officer"),
    ("POST", "/api/v1/beacons/gate-3/retire", {}, "safety_officer"),
    ("POST", "/api/v1/cases/1/tone", {"is_tone_on": True}, "operator"),
    ("GET", "/api/v1/walks", None, "operator"),
    ("POST", "/api/v1/walks", {"device": "png-01", "workplace_id": 1}, "operator"),
    ("GET", "/api/v1/walks/1", None, "operator"),
    ("POST", "/api/v1/walks/1/stop", {}, "operator"),
    ("PUT", "/api/v1/walks/1/points", {"names": ["Entrance"]}, "operator"),
    ("POST", "/api/v1/workplaces/1/building-changed", {}, "safety_officer"),
    ("GET", "/api/v1/chain", None, "operator"),
    ("PUT", "/api/v1/chain", CHAIN, "safety_officer"),
    ("GET", "/api/v1/cases/1/trace", None, "safety_officer"),
    ("GET", "/api/v1/trial", None, "operator"),
    ("PUT", "/api/v1/trial", {"days": 3}, "safety_officer"),
    ("DELETE", "/api/v1/trial", None, "safety_officer"),
    ("GET", "/api/v1/trial/traces", None, "safety_officer"),
    ("GET", "/api/v1/trial/traces/1", None, "safety_officer"),
    *CASEFILE_ROUTES,
    *DRILL_ROUTES,
    *INTERFACE_ROUTES,
    *PEOPLE_ROUTES,
    ("POST", "/api/v1/sounder/silence", {"cases": [1]}, "operator"),
    *PLAN_ROUTES,
    *RECORD_ROUTES,
    *REPORT_ROUTES,
    *RESCUE_ROUTES,
    *SITE_ROUTES,
    *REGISTER_ROUTES,
]
LOGINS = {
    "worker": "willi", "responder": "rita", "viewer": "vera", "operator": "olga", "supervisor": "susi",
    "safety_officer": "otto", "admin": "ada",
}  # fmt: skip
RANKS = list(LOGINS)


async def all_roles(room, site=None):
    """Let somebody of every role log in, at one site or all."""
    for role, login in LOGINS.items():
        given = [Grant(role, site)]
        known = {one["login"]: one for one in await room.engine.rescue.log_ins.all()}
        if login not in known:
            await room.engine.rescue.log_ins.add(login, login.title(), PASSWORD_HASH, given, "Ada Admin")


async def test_every_route_is_in_the_table_of_roles(room):
    """A route that nobody thought about is found here; log-in, log-out and health are for all."""
    async with room.client() as client:
        paths = (await client.get("/api/v1/openapi.json")).json()["paths"]
    found = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    open_to_all = {
        ("POST", "/api/v1/login"), ("POST", "/api/v1/logout"), ("GET", "/healthz"), PROOF_PRESS,
        CHOOSE_PASSWORD, *WORKER_PATHS,
    }  # fmt: skip
    shapes = {(method, len(path.split("/")), path.split("/")[2]) for method, path, _, _ in ROUTES}
    assert {
        (method, len(path.split("/")), path.split("/")[2]) for method, path in found - open_to_all
    } == shapes


async def test_without_a_session_nothing_is_told_and_nothing_done(room):
    """401 and a sentence, on every route."""
    async with room.client() as client:
        for method, path, body, _ in ROUTES:
            answer = await client.request(method, path, json=body)
            assert answer.status_code == 401, path
            assert "not logged in" in answer.json()["detail"]


@pytest.mark.parametrize("role", RANKS)
async def test_each_role_may_what_the_table_says_and_no_more(room, role):
    """Checked at the base station, whatever the page shows."""
    await all_roles(room)
    client = await room.logged_in(LOGINS[role])
    for method, path, body, needed in ROUTES:
        answer = await client.request(method, path, json=body)
        # What an operator does, a viewer looks at.
        least = "viewer" if (method, needed) == ("GET", "operator") else needed
        is_allowed = RANKS.index(role) >= RANKS.index(least)
        assert (answer.status_code != 403) == is_allowed, (path, answer.text)
        assert answer.status_code != 401
    await client.aclose()


async def test_a_case_goes_through_its_verbs_to_the_all_clear(room):
    """Accept, on the way, on scene, all clear with a reason; the case is then in the record only."""
    await room.start_shift("Anna Beispiel", "png-01", "Hall 3", "Gate B")
    room.radio.raise_alarm("png-01")
    (case,) = await room.cases(1)
    client = await room.logged_in()
    path = f"/api/v1/cases/{case['id']}"
    states = [
        (await client.post(f"{path}/{verb}")).json()["state"] for verb in ("accept", "on_the_way", "on_scene")
    ]
    unreasoned = await client.post(f"{path}/all_clear")
    closed = await client.post(f"{path}/all_clear", json={"reason": "Worker is well"})
    record = (await client.get(path)).json()
    snapshot = (await client.get("/api/v1/snapshot")).json()
    await client.aclose()
    assert states == ["ACCEPTED", "DISPATCHED", "ON_SCENE"]
    assert unreasoned.status_code == 409
    assert "Write the reason" in unreasoned.json()["detail"]
    assert closed.json()["state"] == record["state"] == "CLOSED"
    assert record["worker"] == "Anna Beispiel"
    assert record["reason"] == "Worker is well"
    kinds = [entry["kind"] for entry in record["timeline"]]
    assert kinds[0] == "alarm_reported"
    assert [kind for kind in kinds if kind.endswith("_pressed")] == [
        "accept_pressed", "on_the_way_pressed", "on_scene_pressed", "all_clear_pressed",
    ]  # fmt: skip
    assert snapshot["cases"] == []


async def test_a_verb_that_is_not_offered_comes_back_with_the_steps_sentence(room):
    """The second of two operators learns who was first."""
    await room.start_shift("Anna Beispiel", "png-01", "Hall 3")
    room.radio.raise_alarm("png-01")
    (case,) = await room.cases(1)
    path = f"/api/v1/cases/{case['id']}"
    first, second = await room.logged_in("olga"), await room.logged_in("otto")
    assert (await first.post(f"{path}/accept")).status_code == 200
    late = await second.post(f"{path}/accept")
    wrong = await second.post(f"{path}/acknowledge")
    await first.aclose()
    await second.aclose()
    assert late.status_code == wrong.status_code == 409
    assert "Olga Operator" in late.json()["detail"]


async def test_an_unknown_case_and_an_impossible_verb_get_a_sentence(room):
    """404 for the case, 422 for the verb."""
    client = await room.logged_in()
    unknown = await client.get("/api/v1/cases/99")
    verb = await client.post("/api/v1/cases/99/explode")
    huge = await client.get(f"/api/v1/cases/{2**70}")
    await client.aclose()
    assert (unknown.status_code, unknown.json()["detail"]) == (404, "There is no case 99.")
    assert verb.status_code == huge.status_code == 422
    assert verb.json()["detail"].startswith("The verb ")


async def test_a_shift_is_started_listed_and_ended(room):
    """What the engine refuses comes back as its sentence."""
    admin, officer, operator = [await room.logged_in(login) for login in ("ada", "otto", "olga")]
    worker = (await officer.post("/api/v1/workers", json=WORKER)).json()
    place = (await officer.post("/api/v1/workplaces", json={"name": "Hall 3", "directions": "Gate B"})).json()
    await admin.post("/api/v1/devices", json={"name": "png-01", "label": "red one"})
    end = room.clock.now().replace(microsecond=0).isoformat()
    form = {"worker_id": worker["id"], "device": "png-01", "workplace_id": place["id"], "planned_end": end}
    past = await operator.post("/api/v1/shifts", json=form)
    local = await operator.post("/api/v1/shifts", json=form | {"planned_end": "2026-03-01T06:00:00"})
    started = await operator.post("/api/v1/shifts", json=form | {"planned_end": "2100-01-01T00:00:00Z"})
    assert past.status_code == started.status_code == 409
    assert local.status_code == 422
    from datetime import timedelta

    later = (room.clock.now() + timedelta(hours=2)).isoformat()
    started = await operator.post("/api/v1/shifts", json=form | {"planned_end": later})
    twice = await operator.post("/api/v1/shifts", json=form | {"planned_end": later})
    shifts = (await operator.get("/api/v1/shifts")).json()
    ended = await operator.post(f"/api/v1/shifts/{started.json()['id']}/end")
    after = (await operator.get("/api/v1/shifts")).json()
    past_ones = (await operator.get("/api/v1/shifts?is_open=false")).json()
    for client in (admin, officer, operator):
        await client.aclose()
    assert started.status_code == 201
    assert twice.status_code == 409
    assert "end that shift first" in twice.json()["detail"]
    assert [shift["worker"] for shift in shifts] == ["Anna Beispiel"]
    assert ended.json()["ended_by"] == "Olga Operator"
    assert (after, len(past_ones)) == ([], 1)


async def test_a_devices_credential_is_in_the_answer_to_its_creation_and_in_no_other(room):
    """Secret and client id are shown once."""
    client = await room.logged_in("ada")
    made = (await client.post("/api/v1/devices", json={"name": "png-01", "label": "red one"})).json()
    listed = await client.get("/api/v1/devices")
    twice = await client.post("/api/v1/devices", json={"name": "png-01"})
    await client.aclose()
    assert set(made) == {"name", "secret", "client_id", "settings_key"}
    assert made["settings_key"] not in listed.text
    assert made["secret"] not in listed.text
    assert made["client_id"] not in listed.text
    assert listed.json()[0]["label"] == "red one"
    assert twice.status_code == 409


async def test_a_device_is_set_up_checked_replaced_and_retired_over_the_api(room):
    """Its log-in is in the answer to the begin of its set-up, and in no other."""
    client = await room.logged_in("ada")
    given = (await client.post("/api/v1/devices/png-02/setup", json={"label": "red one"})).json()
    again = (await client.post("/api/v1/devices/png-02/setup", json=given | {"label": ""})).json()
    odd = await client.post("/api/v1/devices/png-02/setup", json={"secret": "x" * 32})
    checked = await client.post("/api/v1/devices/png-02/checked", json={"report": REPORT, "is_passed": True})
    shown = await client.get("/api/v1/devices/png-02")
    await client.post("/api/v1/devices", json={"name": "png-01"})
    replacing = await client.post("/api/v1/devices/png-01/replace", json={"new": "png-02"})
    retired = await client.post("/api/v1/devices/png-01/retire")
    unknown = await client.post("/api/v1/devices/png-09/retire")
    await client.aclose()
    assert again == given
    assert odd.json()["detail"] == "The secret has characters that are not possible there."
    assert checked.json() == {"state": "ready"}
    assert shown.json()["setup_report"] == REPORT
    assert replacing.json()["replaces"] == "png-01"
    assert retired.json()["replaced_by"] == "png-02"
    assert retired.json()["state"] == "retired"
    assert (unknown.status_code, unknown.json()["detail"][:29]) == (409, "There is no device 'png-09': ")
    for answer in (checked, shown, replacing, retired):
        assert given["secret"] not in answer.text
        assert given["client_id"] not in answer.text


async def test_a_new_user_logs_in_and_no_answer_carries_a_hash(room):
    """Nor does the list of users."""
    admin = await room.logged_in("ada")
    added = await admin.post("/api/v1/users", json=USER)
    short = await admin.post("/api/v1/users", json=USER | {"login": "kurz", "password": "too short"})
    listed = await admin.get("/api/v1/users")
    await admin.aclose()
    async with room.client() as client:
        answer = await client.post("/api/v1/login", json={"login": "nils", "password": "long enough pw"})
    assert added.status_code == 201
    assert answer.status_code == 200
    assert short.json()["detail"] == "The password needs at least 10 characters."
    assert "argon2" not in listed.text + added.text


async def test_the_chain_is_read_and_set_as_one_document(room):
    """A chain that cannot be used is refused with the place and the reason."""
    client = await room.logged_in("otto")
    assert (await client.put("/api/v1/chain", json=CHAIN)).status_code == 200
    read = (await client.get("/api/v1/chain")).json()
    empty = await client.put("/api/v1/chain", json=CHAIN | {"levels": []})
    broken = await client.put("/api/v1/chain", content=b"{")
    await client.aclose()
    (recipient,) = read["levels"][0]["recipients"]
    assert (recipient["kind"], recipient["name"]) == ("person", "Gate")
    assert (recipient["ways"][0]["channel"], read["levels"][0]["answer_s"]) == ("log", 30)
    assert {name: read[name] for name in CHAIN if name != "levels"} == {
        name: CHAIN[name] for name in CHAIN if name != "levels"
    }
    assert empty.status_code == broken.status_code == 422
    assert "no level" in empty.json()["detail"]


@pytest.mark.parametrize(
    "name", ["", "   ", "x" * 121, "line\nbreak", "nul\x00", "turned \u202eround", None, 7]
)
async def test_a_name_that_is_empty_long_or_deceptive_is_refused_with_a_sentence(room, name):
    """A name is one line that shows what it is."""
    client = await room.logged_in("otto")
    answer = await client.post("/api/v1/workers", json={"name": name})
    await client.aclose()
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("The name ")


async def test_bytes_that_are_no_form_get_a_sentence_and_no_trace(room):
    """Whatever comes in, the answer is JSON with a sentence."""
    async with room.client() as client:
        for body in (b"", b"{", b"[]", b"\xff\xfe", b'{"login": "\\ud800", "password": "x"}', b"[" * 5000):
            answer = await client.post(
                "/api/v1/login", content=body, headers={"Content-Type": "application/json"}
            )
            assert answer.status_code in {400, 401, 422}, body
            assert answer.json()["detail"].endswith(".")


async def test_a_request_to_nowhere_gets_json_too(room):
    """And the OpenAPI document needs nothing from elsewhere."""
    async with room.client() as client:
        missing = await client.get("/api/v1/nothing")
        document = await client.get("/api/v1/openapi.json")
        docs = await client.get("/docs")
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
    assert document.json()["info"]["title"] == "Rufweite"
    assert docs.status_code == 404
    assert ORIGIN not in document.text
    assert PASSWORD not in document.text
