"""Search: anything by a few letters, ranked, and nothing that a role does not need."""

import pytest

from basestation.cases.authority import Grant
from basestation.site.finding_things import find
from basestation.site.searching import AT_START, AT_WORD, INSIDE, Found, best, folded, rank
from tests.basestation.web.control_room import ControlRoom


@pytest.mark.parametrize(
    ("letters", "text", "expected"),
    [
        ("muller", "Müller, Anna", AT_START),
        ("mueller", "Müller, Anna", AT_START),
        ("anna", "Müller, Anna", AT_WORD),
        ("nna", "Müller, Anna", INSIDE),
        ("strasse", "Lange Straße", AT_WORD),
        ("lodz", "Łódź", AT_START),
        ("smorrebrod", "Smørrebrød", AT_START),
        ("x", "Müller", None),
        ("", "Müller", None),
    ],
)
def test_letters_are_compared_without_their_marks(letters, text, expected):
    """The start of the name before the start of a word before its middle."""
    assert rank(folded(letters), text) == expected


def test_the_best_comes_first_and_the_list_is_bounded():
    """By its title before by what else is known of it."""
    names = ("Johanna", "Beispiel, Anna", "Anna B", "Anna A")
    things = [Found("worker", "9", "Bruno", "anna@works.example")]
    things += [Found("worker", str(at), name) for at, name in enumerate(names)]
    assert [one.title for one in best("ANNA", things, 9)] == [
        "Anna A", "Anna B", "Beispiel, Anna", "Johanna", "Bruno",
    ]  # fmt: skip
    assert [one.title for one in best("anna", things, 2)] == ["Anna A", "Anna B"]
    assert best(" ", things, 9) == []


async def test_a_search_finds_every_kind_and_each_role_its_own(tmp_path):
    """Who is called is for the safety officer, who may log in for the administrator."""
    room = ControlRoom(tmp_path)
    await room.start()
    engine = room.engine
    await room.start_shift("Anna Zoé", "zoe-png", "Zoehalle")
    await engine.beacons.add("zoe-gate", "Zoe gate")
    await engine.rescue.responders.add("Zoë Retter", "de", None, None, "Otto Officer")
    await engine.add_user("zoe", "Zoe Zentrale", "x", "operator")
    room.radio.raise_alarm("zoe-png")
    (case,) = await room.cases(1)
    async with engine.database.connect() as connection:
        kinds = {
            role: {one.kind for one in await find(connection, "ZOE", [Grant(role)], 50)}
            for role in ("operator", "safety_officer", "admin", "nobody")
        }
        (by_number, *_) = await find(connection, f"#{case['id']}", [Grant("operator")], 5)
        elsewhere = await find(connection, "ZOE", [Grant("admin", 7)], 50)
        other_case = await find(connection, f"#{case['id']}", [Grant("operator", 7)], 5)
        nothing = await find(connection, "zzz%", [Grant("admin")], 5)
    await engine.stop()
    common = {"worker", "device", "workplace", "beacon", "case"}
    assert kinds["operator"] == common
    assert kinds["safety_officer"] == common | {"responder"}
    assert kinds["admin"] == common | {"responder", "user"}
    assert kinds["nobody"] == set()
    assert (by_number.kind, by_number.id) == ("case", str(case["id"]))
    assert nothing == other_case == []
    # A beacon without a zone is of no known site.
    assert {one.kind for one in elsewhere} == {"beacon"}
