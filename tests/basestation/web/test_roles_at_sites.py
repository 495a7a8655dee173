"""Roles at sites: what each may do with the things of its own site, of another one, and of no known one."""

import asyncio
import json
from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import insert

from basestation.cases.authority import ROLES, Grant
from basestation.drills.planning import Plan
from basestation.store.location_tables import walks
from basestation.store.responder_tables import duty_plan
from tests.basestation.web.control_room import PASSWORD_HASH, WAIT_S_MAX, serving
from tests.basestation.web.test_api import ROUTES
from tests.basestation.web.test_live import console, next_with, token_of

BY = "Ada Admin"
DAY = date(2026, 4, 1)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="9" height="9"/></svg>'
#: Parts of paths and bodies in the tables of routes that name something of a site; there they are all 1.
NAMED = (
    "cases",
    "plans",
    "shifts",
    "walks",
    "workplaces",
    "responders",
    "zones",
    "sites",
    "devices",
    "roles",
    "drills",
    "lessons",
    "places",
)
FIELDS = ("workplace_id", "worker_id", "site_id", "responder_id", "role_id", "device")


async def log_in(room, login, *given):
    """Let somebody have these roles, and return their client."""
    await room.engine.rescue.log_ins.add(login, login.title(), PASSWORD_HASH, given, BY)
    return await room.logged_in(login)


async def kept_of(number, work):
    """Keep a coverage walk and a line of the rota."""
    walk = {
        "device": f"png-0{number}",
        "workplace_id": number,
        "started_by": BY,
        "started_at_ms": 1,
        "until_at_ms": 2,
    }
    await work.connection.execute(insert(walks).values(walk))
    plan = {"role_id": number, "responder_id": number, "weekdays": "1", "start_min": 0, "end_min": 0}
    await work.connection.execute(
        insert(duty_plan).values(plan | {"every_weeks": 1, "first_day": "2026-03-02"})
    )


@pytest.fixture
async def two_sites(room):
    """Two sites; whatever has number 1 is of the plant, 2 of the depot: also the cases of two alarms."""
    engine, rescue = room.engine, room.engine.rescue
    await rescue.sites.add("Depot", "Europe/London", 30, BY)
    for number, hall in ((1, "Hall 3"), (2, "Tank farm")):
        await engine.add_workplace(hall, "", number)
        worker = await engine.add_worker(f"Worker {number}", "", number)
        await engine.add_device(f"png-0{number}", "", number)
        await engine.plans.add(hall, "", number, SVG, BY)
        await rescue.zones.add(number, "Boiler room", "Gas", None, [], [number], BY)
        await rescue.responders.add(f"Helper {number}", "en", None, None, BY, number)
        await rescue.duties.add_role(f"First aid {number}", number, BY)
        olga = (await engine.user_by_login("olga")).user
        await engine.start_shift(
            worker_id=worker["id"], device=f"png-0{number}", workplace_id=number,
            planned_end=room.clock.now() + timedelta(hours=8), user=olga,
        )  # fmt: skip
        await engine.committer.run(partial(kept_of, number))
        await engine.drills.places.add(number, "Cable cellar", "", BY)
        plan = Plan(number, "day", "Fall", "Behind pump 4", room.clock.now(), hard_place_id=number)
        await engine.drills.lessons.add((await engine.drills.plan(plan, BY))["id"], "Mark it", "Lea", DAY, BY)
        room.radio.raise_alarm(f"png-0{number}")
        await room.cases(number)
    return room


def at_site(method, path, body, number):
    """Return path and body with what they name of a site being that of site `number`; None if nothing is."""
    parts = path.split("/")
    places = [at for at in range(1, len(parts)) if parts[at - 1] in NAMED and parts[at] in ("1", "png-01")]
    for at in places:
        parts[at] = parts[at].replace("1", str(number))
    fields = {name: body[name] for name in FIELDS if body and name in body}
    if not places and not fields:
        return None
    if method == "PUT" and ("responders" in parts or "roles" in parts):
        fields["site_id"] = number
    moved = {
        name: value.replace("1", str(number)) if name == "device" else number
        for name, value in fields.items()
    }
    return "/".join(parts), (body or {}) | moved if body is not None else None


async def test_whatever_a_role_may_at_its_own_site_it_may_at_no_other(two_sites):
    """Every route that names something of a site, with every role; an administrator next door is refused."""
    walked = 0
    for role in ROLES:
        client = await log_in(two_sites, f"nora-{role}", Grant(role, 2))
        for method, path, body, least in ROUTES:
            elsewhere, here = at_site(method, path, body, 1), at_site(method, path, body, 2)
            if elsewhere is None or path.endswith(("/retire", "/removed")):
                continue
            if role == "admin":
                walked += 1
                refused = await client.request(method, elsewhere[0], json=elsewhere[1])
                assert refused.status_code == 403, (method, elsewhere, refused.text)
            needed = "viewer" if (method, least) == ("GET", "operator") else least
            is_allowed = ROLES.index(role) >= ROLES.index(needed)
            answer = await client.request(method, here[0], json=here[1])
            assert (answer.status_code != 403) == is_allowed, (role, method, here, answer.text)
        await client.aclose()
    assert walked > 30


async def test_what_concerns_the_whole_station_needs_a_role_at_all_sites(two_sites):
    """The default chain, log-ins, releases: an administrator of one site is refused with the reason."""
    client = await log_in(two_sites, "nora", Grant("admin", 2))
    for method, path, body, _ in ROUTES:
        is_named = at_site(method, path, body, 2) is not None
        is_of_something = any(part in path for part in ("/me/", "png-", "/gate-", "/1"))
        if method == "GET" or is_named or is_of_something:
            continue
        answer = await client.request(method, path, json=body)
        assert answer.status_code == 403, (method, path)
    assert (await client.get("/api/v1/users")).status_code == 403
    assert "concerns all sites" in (await client.delete("/api/v1/trial")).json()["detail"]
    named = await client.post("/api/v1/workers", json={"name": "Nina", "site_id": 2})
    await client.aclose()
    assert named.status_code == 201


@pytest.mark.parametrize("number", ["1.0", " 1", "+1", "1_", True, 1.0, [1], {"id": 1}])
async def test_no_way_of_writing_a_number_leads_past_the_site(two_sites, number):
    """What is no plain number is nobody's."""
    client = await log_in(two_sites, "nora", Grant("safety_officer", 2))
    answer = await client.post("/api/v1/workers", json={"name": "Nina", "site_id": number})
    bare = await client.post(
        "/api/v1/workers", content=json.dumps({"name": "Nina", "site_id": 1}), headers={"Content-Type": ""}
    )
    await client.aclose()
    assert answer.status_code == 403
    assert bare.status_code == 403


async def test_each_sees_the_lists_of_their_sites_only(two_sites):
    """Registers, plans, rota and the people who come; whoever has all sites sees all."""
    depot = await log_in(two_sites, "nora", Grant("safety_officer", 2))
    everywhere = await two_sites.logged_in("otto")
    counts = {}
    for path in (
        "workers",
        "workplaces",
        "devices",
        "shifts",
        "plans",
        "sites",
        "zones",
        "responders",
        "fleet",
    ):
        own, whole = [(await c.get(f"/api/v1/{path}")).json() for c in (depot, everywhere)]
        counts[path] = len(own), len(whole)
        assert "png-01" not in json.dumps(own)
    rota = (await depot.get("/api/v1/rota")).json()
    me = (await depot.get("/api/v1/me")).json()
    for client in (depot, everywhere):
        await client.aclose()
    assert counts == dict.fromkeys(counts, (1, 2))
    assert [role["name"] for role in rota["roles"]] == ["First aid 2"]
    assert me["grants"] == [{"role": "safety_officer", "site_id": 2}]


async def test_a_snapshot_has_the_cases_of_the_own_sites_and_of_no_known_one(two_sites):
    """Case and person of another site are not there; an alarm of a device nobody knows is everybody's."""
    changes = two_sites.engine.changes()
    two_sites.radio.raise_alarm("png-unknown")
    async with asyncio.timeout(WAIT_S_MAX):
        while "png-unknown" not in {c["device"] for c in (await two_sites.engine.snapshot())["cases"]}:
            await anext(changes)
    operator = await log_in(two_sites, "nora", Grant("operator", 2))
    viewer = await log_in(two_sites, "vera", Grant("viewer", 2))
    shown = (await operator.get("/api/v1/snapshot")).json()
    looked = (await viewer.get("/api/v1/snapshot")).json()
    taken = await operator.post("/api/v1/cases/2/accept")
    not_theirs = [
        await operator.post("/api/v1/cases/1/accept"),
        await viewer.post("/api/v1/cases/2/on_scene"),
    ]
    for client in (operator, viewer):
        await client.aclose()
    devices = {case["device"] for case in shown["cases"]}
    assert "png-unknown" in devices
    assert "png-02" in devices
    assert "png-01" not in devices
    assert [one["worker"] for one in shown["people"]] == ["Worker 2"]
    assert {case["device"] for case in looked["cases"]} == devices
    assert all(case["verbs"] for case in shown["cases"] if case["is_person"])
    assert not any(case["verbs"] for case in looked["cases"])
    assert taken.status_code == 200
    assert [answer.status_code for answer in not_theirs] == [403, 403]


async def test_protocols_pictures_and_access_of_another_site_are_not_listed(two_sites):
    """What is kept of workers tells their names' numbers, and protocols how a site works."""
    everywhere = await two_sites.logged_in("otto")
    for number in (1, 2):
        assert (await everywhere.post(f"/api/v1/workers/{number}/access")).status_code == 201
        form = {"site_id": number, "kind": "", "steps": ["Call the gate"], "version": 0}
        assert (await everywhere.put("/api/v1/protocols", json=form)).status_code == 200
    here = await log_in(two_sites, "nora", Grant("safety_officer", 2))
    lists = {}
    for path in ("worker-access", "protocols", "pictures"):
        lists[path] = [len((await c.get(f"/api/v1/{path}")).json()) for c in (here, everywhere)]
    (access,) = (await here.get("/api/v1/worker-access")).json()
    for client in (everywhere, here):
        await client.aclose()
    assert lists == {"worker-access": [1, 2], "protocols": [1, 2], "pictures": [0, 0]}
    assert access["worker_id"] == 2


async def test_what_is_handed_over_of_another_site_is_not_told(two_sites):
    """The list of an open handover names workers."""
    going = await log_in(two_sites, "gina", Grant("operator"))
    assert (await going.post("/api/v1/room-duty")).status_code == 200
    assert (await going.post("/api/v1/handovers")).status_code == 201
    here = await log_in(two_sites, "nora", Grant("operator", 2))
    whole = (await going.get("/api/v1/snapshot")).json()["room_duty"]["handover"]["items"]
    part = (await here.get("/api/v1/snapshot")).json()["room_duty"]["handover"]["items"]
    for client in (going, here):
        await client.aclose()
    assert {"case/1", "case/2"} <= {item["key"] for item in whole}
    assert "case/2" in {item["key"] for item in part}
    assert "case/1" not in {item["key"] for item in part}


async def test_a_responder_sees_and_answers_the_cases_they_are_called_in_and_no_other(two_sites):
    """Whatever the site of the case: whoever is called may come."""
    client = await log_in(two_sites, "rita", Grant("responder", 1))
    users = {one["login"]: one["id"] for one in await two_sites.engine.rescue.log_ins.all()}
    people = two_sites.engine.rescue.responders
    await people.change(2, "Helper 2", "en", users["rita"], None, BY, 2)
    await people.set_addresses(2, [("log", "x")], BY)
    before = (await client.get("/api/v1/snapshot")).json()
    await two_sites.engine.desk.add_recipient(2, "Olga Operator", "Helper 2")
    after = (await client.get("/api/v1/snapshot")).json()
    coming = await client.post("/api/v1/cases/2/on_the_way", json={"minutes": 5})
    other = await client.get("/api/v1/cases/1")
    await client.aclose()
    assert (before["cases"], before["people"]) == ([], [])
    assert [case["id"] for case in after["cases"]] == [2]
    assert coming.json()["helpers"][0]["name"] == "Rita"
    assert other.status_code == 403


async def test_a_console_gets_its_own_part_and_another_one_when_the_roles_change(two_sites):
    """Within a heartbeat, without a reload; two consoles of the same sites share one text."""
    await log_in(two_sites, "nora", Grant("operator", 2))
    token = await token_of(two_sites, "nora")
    async with serving(two_sites.web) as port, console(port, token) as page:
        first = (await next_with(page, "snapshot"))["snapshot"]
        (user,) = [one for one in await two_sites.engine.rescue.log_ins.all() if one["login"] == "nora"]
        await two_sites.engine.rescue.log_ins.change(user["id"], "Nora", [Grant("operator", 1)], 1, BY)
        async with asyncio.timeout(WAIT_S_MAX):
            while [c["device"] for c in (await next_with(page, "snapshot"))["snapshot"]["cases"]] != [
                "png-01"
            ]:
                pass
    assert [case["device"] for case in first["cases"]] == ["png-02"]


async def test_a_console_counts_as_attended_only_where_its_user_may_act(two_sites):
    """Somebody at the depot's console is nobody for the plant; a viewer is nobody at all."""
    tokens = []
    for login, grant in (("nora", Grant("operator", 2)), ("vera", Grant("viewer"))):
        await log_in(two_sites, login, grant)
        tokens.append(await token_of(two_sites, login))
    attendance, clock = two_sites.engine.attendance, two_sites.clock
    attendance.consoles = two_sites.web.state.web.live.signs
    found = {}
    async with serving(two_sites.web) as port:
        for name, token in zip(("operator", "viewer"), tokens, strict=True):
            async with console(port, token) as page:
                await next_with(page, "snapshot")
                await page.send('{"is_sounding":true,"idle_s":1}')
                async with asyncio.timeout(WAIT_S_MAX):
                    while not any(one.sounding_at for one in attendance.signs()):
                        await next_with(page, "beat")
                found[name] = [attendance.is_attended(clock.now(), site) for site in (1, 2, None)]
    assert found == {"operator": [False, True, True], "viewer": [False, False, False]}
