"""A register as a file in a real browser: taken out, looked at before it is read in, read in."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.accessible import faults_of
from tests.browser.test_pages import go

pytestmark = pytest.mark.browser


def file_of(text: str) -> dict:
    """Return what the file field takes."""
    return {"name": "workers.csv", "mimeType": "text/csv", "buffer": text.encode()}


def test_a_register_is_taken_out_looked_at_and_read_in(console, station):
    """The download arrives; a look changes nothing and names each line; a faulty line holds all back."""
    page = console(station, "otto")
    go(page, station, "#/register/workers")
    with page.expect_download() as loading:
        page.get_by_role("button", name="Take out as CSV").click()
    assert loading.value.suggested_filename == "workers.csv"
    lines = Path(loading.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert lines == ["name;phone", "Anna Beispiel;", "Bruno Muster;"]

    chooser, rows = page.locator("input[type=file]"), page.locator(".rows > li")
    chooser.set_input_files(file_of("name;phone\nAnna Beispiel;0000 111\n;5\n"))
    plan = page.get_by_role("region", name="What the file would do")
    expect(plan).to_contain_text("1 of its lines cannot be read in, so none is.")
    expect(plan).to_contain_text("Line 3:")
    expect(page.get_by_role("button", name="Yes, read it in")).to_have_count(0)

    chooser.set_input_files(file_of("name;phone\nAnna Beispiel;0000 111\nBruno Muster;\nClara Exempel;\n"))
    expect(plan).to_contain_text("It would add 1, change 1 and leave 1 as they are. Nothing is read in yet.")
    expect(plan).to_contain_text("Anna Beispiel Phone: (empty) becomes 0000 111")
    expect(plan).to_contain_text("Clara Exempel")
    expect(rows).to_have_count(2)
    assert faults_of(page) == []
    page.get_by_role("button", name="Yes, read it in").click()
    expect(page.get_by_role("status").filter(has_text="1 added, 1 changed.")).to_be_visible()
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("0000 111")
