"""Files of what a site registers: looked at first, then all or nothing, and never with a secret."""

WORKERS = "\ufeffname;phone\r\nAnna Müller;'+49 170 1\r\nBruno Muster;\r\n".encode()


async def test_a_file_is_looked_at_first_and_then_carried_out_as_a_whole(room):
    """The dry run changes nothing; the second time nothing is left to do; what was exported comes back."""
    client = await room.logged_in("otto")
    looked = (await client.post("/api/v1/csv/workers", content=WORKERS)).json()
    none = (await client.get("/api/v1/workers")).json()
    done = (await client.post("/api/v1/csv/workers?dry_run=false", content=WORKERS)).json()
    again = (await client.post("/api/v1/csv/workers?dry_run=false", content=WORKERS)).json()
    changed = WORKERS.replace(b"+49 170 1", b"+49 170 2")
    more = (await client.post("/api/v1/csv/workers?dry_run=false", content=changed)).json()
    exported = await client.get("/api/v1/csv/workers")
    assert (looked["is_dry_run"], [one["line"] for one in looked["created"]], none) == (True, [2, 3], [])
    assert (done["created"], again["created"], again["unchanged"]) == (looked["created"], [], 2)
    assert more["changed"] == [
        {"line": 2, "name": "Anna Müller", "fields": {"phone": ["+49 170 1", "+49 170 2"]}}
    ]
    assert exported.headers["content-type"] == "text/csv; charset=utf-8"
    assert exported.content == changed
    kinds = [one["kind"] for one in (await client.get("/api/v1/log?limit=3")).json()["items"]]
    assert kinds == ["worker_changed", "worker_added", "worker_added"]
    assert await room.engine.verify_log() == []


async def test_one_line_that_is_refused_keeps_all_others_out(room):
    """The sentence names the line; the dry run lists them all."""
    client = await room.logged_in("otto")
    content = b"name,zone\ngate-1,Gate\nGate 2,Gate\ngate-3,\n"
    looked = (await client.post("/api/v1/csv/beacons", content=content)).json()
    refused = await client.post("/api/v1/csv/beacons?dry_run=false", content=content)
    beacons = (await client.get("/api/v1/beacons")).json()
    assert [one["line"] for one in looked["refused"]] == [3, 4]
    assert refused.status_code == 409
    assert refused.json()["detail"].startswith("Nothing was imported. Line 3: The name may have")
    assert beacons == []


async def test_devices_come_without_secrets_and_by_an_administrator_only(room):
    """A device that was brought may speak at once; its log-in is in no file."""
    officer, admin = await room.logged_in("otto"), await room.logged_in("ada")
    content = b"name;label\npng-01;Nr. 1\n"
    refused = await officer.post("/api/v1/csv/devices?dry_run=false", content=content)
    done = await admin.post("/api/v1/csv/devices?dry_run=false", content=content)
    (credential,) = await room.engine.credentials()
    exported = (await officer.get("/api/v1/csv/devices")).text
    room.radio.raise_alarm("png-01")
    (case,) = await room.cases(1)
    assert (refused.status_code, done.status_code) == (403, 200)
    assert exported == "\ufeffname;label\r\npng-01;Nr. 1\r\n"
    assert credential.secret not in done.text
    assert case["device"] == "png-01"


async def test_a_file_over_the_bound_is_refused(room):
    """Before it is read."""
    client = await room.logged_in("otto")
    answer = await client.post("/api/v1/csv/workers", content=b"name\n" + b"x" * 1_100_000)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
