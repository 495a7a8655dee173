"""A table that refuses a row, on either store: what a test breaks is the database, not the program."""

from sqlalchemy import text

_SQLITE = (
    "CREATE TRIGGER {name} BEFORE {change} ON {table} WHEN {when} BEGIN SELECT RAISE({kind}, '{name}'); END"
)
_FUNCTION = "CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {deed}; RETURN NEW; END $$"
_TRIGGER = (
    "CREATE TRIGGER {name} BEFORE {change} ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {name}()"
)


async def refuse(connection, change, table, when, *, ends_session=False):
    """Let `change` (INSERT or UPDATE) of `table` fail when `when` holds; or end the whole transaction."""
    facts = {"name": "mistake", "change": change, "table": table, "when": when}
    if connection.dialect.name == "sqlite":
        kind = "ROLLBACK" if ends_session else "ABORT"
        await connection.execute(text(_SQLITE.format(kind=kind, **facts)))
        return
    deed = "PERFORM pg_terminate_backend(pg_backend_pid())" if ends_session else "RAISE EXCEPTION 'mistake'"
    await connection.execute(text(_FUNCTION.format(name="mistake", deed=deed)))
    await connection.execute(text(_TRIGGER.format(**facts)))


async def accept(connection, table):
    """Take the fault out again."""
    on = "" if connection.dialect.name == "sqlite" else f" ON {table}"
    await connection.execute(text(f"DROP TRIGGER mistake{on}"))
