"""What was, page by page: nothing is skipped and nothing comes twice while more comes in."""

import pytest

from basestation.casework.pressing import Said
from basestation.web.paging import LIMIT_MAX, cursor

#: More than one page of 3.
CASES = 7


async def closed(room, device: str) -> int:
    """Let a device raise an alarm and close its case."""
    room.radio.raise_alarm(device)
    (case,) = await room.cases(1)
    user = (await room.engine.user_by_login("olga")).user
    for verb in ("accept", "on_the_way", "on_scene"):
        await room.engine.press(case["id"], verb, user)
    await room.engine.press(case["id"], "all_clear", user, Said("Worker is well"))
    return case["id"]


async def pages(client, path: str, between=None) -> list[dict]:
    """Return all items, page by page of 3; `between` runs after each page."""
    items, after = [], ""
    while True:
        joint = "&" if "?" in path else "?"
        answer = (await client.get(f"{path}{joint}limit=3&after={after}")).json()
        items += answer["items"]
        if answer["next"] is None:
            return items
        assert len(answer["items"]) == 3
        after = answer["next"]
        if between is not None:
            await between()


async def test_pages_of_closed_cases_skip_and_double_nothing_while_others_close(room):
    """The newest first; what closes meanwhile is for the next reader."""
    await room.start_shift("Anna Müller", "png-01", "Hall 3")
    ids = [await closed(room, "png-01") for _ in range(CASES)]
    client = await room.logged_in()
    found = await pages(client, "/api/v1/cases", lambda: closed(room, "png-01"))
    by_name = await pages(client, "/api/v1/cases?worker=muller")
    others = await pages(client, "/api/v1/cases?worker=bruno")
    by_kind = (await client.get("/api/v1/cases?kind=fall")).json()
    past = (await client.get("/api/v1/cases?until_at=2020-01-01T00:00:00Z")).json()
    assert [one["id"] for one in found] == ids[::-1]
    assert found[0]["worker"] == "Anna Müller"
    assert (found[0]["outcome"], found[0]["reason"]) == ("all_clear", "Worker is well")
    assert len(by_name) == CASES + 2
    assert (others, by_kind["items"], past["items"]) == ([], [], [])


async def test_pages_of_the_log_and_of_messages_skip_and_double_nothing(room):
    """Their numbers have no gaps, so each page can be held against them."""
    await room.start_shift("Anna Beispiel", "png-01", "Hall 3")
    for _ in range(CASES):
        await closed(room, "png-01")
    client = await room.logged_in("otto")
    newest = (await client.get("/api/v1/log?limit=1")).json()["items"][0]["seq"]
    entries = await pages(client, "/api/v1/log", lambda: room.engine.add_worker("Bruno Muster"))
    kinds = await pages(client, "/api/v1/log?kind=worker_added")
    messages = await pages(client, "/api/v1/devices/png-01/messages", lambda: closed(room, "png-01"))
    assert [one["seq"] for one in entries] == list(range(newest, 0, -1))
    assert {one["kind"] for one in kinds} == {"worker_added"}
    assert [one["seq"] for one in messages] == list(range(CASES, 0, -1))
    assert messages[0]["message"]["kind"] == "raised"


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        f"limit={LIMIT_MAX + 1}",
        "after=none",
        "after=%00",
        f"after={cursor([1, 2])}",
        f"after={cursor([2**63])}",
        f"after={cursor([True])}",
    ],
)
async def test_a_page_that_cannot_be_is_refused_with_a_sentence(room, query):
    """No limit beyond the bound, and no place that is none of ours."""
    client = await room.logged_in()
    answer = await client.get(f"/api/v1/cases?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert answer.json()["detail"].endswith(".")
