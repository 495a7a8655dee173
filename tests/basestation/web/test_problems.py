"""Every refusal is a problem as RFC 9457 has it: a sentence for a person, a code for a program."""

import pytest

from basestation.errors import EntryRefused, UnknownCase
from basestation.web.problems import CODES, code_of
from tests.basestation.web.control_room import PASSWORD

NAMES = {"type", "title", "status", "detail", "instance", "code"}
WRONG = {"login": "olga", "password": "wrong horse battery"}


async def test_each_refusal_names_its_kind_status_place_and_sentence(room):
    """The same names wherever it was refused: gate, log-in, role, route, form and step."""
    client = await room.logged_in()
    stranger = room.client(origin="http://elsewhere.test")
    anonymous = room.client()
    answers = {
        "not_allowed": await stranger.post("/api/v1/logout"),
        "not_logged_in": await anonymous.get("/api/v1/me"),
        "unknown_case": await client.get("/api/v1/cases/99"),
        "not_found": await client.get("/api/v1/nowhere"),
        "method_not_allowed": await client.delete("/api/v1/me"),
        "too_large": await client.post("/api/v1/login", content=b" " * 70_000),
        "invalid_request": await client.post("/api/v1/login", json={}),
        "shift_refused": await client.post("/api/v1/shifts/9/end"),
        "chain_error": await (await room.logged_in("otto")).put("/api/v1/chain", json={"name": "x"}),
    }
    for code, answer in answers.items():
        told = answer.json()
        assert answer.headers["content-type"] == "application/problem+json", code
        assert set(told) - {"errors"} == NAMES, told
        assert (told["code"], told["status"], told["type"]) == (code, answer.status_code, "about:blank")
        assert told["instance"] == answer.request.url.path
        assert told["detail"].endswith(".")
    assert answers["unknown_case"].json()["title"] == "Not Found"


async def test_every_wrong_field_is_named_by_its_pointer(room):
    """A form marks them all at once; of a parameter the name is told."""
    client = await room.logged_in("otto")
    form = await client.post("/api/v1/responders", json={"name": "", "language": "fr", "site_id": 0})
    inside = await client.put("/api/v1/responders/1/addresses", json={"addresses": [{"address": "0"}]})
    number = await client.get("/api/v1/cases/none")
    broken = await client.post("/api/v1/login", content=b"{", headers={"Content-Type": "application/json"})
    faults = form.json()["errors"]
    assert [fault["pointer"] for fault in faults] == ["#/name", "#/language", "#/site_id"]
    assert form.json()["detail"] == faults[0]["detail"] == "The name needs at least 1 characters."
    assert inside.json()["errors"] == [
        {"detail": "The addresses 0 channel is missing.", "pointer": "#/addresses/0/channel"}
    ]
    assert number.json()["errors"][0]["parameter"] == "case_id"
    assert broken.json()["errors"] == [{"detail": "The request is not JSON.", "pointer": "#"}]


async def test_what_was_typed_is_not_told_back(room):
    """A password that was refused stands in no answer."""
    async with room.client() as client:
        odd = await client.post("/api/v1/login", json=WRONG | {"login": "", "more": PASSWORD})
    assert odd.status_code == 422
    assert WRONG["password"] not in odd.text
    assert PASSWORD not in odd.text


@pytest.mark.parametrize(("kind", "code"), [(UnknownCase, "unknown_case"), (EntryRefused, "entry_refused")])
def test_the_code_of_a_named_error_is_its_name(kind, code):
    """Sentences are mended and translated, codes are not."""
    assert code_of(kind("a sentence")) == code


def test_no_two_statuses_share_a_code():
    """A program tells them apart by it."""
    assert len(set(CODES.values())) == len(CODES)
