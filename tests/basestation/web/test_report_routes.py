"""Reports over HTTP and by the command line: who gets what, and what is refused with a sentence."""

from typer.testing import CliRunner

from basestation.__main__ import app


async def test_a_report_comes_as_page_as_pdf_and_as_csv_and_is_logged(room):
    """The three say the same, none is kept by a cache, and the case tells who made them."""
    await room.start_shift("Anna Beispiel", "png-01", "Hall 3", "Gate B")
    room.radio.raise_alarm("png-01")
    (case,) = await room.cases(1)
    client = await room.logged_in()
    path = f"/api/v1/cases/{case['id']}/report"
    page = (await client.get(path, params={"language": "de"})).json()
    pdf, csv = await client.get(f"{path}/pdf"), await client.get(f"{path}/csv")
    month = f"/api/v1/reports/months/{case['opened_at'][:7]}"
    (site,) = (await client.get("/api/v1/reports/sites")).json()
    of_site = (await client.get(month, params={"site": site["id"]})).json()
    answers = [
        await client.get(month + "/pdf"),
        await client.get("/api/v1/reports/months/2026-13"),
        await client.get(month, params={"site": 99}),
        await client.get("/api/v1/cases/99/report"),
        await client.get(path, params={"language": "xx"}),
    ]
    timeline = (await client.get(f"/api/v1/cases/{case['id']}")).json()["timeline"]
    await client.aclose()
    assert page["document"]["title"] == f"Ereignis {case['id']}: Willensabhängiger Alarm"
    assert "Anna Beispiel" in dict(map(tuple, page["document"]["facts"])).values()
    assert (pdf.headers["content-type"], pdf.content[:4]) == ("application/pdf", b"%PDF")
    assert pdf.headers["cache-control"] == csv.headers["cache-control"] == "no-store"
    assert "Anna Beispiel" in csv.text
    assert of_site["facts"]["still_open"] == 1
    assert [answer.status_code for answer in answers] == [200, 409, 409, 404, 422]
    assert [entry["format"] for entry in timeline if entry["kind"] == "report_made"] == ["page", "pdf", "csv"]


def test_a_report_that_cannot_be_made_ends_the_command_with_a_sentence(tmp_path, monkeypatch):
    """No month, a file that is there, no station: never an empty file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RUFWEITE_DATA_DIR", str(tmp_path / "data"))
    runner = CliRunner()
    (tmp_path / "there.pdf").write_text("mine")
    no_month = runner.invoke(app, ["report", "month", "../x"])
    there = runner.invoke(app, ["report", "incident", "1", "--out", "there.pdf"])
    nobody = runner.invoke(app, ["report", "month", "2026-03", "--as", "csv"])
    assert (no_month.exit_code, there.exit_code, nobody.exit_code) == (2, 1, 1)
    assert "is there already" in there.output
    assert "No base station is running" in nobody.output
    assert [path.name for path in tmp_path.glob("*.*")] == ["there.pdf"]
    assert (tmp_path / "there.pdf").read_text() == "mine"
