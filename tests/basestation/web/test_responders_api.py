"""People, rota and choice of chains over HTTP."""

import pytest

from basestation.outgoing.channels import Delivery, Stage

CHAIN = {
    "name": "Night",
    "levels": [{"name": "First", "recipients": [{"kind": "role", "name": "First aid"}], "answer_s": 60}],
}
SITE = {"name": "Plant", "zone": "Europe/Berlin", "proof_days": 14, "version": 1}
RULE = {"chain": "Night", "kinds": ["manual", "technical/body"], "start": "22:00", "end": "06:00"}


async def test_people_and_rota_are_set_and_read_as_they_were_set(room):
    """Hours as on a clock, days as dates, moments in UTC."""
    client = await room.logged_in("otto")
    await client.put("/api/v1/sites/1", json=SITE)
    anna = (await client.post("/api/v1/responders", json={"name": "Anna Beispiel", "language": "de"})).json()
    path = f"/api/v1/responders/{anna['id']}/addresses"
    await client.put(path, json={"addresses": [{"channel": "sms", "address": "0000 111"}]})
    role = (await client.post("/api/v1/rota/roles", json={"name": "First aid"})).json()
    ids = {"role_id": role["id"], "responder_id": anna["id"]}
    plan = ids | {"weekdays": [1, 7], "start": "22:00", "end": "06:30", "first_day": "2026-03-02"}
    times = {"from_at": "2026-03-02T07:00:00+01:00", "until_at": "2026-03-02T07:00:00Z"}
    await client.post("/api/v1/rota/plan", json=plan)
    await client.post("/api/v1/rota/overrides", json=ids | times | {"is_instead": False})
    await client.post("/api/v1/rota/absences", json={"responder_id": anna["id"]} | times)
    (site,) = (await client.get("/api/v1/sites")).json()
    (person,) = (await client.get("/api/v1/responders")).json()
    rota = (await client.get("/api/v1/rota")).json()
    await client.aclose()
    assert (site["zone"], site["proof_days"]) == ("Europe/Berlin", 14)
    (address,) = person["addresses"]
    assert (person["language"], address["address"], address["proven_at"]) == ("de", "0000 111", None)
    assert rota["plan"] == [plan | {"id": 1, "last_day": None, "every_weeks": 1}]
    utc = {"from_at": "2026-03-02T06:00:00.000Z", "until_at": "2026-03-02T07:00:00.000Z"}
    assert rota["overrides"] == [ids | utc | {"id": 1, "is_instead": False}]
    assert rota["absences"] == [{"id": 1, "responder_id": anna["id"]} | utc]


async def test_chains_and_the_table_that_chooses_among_them_are_set_and_read(room):
    """The table as a whole; what it needs stays."""
    client = await room.logged_in("otto")
    put = await client.post("/api/v1/chains", json=CHAIN)
    table = (await client.put("/api/v1/chain-rules", json={"rules": [RULE]})).json()
    listed = (await client.get("/api/v1/chains")).json()
    used = await client.delete("/api/v1/chains/Night")
    await client.put("/api/v1/chain-rules", json={"rules": []})
    removed = await client.delete("/api/v1/chains/Night")
    await client.aclose()
    assert (put.status_code, removed.status_code) == (201, 200)
    assert table == [RULE | {"site": None, "marks": [], "weekdays": [1, 2, 3, 4, 5, 6, 7]}]
    assert [entry["chain"]["levels"][0]["recipients"][0]["kind"] for entry in listed] == ["role"]
    assert used.status_code == 409
    assert "in use" in used.json()["detail"]


@pytest.mark.parametrize(
    ("method", "path", "body", "sentence"),
    [
        ("POST", "/api/v1/rota/plan", {"start": "24:00"}, "The start has characters"),
        ("POST", "/api/v1/rota/plan", {"first_day": "31.12."}, "The first day cannot be used"),
        ("POST", "/api/v1/rota/absences", {"from_at": "2026-03-02T07:00:00"}, "The from at cannot be used"),
        (
            "PUT",
            "/api/v1/chain-rules",
            {"rules": [RULE | {"weekdays": [8]}]},
            "The rules 0 weekdays 0 cannot",
        ),
        (
            "PUT",
            "/api/v1/responders/1/addresses",
            {"addresses": [{"channel": "S M S"}]},
            "The addresses 0 channel",
        ),
        ("POST", "/api/v1/responders", {"name": "a\nb"}, "The name has characters"),
    ],
)
async def test_a_form_that_cannot_be_read_is_refused_with_the_place(room, method, path, body, sentence):
    """Nothing is guessed."""
    client = await room.logged_in("otto")
    whole = {"role_id": 1, "responder_id": 1, "first_day": "2026-03-02", "until_at": "2026-03-03T07:00:00Z"}
    answer = await client.request(method, path, json=whole | body)
    await client.aclose()
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith(sentence)


async def test_a_test_message_is_confirmed_by_pressing_and_not_by_opening_its_page(room):
    """Without a log-in; the page is the same for every code, so that it tells nobody which ones there are."""
    proofs, sent = room.engine.rescue.proofs, []

    async def send(channel, notice):
        sent.append((channel, notice))
        return Delivery(Stage.SENT)

    proofs.send = send
    client = await room.logged_in("otto")
    anna = (await client.post("/api/v1/responders", json={"name": "Anna Beispiel"})).json()
    path = f"/api/v1/responders/{anna['id']}"
    form = {"addresses": [{"channel": "email", "address": "anna@x.example"}]}
    await client.put(f"{path}/addresses", json=form)
    asked = await client.post(f"{path}/ask")
    code = sent[-1][1].code

    async def proof():
        (person,) = (await client.get("/api/v1/responders")).json()
        return person["addresses"][0]["proof"]

    async with room.client() as stranger:
        pages = [(await stranger.get(f"/proof/{one}")).text for one in (code, "NOTACODE22")]
        opened = await proof()
        foreign = await stranger.post(f"/api/v1/proofs/{code}", headers={"Origin": "https://evil.example"})
        wrong = await stranger.post("/api/v1/proofs/NOTACODE22")
        unpressed = await proof()
        pressed = await stranger.post(f"/api/v1/proofs/{code}")
    confirmed = await proof()
    await client.aclose()
    assert asked.json() == {"sent": 1}
    assert pages[0] == pages[1]
    assert "proof.js" in pages[0]
    assert (opened, unpressed, confirmed) == ("asked", "asked", "proven")
    assert (foreign.status_code, wrong.status_code) == (403, 409)
    assert pressed.json() == {"sentence": "Thank you. You can be reached here."}
