"""Who may log in: roles at sites, the last administrator, codes that count once, versions, history, undo."""

import pytest
from sqlalchemy import insert, select, update

from basestation.cases.authority import Grant
from basestation.errors import EntryRefused
from basestation.site.log_ins import CODE_MS, LOCAL_LOGIN
from basestation.store.log import verify
from basestation.store.site_tables import grants
from basestation.store.tables import log_contents, sessions, users
from tests.basestation.site.rescue_bench import BY, rescue_site

ADMIN, OPERATOR = [Grant("admin")], [Grant("operator", 1)]


@pytest.fixture
async def site(tmp_path):
    """A site with Ada, who may do everything, and Nils, who handles cases."""
    async with rescue_site(tmp_path) as site:
        site.log_ins = site.rescue.log_ins
        await site.log_ins.add("ada", "Ada Admin", "hash", ADMIN, BY)
        await site.log_ins.add("nils", "Nils Neu", "hash", OPERATOR, BY)
        yield site


async def stored(site, number, *names):
    """Return what stands in the row of a log-in."""
    async with site.database.connect() as connection:
        query = select(*(users.c[name] for name in names)).where(users.c.id == number)
        return tuple((await connection.execute(query)).one())


async def test_the_last_administrator_of_all_sites_stays(site):
    """Neither retired nor given a lesser role; one of a single site, and the command line, do not count."""
    await site.log_ins.change(2, "Nils Neu", [Grant("admin", 1)], 1, BY)
    for attempt in (
        lambda: site.log_ins.retire(1, 1, BY),
        lambda: site.log_ins.change(1, "Ada Admin", [Grant("admin", 1)], 1, BY),
        lambda: site.log_ins.change(1, "Ada Admin", [Grant("safety_officer")], 1, BY),
    ):
        with pytest.raises(EntryRefused, match="last administrator"):
            await attempt()
    await site.log_ins.change(2, "Nils Neu", ADMIN, 2, BY)
    assert (await site.log_ins.retire(1, 1, BY))["is_active"] is False


async def test_a_code_counts_once_for_a_day_and_ends_password_and_sessions(site):
    """A wrong one, an old one and one that was used are refused in the same words."""
    async with site.database.begin() as connection:
        row = {"token_digest": "d", "user_id": 2, "created_at_ms": 1, "seen_at_ms": 1, "expires_at_ms": 2**40}
        await connection.execute(insert(sessions).values(row))
    code = (await site.log_ins.reset(2, 1, BY))["code"]
    assert await stored(site, 2, "password_hash") == ("",)
    async with site.database.connect() as connection:
        assert (await connection.execute(select(sessions))).all() == []
        logged = " ".join((await connection.execute(select(log_contents.c.content))).scalars())
    assert code not in logged
    for login, wrong in (("nils", "0" * 24), ("ada", code), ("nobody", code)):
        with pytest.raises(EntryRefused, match="Login or code is wrong"):
            await site.log_ins.choose_password(login, wrong, "new hash")
    await site.log_ins.choose_password("nils", f" {code.upper().replace('-', '')} ", "new hash")
    assert await stored(site, 2, "password_hash", "reset_digest") == ("new hash", None)
    with pytest.raises(EntryRefused, match="Login or code is wrong"):
        await site.log_ins.choose_password("nils", code, "third hash")
    late = (await site.log_ins.reset(2, 2, BY))["code"]
    site.clock.jump(CODE_MS / 1000)
    with pytest.raises(EntryRefused, match="older than a day"):
        await site.log_ins.choose_password("nils", late, "new hash")


async def test_a_change_made_from_an_old_version_is_refused_with_who_was_faster_and_undone_by_one_step(site):
    """The roles of before come back as a change of its own, and each stands in history and log."""
    await site.log_ins.change(2, "Nils Neu", [Grant("supervisor", 1)], 1, "Ada Admin")
    with pytest.raises(EntryRefused, match=r"NOT DONE: Ada Admin \(at 20"):
        await site.log_ins.change(2, "Nils Neu", [Grant("viewer", 1)], 1, BY)
    undone = await site.log_ins.undo(2, 2, BY)
    assert (undone["grants"], undone["version"]) == ([{"role": "operator", "site_id": 1}], 3)
    history = await site.log_ins.history(2)
    assert [(one["kind"], one["version"], one["by"]) for one in history] == [
        ("undone", 3, BY), ("changed", 2, "Ada Admin"), ("added", 1, BY),
    ]  # fmt: skip
    assert "hash" not in str(history)
    async with site.database.connect() as connection:
        assert await verify(connection) == []


async def test_whoever_was_there_before_roles_had_sites_keeps_theirs_and_their_first_change_can_be_undone(
    site,
):
    """Added by an older program: a role in the row, no grant."""
    async with site.database.begin() as connection:
        row = {
            "login": "otto",
            "display_name": "Otto",
            "password_hash": "h",
            "role": "safety_officer",
            "created_at_ms": 1,
        }
        await connection.execute(insert(users).values(row))
    (otto,) = [one for one in await site.log_ins.all() if one["login"] == "otto"]
    assert otto["grants"] == [{"role": "safety_officer", "site_id": None}]
    await site.log_ins.change(otto["id"], "Otto", OPERATOR, 1, BY)
    undone = await site.log_ins.undo(otto["id"], 2, BY)
    assert undone["grants"] == otto["grants"]


async def test_what_cannot_be_a_log_in_is_refused_with_a_sentence(site):
    """Nothing of it is kept."""
    attempts = {
        "at least one role": lambda: site.log_ins.add("x", "X", "h", [], BY),
        "no role 'king'": lambda: site.log_ins.add("x", "X", "h", [Grant("king")], BY),
        "no site 9 in service": lambda: site.log_ins.add("x", "X", "h", [Grant("viewer", 9)], BY),
        "one role for each site": lambda: site.log_ins.change(
            2, "N", [Grant("viewer"), Grant("admin")], 1, BY
        ),
        "'nils' already": lambda: site.log_ins.add("nils", "X", "h", OPERATOR, BY),
        "There is no log-in 99": lambda: site.log_ins.retire(99, 1, BY),
        "nothing to undo": lambda: site.log_ins.undo(2, 1, BY),
    }
    for sentence, attempt in attempts.items():
        with pytest.raises(EntryRefused, match=sentence):
            await attempt()
    async with site.database.begin() as connection:
        await connection.execute(update(users).where(users.c.id == 2).values(login=LOCAL_LOGIN))
    with pytest.raises(EntryRefused, match="command line"):
        await site.log_ins.retire(2, 1, BY)
    async with site.database.connect() as connection:
        assert len((await connection.execute(select(grants))).all()) == 2


async def test_a_retired_log_in_comes_back_with_its_roles(site):
    """And its password; in between nobody logs in as it."""
    gone = await site.log_ins.retire(2, 1, BY)
    back = await site.log_ins.bring_back(2, 2, BY)
    assert (gone["is_active"], back["is_active"], back["grants"]) == (False, True, gone["grants"])
    await site.log_ins.end_sessions(2, BY)
    await site.log_ins.change_password(2, "own hash", "")
    assert await stored(site, 2, "password_hash") == ("own hash",)
