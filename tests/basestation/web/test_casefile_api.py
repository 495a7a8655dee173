"""What is written of a case, over HTTP: notes, the protocol's steps, the report, and who it is about."""

import asyncio
from datetime import timedelta
from zlib import crc32

import pytest

from basestation.casefile import outcomes
from tests.basestation.web.casefile_routes import NOTE

STEPS = ["Call the worker", "Send the first aider", "Open gate 3"]


@pytest.fixture
async def people(room):
    """Olga at the console and Otto the safety officer, with Anna at work in hall 3."""
    olga, otto = await room.logged_in("olga"), await room.logged_in("otto")
    await room.start_shift("Anna Beispiel", "png-01", "Hall 3")
    yield room, olga, otto
    await olga.aclose()
    await otto.aclose()


async def raised(room, kind="manual", device="png-01"):
    """Raise an alarm and return the path of its case."""
    before = len((await room.engine.snapshot())["cases"])
    room.radio.raise_alarm(device, kind)
    cases = await room.cases(before + 1)
    return f"/api/v1/cases/{max(case['id'] for case in cases)}"


def png(width=2, height=2, *, comment=b""):
    """Return the bytes of a PNG as far as its structure goes, with a comment in it."""

    def chunk(name, data):
        return len(data).to_bytes(4, "big") + name + data + crc32(name + data).to_bytes(4, "big")

    size = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\0\0\0"
    text = chunk(b"tEXt", comment) if comment else b""
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + text + chunk(b"IDAT", b"\0") + chunk(b"IEND", b"")


async def test_a_note_stands_once_with_who_wrote_it_however_often_it_is_sent(people):
    """Also after the end; in the log; empty ones are refused."""
    room, olga, otto = people
    path = await raised(room)
    first = await olga.post(f"{path}/notes", json=NOTE)
    again = await olga.post(f"{path}/notes", json=NOTE)
    other = await otto.post(f"{path}/notes", json=NOTE | {"text": "The gate\nis open."})
    assert (first.status_code, again.json()) == (201, first.json())
    assert (other.status_code, "load the page again" in other.json()["detail"]) == (409, True)
    await otto.post(f"{path}/notes", json={"text": "The gate\nis open.", "key": "fedcba9876543210"})
    empty = await olga.post(f"{path}/notes", json=NOTE | {"text": "  "})
    long = await olga.post(f"{path}/notes", json=NOTE | {"text": "x" * 2001})
    assert empty.status_code == long.status_code == 422
    await olga.post(f"{path}/accept")
    await olga.post(f"{path}/on_scene")
    await olga.post(f"{path}/all_clear", json={"reason": "is well"})
    late = await olga.post(f"{path}/notes", json={"text": "Later.", "key": "0000000000000000"})
    case = (await olga.get(path)).json()
    assert late.status_code == 201
    assert [(note["by"], note["text"]) for note in case["notes"]] == [
        ("Olga Operator", "Called the gate."),
        ("Otto Officer", "The gate\nis open."),
        ("Olga Operator", "Later."),
    ]
    logged = [entry for entry in case["timeline"] if entry["kind"] == "note_added"]
    assert [entry["user"] for entry in logged] == ["Olga Operator", "Otto Officer", "Olga Operator"]
    assert (await olga.post("/api/v1/cases/99/notes", json=NOTE)).status_code == 404


async def test_a_case_keeps_the_protocol_with_which_it_opened(people):
    """That of its kind before the one for all; a technical alarm has none of those about people."""
    room, olga, otto = people
    for kind, steps in (("", ["Look at the map"]), ("fall", STEPS)):
        await otto.put("/api/v1/protocols", json={"kind": kind, "steps": steps, "version": 0})
    await room.start_shift("Bruno Muster", "png-02", "Tank farm")
    fall, manual = await raised(room, "fall"), await raised(room, "manual", "png-02")
    changed = await otto.put("/api/v1/protocols", json={"kind": "fall", "steps": ["New"], "version": 1})
    assert changed.json()["version"] == 2
    protocol = (await olga.get(fall)).json()["protocol"]
    assert ([step["text"] for step in protocol["steps"]], protocol["version"]) == (STEPS, 1)
    listed = (await olga.get(manual)).json()
    assert [step["text"] for step in listed["protocol"]["steps"]] == ["Look at the map"]
    technical = await raised(room, "technical")
    assert (await olga.get(technical)).json()["protocol"] is None
    refused = await olga.put(f"{technical}/protocol/0", json={"is_done": True, "version": 0})
    assert refused.json()["detail"].endswith("has no step 1.")


async def test_a_protocol_that_somebody_changed_meanwhile_is_not_overwritten(people):
    """Who, when; what was in force stays readable; an empty list takes it out of force."""
    room, olga, otto = people
    form = {"kind": "fall", "steps": STEPS, "version": 0}
    ada = await room.logged_in("ada")
    await otto.put("/api/v1/protocols", json=form)
    stale = await ada.put("/api/v1/protocols", json=form | {"steps": ["Mine"]})
    assert stale.status_code == 409
    assert stale.json()["detail"].startswith("Otto Officer changed this protocol at 20")
    await ada.put("/api/v1/protocols", json=form | {"steps": [], "version": 1})
    listed = (await otto.get("/api/v1/protocols")).json()
    assert [(one["version"], one["set_by"], one["ended_at"] is None) for one in listed] == [
        (2, "Ada Admin", False),
        (1, "Otto Officer", False),
    ]
    assert (await olga.get(await raised(room, "fall"))).json()["protocol"] is None
    again = await otto.put("/api/v1/protocols", json=form | {"version": 2})
    assert (again.json()["version"], again.json()["ended_at"]) == (3, None)
    for wrong in ({"kind": "earthquake"}, {"site_id": 9}):
        assert (await otto.put("/api/v1/protocols", json=form | wrong)).status_code == 409
    many = await otto.put("/api/v1/protocols", json=form | {"steps": ["x"] * 31})
    assert many.status_code == 422
    await ada.aclose()


async def test_of_two_operators_the_first_ticks_a_step_and_the_second_reads_who_it_was(people):
    """A press sent again changes nothing; taken back, both stay in the log; consoles hear of each at once."""
    room, olga, otto = people
    await otto.put("/api/v1/protocols", json={"kind": "", "steps": STEPS, "version": 0})
    path = await raised(room)
    mark = (await room.engine.snapshot())["casefile"]
    tick = {"is_done": True, "version": 0}
    done = (await olga.put(f"{path}/protocol/1", json=tick)).json()
    assert (done["is_done"], done["by"], done["version"]) == (True, "Olga Operator", 1)
    assert (await room.engine.snapshot())["casefile"] != mark
    again = await olga.put(f"{path}/protocol/1", json=tick)
    late = await otto.put(f"{path}/protocol/1", json=tick)
    assert again.json() == done
    assert late.status_code == 409
    assert late.json()["detail"].startswith("Olga Operator ticked this step at 20")
    both = await asyncio.gather(
        olga.put(f"{path}/protocol/0", json=tick), otto.put(f"{path}/protocol/2", json=tick)
    )
    assert [answer.status_code for answer in both] == [200, 200]
    await otto.put(f"{path}/protocol/1", json={"is_done": False, "version": 1})
    early = await olga.put(f"{path}/protocol/1", json={"is_done": True, "version": 1})
    assert "Otto Officer took back this step" in early.json()["detail"]
    same = await olga.put(f"{path}/protocol/1", json={"is_done": False, "version": 2})
    assert (same.status_code, same.json()["by"]) == (200, "Otto Officer")
    case = (await olga.get(path)).json()
    assert [step["is_done"] for step in case["protocol"]["steps"]] == [True, False, True]
    kinds = [entry["kind"] for entry in case["timeline"] if entry["kind"].startswith("step_")]
    assert (kinds.count("step_done"), kinds.count("step_taken_back")) == (3, 1)
    assert (await olga.put(f"{path}/protocol/3", json=tick)).status_code == 409


async def test_a_report_that_somebody_else_wrote_is_not_overwritten(people):
    """409 with who and when; each version stays in the log."""
    room, olga, otto = people
    path = await raised(room)
    first = await olga.put(f"{path}/report", json={"text": "Slipped on oil.", "version": 0})
    again = await olga.put(f"{path}/report", json={"text": "Slipped on oil.", "version": 0})
    late = await otto.put(f"{path}/report", json={"text": "Fell.", "version": 0})
    assert first.json()["version"] == again.json()["version"] == 1
    assert late.status_code == 409
    assert late.json()["detail"].startswith("Olga Operator wrote a newer report at 20")
    await room.start_shift("Bruno Muster", "png-02", "Tank farm")
    other = await raised(room, "rest", "png-02")
    early = await otto.put(f"{other}/report", json={"text": "Fell.", "version": 1})
    assert "no report yet" in early.json()["detail"]
    await otto.put(f"{path}/report", json={"text": "Slipped on oil, bruised.", "version": 1})
    case = (await olga.get(path)).json()
    assert (case["report"]["by"], case["report"]["version"]) == ("Otto Officer", 2)
    texts = [entry["text"] for entry in case["timeline"] if entry["kind"] == "report_written"]
    assert texts == ["Slipped on oil.", "Slipped on oil, bruised."]


async def test_an_end_is_put_down_to_a_code_that_belongs_to_it(people):
    """Kept with the wish for an end too; a code of another end is refused, and nothing has happened."""
    room, olga, otto = people
    path = await raised(room)
    await olga.post(f"{path}/accept")
    wrong = await olga.post(f"{path}/all_clear", json={"reason": "is well", "code": "taken_off"})
    assert (wrong.status_code, (await olga.get(path)).json()["proposal"]) == (409, None)
    await otto.post(f"{path}/all_clear", json={"reason": "is well", "code": "helped"})
    proposed = (await olga.get(path)).json()
    assert (proposed["proposal"]["by"], proposed["outcome_code"]) == ("Otto Officer", "helped")
    await olga.post(f"{path}/on_scene")
    await olga.post(f"{path}/false_alarm", json={"reason": "knelt down"})
    closed = (await olga.get(path)).json()
    assert (closed["outcome"], closed["outcome_code"]) == ("false_alarm", None)
    codes = (await olga.get("/api/v1/outcome-codes")).json()
    assert {code["code"] for code in codes} == {code.name for code in outcomes.CODES}
    assert all(code["en"] and code["de"] for code in codes)


async def test_number_and_picture_open_with_the_alarm_and_close_with_it(people):
    """Not before it is raised, not after its end; each look is in the log of the case."""
    room, olga, otto = people
    worker = (await otto.post("/api/v1/workers", json={"name": "Willi Werker", "phone": "0000 12345"})).json()
    picture = png(comment=b"taken at home")
    await otto.put(f"/api/v1/workers/{worker['id']}/picture", content=picture)
    user = (await room.engine.user_by_login("olga")).user
    await room.engine.add_device("png-02")
    end = room.clock.now() + timedelta(hours=2)
    await room.engine.start_shift(
        worker_id=worker["id"], device="png-02", workplace_id=1, planned_end=end, user=user
    )
    room.radio.say("png-02", "pre-alarm", alarm_kind="fall", deadline_ms=30000)
    (early,) = await room.cases(1)
    before = await olga.get(f"/api/v1/cases/{early['id']}/casualty")
    assert (before.status_code, "not before" in before.json()["detail"]) == (409, True)
    assert (await olga.get(f"/api/v1/cases/{early['id']}/picture")).status_code == 409
    path = await raised(room, device="png-02")
    shown = (await olga.get(f"{path}/casualty")).json()
    assert (shown["worker"], shown["phone"]) == ("Willi Werker", "0000 12345")
    seen = await olga.get(f"{path}/picture")
    assert (seen.status_code, seen.headers["content-type"]) == (200, "image/png")
    assert seen.headers["x-content-type-options"] == "nosniff"
    assert b"taken at home" not in seen.content
    case = (await olga.get(path)).json()
    kinds = {entry["kind"] for entry in case["timeline"]}
    assert {"casualty_opened", "picture_opened"} <= kinds
    assert "0000 12345" not in str(case)
    assert "0000 12345" not in str(await room.engine.snapshot())
    for verb, body in (("accept", {}), ("on_scene", {}), ("all_clear", {"reason": "is well"})):
        await olga.post(f"{path}/{verb}", json=body)
    assert (await olga.get(f"{path}/casualty")).status_code == 409
    assert (await olga.get(f"{path}/picture")).status_code == 409


@pytest.mark.parametrize("kind", ["silent", "duress"])
async def test_nobody_is_given_a_number_while_a_silent_case_of_the_worker_is_open(people, kind):
    """Neither in that case nor in any other of the same worker."""
    room, olga, _ = people
    await room.engine.committer.run(
        lambda work: work.connection.exec_driver_sql("UPDATE workers SET phone = '0000 12345'")
    )
    loud = await raised(room, "fall")
    assert (await olga.get(f"{loud}/casualty")).json()["phone"] == "0000 12345"
    hidden = await raised(room, kind)
    for path in (loud, hidden):
        shown = (await olga.get(f"{path}/casualty")).json()
        assert (shown["phone"], shown["is_silent"]) == (None, True)


async def test_a_picture_is_small_whole_and_of_a_kind_that_browsers_show(people):
    """Judged by its bytes; a sentence for each other file; removed, it is gone."""
    _, _, otto = people
    path = "/api/v1/workers/1/picture"
    for data, sentence in (
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "The file is no picture"),
        (png()[:-6], "damaged or cut off"),
        (png(2049, 10), "2048 pixels a side"),
        (png(comment=b"x" * 60_000), "60000 are the most"),
        (b"", "The file is no picture"),
    ):
        refused = await otto.put(path, content=data)
        assert (refused.status_code, sentence in refused.json()["detail"]) == (409, True), refused.text
    assert (await otto.put(path, content=png(2048, 2))).status_code == 200
    assert (await otto.put("/api/v1/workers/99/picture", content=png())).status_code == 409
    assert [one["worker_id"] for one in (await otto.get("/api/v1/pictures")).json()] == [1]
    assert (await otto.delete(path)).status_code == 200
    assert (await otto.delete(path)).status_code == 409
    assert (await otto.get("/api/v1/pictures")).json() == []
