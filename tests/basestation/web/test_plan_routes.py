"""Floor plans over HTTP: the API, the responder's page and the console's case, under the pages' policies."""

import re
from contextlib import asynccontextmanager
from datetime import timedelta
from xml.etree import ElementTree as ET

from basestation.plans.drawn import figures
from basestation.plans.picture import PLAN_BYTES_MAX
from basestation.plans.shown import DRAWN_BYTES_MAX, Drawing, Heard, Mark
from basestation.plans.words import LANGUAGES, words_in
from tests.basestation.plans.test_bitmap_plans import JPEG
from tests.basestation.site_bench import NOW
from tests.basestation.web.rescue_room import BEN, alarmed, press, staffed, state_of, token_of

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100"><script>alert(1)</script>'
    b'<rect x="1" y="1" width="198" height="98" onclick="alert(1)" style="fill:none;stroke:black"/></svg>'
)


@asynccontextmanager
async def aclosing_all(*clients):
    """Close the clients at the end of the block."""
    yield
    for client in clients:
        await client.aclose()


async def keep(client, content=SVG, **query):
    """Bring a plan and return the answer."""
    return await client.post("/api/v1/plans", params={"name": "Hall 3", **query}, content=content)


async def test_a_safety_officer_keeps_plans_and_an_operator_reads_them(room):
    """Brought as they are, marked, shown with history, taken off, retired; refusals are sentences."""
    await room.engine.add_workplace("Hall 3")
    officer, operator = await room.logged_in("otto"), await room.logged_in("olga")
    async with aclosing_all(officer, operator):
        added = (await keep(officer, level="ground floor")).json()
        assert (added["id"], added["left_out"]) == (1, {"script": 1, "onclick": 1})
        mark = {"kind": "workplace", "points": [[50, 40.5]], "workplace_id": 1}
        assert (await officer.post("/api/v1/plans/1/marks", json=mark)).status_code == 201
        assert (await operator.get("/api/v1/plans")).json()[0]["name"] == "Hall 3"
        found = (await operator.get("/api/v1/plans/1")).json()
        assert (found["marks"][0]["workplace"], found["marks"][0]["points"]) == ("Hall 3", [[50, 40.5]])
        shown = await operator.get("/api/v1/plans/1/picture")
        assert shown.headers["content-type"] == "image/svg+xml"
        assert "sandbox" in shown.headers["content-security-policy"]
        assert "alert" not in shown.text
        ET.fromstring(shown.text)
        for path in ("plans/1/marks/1/retire", "plans/1/retire"):
            assert (await operator.post(f"/api/v1/{path}")).status_code == 403
            assert (await officer.post(f"/api/v1/{path}")).status_code == 200
        assert (await operator.get("/api/v1/plans")).json() == []
        assert (await operator.get("/api/v1/plans", params={"retired": True})).json()[0][
            "retired_by"
        ] == "Otto Officer"
        history = (await operator.get("/api/v1/plans/1", params={"history": True})).json()["marks"]
        assert history[0]["ended_by"] == "Otto Officer"
        assert (await keep(operator)).status_code == 403
        assert (await operator.post("/api/v1/plans/1/marks", json=mark)).status_code == 403
        refused = await keep(officer, b"%PDF-1.7")
        assert (refused.status_code, refused.json()["detail"][:19]) == (409, "The file is no plan")
        endless = b'{"kind": "assembly", "points": [[1e999, 1]]}'
        typed = {"Content-Type": "application/json"}
        refused = await officer.post("/api/v1/plans/1/marks", content=endless, headers=typed)
        assert refused.status_code == 422
        assert (await operator.get("/api/v1/plans/9")).status_code == 409


async def test_only_the_path_for_plans_takes_a_large_body_and_only_of_those_who_may(room):
    """To the byte; whoever is not logged in is refused before anything is read."""
    filled = SVG + b"<!--" + b"x" * (PLAN_BYTES_MAX - len(SVG) - 7) + b"-->"
    assert len(filled) == PLAN_BYTES_MAX
    officer, stranger = await room.logged_in("otto"), room.client()
    async with aclosing_all(officer, stranger):
        assert (await keep(officer, filled)).status_code == 201
        assert (await keep(officer, filled + b" ")).status_code == 413
        assert (await keep(stranger, filled)).status_code == 401
        assert (await officer.post("/api/v1/plans/1/marks", content=filled)).status_code == 413
        assert (await officer.put("/api/v1/plans", content=filled)).status_code == 413


async def test_a_responder_sees_place_way_and_assembly_point_and_nothing_once_the_case_is_over(room):
    """In their language, inline and under a policy that runs and styles nothing; dead with the link."""
    await staffed(room)
    plans, by = room.engine.plans, "Otto Officer"
    await plans.add("Hall 3", "ground floor", 1, SVG, by)
    await plans.place(1, "workplace", [(50, 40)], by, workplace_id=1)
    await plans.place(1, "way", [(0, 0), (50, 40)], by, label="from <gate> B")
    await plans.place(1, "assembly", [(190, 90)], by, label="car park")
    await alarmed(room, "silent")
    token = token_of(room, BEN)
    async with room.client(origin=None) as client:
        answer = await client.get(f"/r/{token}")
        shown = (await state_of(client, token)).plan
        for words in (
            "Plan: Hall 3, ground floor",
            "HIER",
            "am ehesten hier",
            "from &lt;gate&gt; B",
            "Sammelpunkt",
        ):
            assert words in shown, words
        assert answer.text.count("<svg") == 1
        assert not re.search(r"style=|<script[^>]*>[^<]|onclick|alert|<gate>", shown)
        assert "style-src 'self'" in answer.headers["content-security-policy"]
        # Those who only draw previews of links get nothing of it.
        client.headers["User-Agent"] = "WhatsApp/2.23.20.0"
        assert "Hall 3" not in (await client.get(f"/r/{token}")).text
        client.headers["User-Agent"] = "a phone"
        assert (await client.get(f"/r/{token}/picture/1")).status_code == 200
        assert "Zurück zum Alarm" in (await client.get(f"/r/{token}/plan/1")).text
        for path in (
            f"{token}/picture/2",
            f"{token}/plan/2",
            f"{token[:-1]}/plan/1",
            f"{token[:-1]}/picture/1",
        ):
            assert (await client.get(f"/r/{path}")).status_code == 404, path
        await press(client, token, "on_scene")
        await press(client, token, "all_clear", reason="is well")
        await press(client, token_of(room), "confirm") if (await room.engine.case(1))["is_open"] else None
        assert not (await room.engine.case(1))["is_open"]
        over = await client.get(f"/r/{token}")
        assert "Hall 3" not in over.text
        assert "<svg" not in over.text
        for path in ("picture/1", "plan/1"):
            assert (await client.get(f"/r/{token}/{path}")).status_code == 404


async def test_a_plan_too_large_for_a_phone_is_a_link_and_a_picture_comes_by_its_own_address(room):
    """The large one opens on a page of its own; the console's case draws both."""
    await staffed(room)
    plans, by = room.engine.plans, "Otto Officer"
    wall = b'<rect x="1" y="1" width="9" height="9" fill="none" stroke="black"/>'
    large = SVG.replace(b"</svg>", wall * (DRAWN_BYTES_MAX["svg"] // len(wall)) + b"</svg>")
    await plans.add("Large", "", 1, large, by)
    await plans.add("Photographed", "", 1, JPEG, by)
    await room.engine.beacons.add("gate-3", "Gate 3")
    await plans.place(1, "workplace", [(50, 40)], by, workplace_id=1)
    await plans.place(2, "beacon", [(8, 4)], by, beacon="gate-3")
    await alarmed(room, "fall")
    token = token_of(room)
    client, operator = room.client(origin=None), await room.logged_in()
    async with aclosing_all(client, operator):
        shown = (await state_of(client, token)).plan
        assert "<svg" not in shown
        assert f'href="/r/{token}/plan/1"' in shown
        assert (await client.get(f"/r/{token}/plan/1")).text.count("<rect") > 600
        room.radio.say("png-01", "place", alarm="1-1", beacons={"gate-3": -52}, age_s=4)
        changes = room.engine.changes()
        while not (await room.engine.case(1))["near"]:
            await anext(changes)
        shown = (await state_of(client, token)).plan
        assert shown.index("Photographed") < shown.index("Large")
        assert f'<image href="/r/{token}/picture/2" width="16" height="8"/>' in shown
        assert "Gate 3 (gate-3)" in shown
        assert "-52 dBm" in shown
        kept = await client.get(f"/r/{token}/picture/2")
        assert (kept.headers["content-type"], kept.content) == ("image/jpeg", JPEG)
        console = (await operator.get("/api/v1/cases/1/plans")).text
        assert '<image href="/api/v1/plans/2/picture"' in console
        assert console.count("<svg") == 2
        assert (await operator.get("/api/v1/cases/7/plans")).status_code == 404
        assert (await client.get("/api/v1/cases/1/plans")).status_code == 401


def drawn(language="en", *, is_confirmed=True, **facts):
    """Return the page of one plan with every kind of mark."""
    heard = Heard("gate-3", "Gate <3>", -52, NOW - timedelta(seconds=9))
    marks = (
        Mark("beacon", "gate-3", ((10.0, 10.0),), is_place=True, heard=heard),
        Mark("workplace", "Hall & yard", ((190.0, 50.0),)),
        Mark("way", "", ((0.0, 0.0), (5.0, 5.0), (5.0, 5.0), (9.0, 5.0))),
        Mark("assembly", "car park", ((100.0, 90.0),)),
    )
    size = {"width": 200.0, "height": 100.0, "kind": "png", "markup": "", **facts}
    drawing = Drawing(1, "Hall", "", marks=marks, is_wearer_confirmed=is_confirmed, **size)
    return figures((drawing,), language, lambda _: "/picture?a=1&b=2", lambda _: "/plan")


def test_every_mark_has_a_shape_and_words_of_its_own_in_each_language():
    """Read without colour: signs, labels where there is room, a legend that says which and how old."""
    text = drawn()
    root = ET.fromstring(f"<body>{text}</body>")
    shapes = {
        name: len(root.findall(f".//{name}")) for name in ("polyline", "polygon", "circle", "rect", "image")
    }
    # A doubled point of a way has no direction; two arrow heads and the triangle are left.
    assert shapes == {"polyline": 2, "polygon": 3, "circle": 4, "rect": 2, "image": 1}
    labels = {one.text: one.get("text-anchor") for one in root.findall(".//text")}
    assert labels == {"HERE": "start", "Hall & yard": "end", "A": "middle"}
    lines = ["".join(one.itertext()) for one in root.findall(".//li")]
    assert lines[0].startswith("△ Gate <3> (gate-3): most likely here; beacon heard most strongly, -52 dBm, ")
    assert root.find(".//time").get("data-age") == "yes"
    assert lines[1] == "◎ Hall & yard: place of work of this shift"
    assert lines[2:] == ["➔ way in", "▣ car park: assembly point"]
    assert "last shift" in drawn(is_confirmed=False)
    assert "am ehesten hier" in drawn("de")
    assert drawn("fr") == text
    assert {tuple(words) for words in LANGUAGES.values()} == {tuple(words_in("en"))}


def test_signs_are_as_large_on_every_plan():
    """A twenty-second of the width: 16 pixels of 366 on a phone, whatever the units are."""
    for width in (20.0, 200.0, 8000.0):
        root = ET.fromstring(f"<body>{drawn(width=width, height=width / 2)}</body>")
        assert {float(one.get("font-size")) for one in root.findall(".//text")} == {float(f"{width / 22:g}")}
