"""Which programs the tables serve: expand now, contract a release later."""

import ast
from pathlib import Path

from basestation.store.migrations import versions
from basestation.store.replica_tables import served_programs
from basestation.store.serving import fault_of_service

#: Since this one, programs of two releases may work on one database.
FIRST = "0020"
#: What takes something away, or asks more of what an older program writes.
_TAKES = {
    "drop_column", "drop_table", "drop_constraint", "alter_column", "rename_table", "drop_index",
    "create_unique_constraint", "create_foreign_key", "create_check_constraint",
}  # fmt: skip


def _calls(tree):
    return [
        (node.func.attr, node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]


def _is_optional(call):
    names = {keyword.arg: keyword.value for keyword in call.keywords}
    is_nullable = "nullable" in names and getattr(names["nullable"], "value", None) is True
    return is_nullable or "server_default" in names


def _faults(source):
    calls = _calls(ast.parse(source))
    faults = [name for name, _ in calls if name in _TAKES]
    for name, call in calls:
        if name == "add_column":
            faults += [
                name for inner, column in _calls(call) if inner == "Column" and not _is_optional(column)
            ]
    return faults if "served_programs" not in source else []


def test_migrations_since_programs_may_differ_only_add():
    """Or they say in `served_programs` which programs are still served."""
    files = [path for path in Path(versions.__file__).parent.glob("0*.py") if path.name[:4] >= FIRST]
    assert files
    assert {path.name: found for path in files if (found := _faults(path.read_text()))} == {}


def test_a_migration_that_takes_away_or_demands_is_found():
    """A column that must be filled, where an older program fills none."""
    assert _faults("op.drop_column('cases', 'code')") == ["drop_column"]
    assert _faults("op.add_column('cases', sa.Column('x', sa.Text(), nullable=False))") == ["add_column"]
    assert _faults("op.add_column('cases', sa.Column('x', sa.Text(), nullable=True))") == []


async def test_tables_that_serve_only_newer_programs_are_told_by_a_sentence(migrated):
    """And those that serve this one by none."""
    async with migrated.begin() as connection:
        assert await connection.run_sync(fault_of_service) == ""
        await connection.execute(served_programs.update().values(first_revision="9999"))
        assert "9999" in await connection.run_sync(fault_of_service)
