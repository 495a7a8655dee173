"""Drills over HTTP: who reads what of one, the observer's link without a log-in, the protocol as files."""

import csv
import io

from tests.basestation.web.drill_routes import PLAN


async def begun(room, client):
    """Plan a drill at hall 3 with an observer and begin it; return it."""
    await room.engine.add_workplace("Hall 3", "Gate B, left")
    planned = (await client.post("/api/v1/drills", json=PLAN | {"observers": ["Vera Viewer"]})).json()
    answer = await client.post(f"/api/v1/drills/{planned['id']}/begin", json={"version": planned["version"]})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_whoever_is_drilled_reads_neither_the_place_nor_the_links_of_observers(room):
    """Until it is over; the safety officer reads all of it."""
    officer, operator = await room.logged_in("otto"), await room.logged_in()
    drill = await begun(room, officer)
    own = (await operator.get("/api/v1/drills/1")).json()
    assert (drill["place"], own["place"]) == ("Behind pump 4", "")
    assert (await operator.get("/api/v1/drills")).json()[0]["place"] == ""
    assert "link" in drill["observers"][0]
    assert own["observers"] == [{"id": 1, "name": "Vera Viewer"}]
    assert "Behind pump 4" not in str((await operator.get(f"/api/v1/cases/{drill['case_id']}")).json())
    early = await operator.get("/api/v1/drills/1/protocol/pdf")
    assert (early.status_code, "not over" in early.json()["detail"]) == (409, True)
    for client in (officer, operator):
        await client.aclose()


async def test_an_observer_notes_by_a_link_without_a_log_in_and_the_protocol_says_so(room):
    """Twice sent is once taken; a wrong link is counted and opens nothing; page, PDF and CSV say the same."""
    officer = await room.logged_in("otto")
    drill = await begun(room, officer)
    link = drill["observers"][0]["link"]
    now_ms = round(room.clock.now().timestamp() * 1000)
    note = {"key": "a-key-of-the-phone", "stage": "first_aid", "at_ms": now_ms - 5000, "offset_ms": 5000}
    async with room.client() as phone:
        assert (await phone.get(link)).status_code == 200
        for _ in range(2):
            page = (await phone.post(f"{link}/notes", json=note)).json()
        assert [one["stage"] for one in page["notes"]] == ["first_aid"]
        state = await phone.get(f"{link}/state")
        assert state.headers["cache-control"] == "no-store"
        assert (await phone.get(f"{link[:-1]}x/state")).status_code == 404
        assert (await phone.post(f"{link}/notes", json=note | {"key": "no"})).status_code == 422
        assert (
            await phone.post(f"{link}/notes", json=note | {"key": "k" * 9, "stage": "x"})
        ).status_code == 409
    assert room.web.state.web.counts.links_refused == 1
    drill = (await officer.get("/api/v1/drills/1")).json()
    ended = await officer.post("/api/v1/drills/1/end", json={"version": drill["version"]})
    assert ended.json()["help_stage"] == "first_aid"
    pdf = await officer.get("/api/v1/drills/1/protocol/pdf?language=de")
    assert pdf.content[:4] == b"%PDF"
    sheet = (await officer.get("/api/v1/drills/1/protocol/csv")).text
    rows = [row for row in csv.reader(io.StringIO(sheet)) if row]
    assert {row[0] for row in rows} >= {"stages", "notes", "signatures", "facts"}
    assert "Vera Viewer" in sheet
    moment = room.clock.now()
    quarter = f"{moment.year}-{(moment.month + 2) // 3}"
    listed = (await officer.get(f"/api/v1/drills/quarters/{quarter}")).json()["document"]["sections"][0][
        "rows"
    ]
    assert [(row[0], row[2]) for row in listed] == [("1", "Hall 3")]
    wrong = await officer.get("/api/v1/drills/quarters/2026-5")
    assert (wrong.status_code, "no quarter" in wrong.json()["detail"]) == (409, True)
    await officer.aclose()
