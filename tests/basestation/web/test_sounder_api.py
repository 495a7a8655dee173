"""The silence of the control room's sounder over HTTP: who may, what it covers, that it is logged."""

from datetime import UTC, datetime

import pytest

from basestation.clock import FakeClock
from tests.basestation.web.control_room import ControlRoom

START = datetime(2030, 1, 7, 6, 0, tzinfo=UTC)


@pytest.fixture
async def frozen_room(tmp_path):
    """A control room whose time goes on only when the test says so."""
    room = ControlRoom(tmp_path, FakeClock(START))
    await room.start()
    await room.start_shift("Anna Beispiel", "png-01", "Hall 3")
    await room.start_shift("Bruno Muster", "png-02", "Tank farm")
    yield room
    await room.engine.stop()


async def silenced(client, *numbers: int):
    """Ask for silence of these cases."""
    return await client.post("/api/v1/sounder/silence", json={"cases": list(numbers)})


async def test_a_silence_is_told_to_every_console_logged_with_its_cases_and_ends_by_itself(frozen_room):
    """Who, until when, which; after 60 s of the station's time it is gone, and the case is as it was."""
    room = frozen_room
    room.radio.raise_alarm("png-01")
    room.radio.raise_alarm("png-02", "technical")
    before = await room.cases(2)
    client = await room.logged_in()
    answer = await silenced(client, 1)
    (seen,) = (await room.engine.snapshot())["silences"]
    assert (answer.status_code, answer.json()) == (200, seen)
    assert seen == {
        "by": "Olga Operator",
        "at": "2030-01-07T06:00:00.000Z",
        "until": "2030-01-07T06:01:00.000Z",
        "cases": [1],
    }
    entries = [one for one in await room.engine.timeline(1) if one["kind"] == "sounder_silenced"]
    assert [(one["user"], one["sound"], one["silence_s"]) for one in entries] == [
        ("Olga Operator", "person", 60)
    ]
    assert "sounder_silenced" not in {one["kind"] for one in await room.engine.timeline(2)}
    assert await room.engine.verify_log() == []
    after = (await room.engine.snapshot())["cases"]
    assert [(one["state"], one["next_step_at"]) for one in after] == [
        (one["state"], one["next_step_at"]) for one in before
    ]
    room.clock.jump(60)
    assert (await room.engine.snapshot())["silences"] == []
    await client.aclose()


async def test_a_silence_is_refused_for_what_does_not_sound_and_for_what_is_silenced_already(frozen_room):
    """With a sentence; an unknown case, one that somebody has, one that is quiet already, none at all."""
    room = frozen_room
    room.radio.raise_alarm("png-01")
    await room.cases(1)
    client = await room.logged_in()
    unknown = await silenced(client, 77)
    await silenced(client, 1, 77)
    again = await silenced(client, 1)
    room.clock.jump(60)
    heard_again = await silenced(client, 1)
    room.clock.jump(60)
    await client.post("/api/v1/cases/1/accept")
    taken = await silenced(client, 1)
    nothing = await silenced(client)
    await client.aclose()
    for refused in (unknown, again, taken):
        assert refused.status_code == 409
        assert "Nothing was silenced" in refused.text
    assert (heard_again.status_code, nothing.status_code) == (200, 422)
    kinds = [one["kind"] for one in await room.engine.timeline(1)]
    assert kinds.count("sounder_silenced") == 2


async def test_a_silence_outlives_a_restart_of_the_base_station(tmp_path):
    """It is kept with the cases, so a console that comes back shows the same."""
    first = ControlRoom(tmp_path, FakeClock(START))
    await first.start()
    await first.start_shift("Anna Beispiel", "png-01", "Hall 3")
    first.radio.raise_alarm("png-01")
    await first.cases(1)
    client = await first.logged_in()
    await silenced(client, 1)
    await client.aclose()
    await first.engine.stop()
    second = ControlRoom(tmp_path, FakeClock(START))
    await second.start(is_new=False)
    (seen,) = (await second.engine.snapshot())["silences"]
    await second.engine.stop()
    assert (seen["by"], seen["cases"]) == ("Olga Operator", [1])
