"""Statements that are built once, compiled once too: their SQL as SQLite takes it, and how parameters go in.

SQLAlchemy works its way from a statement to the same SQL anew each time, which costs ten times as much as
what SQLite then does. A statement that is executed for the second time gets a plan, unless something stands
between its values and SQLite's: lists that expand, types that are converted on their way, defaults made here.
Whatever has none goes the usual way. Decides nothing.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Boolean, Delete, Dialect, Insert, LargeBinary, Select, Update
from sqlalchemy.engine.result import IteratorResult, SimpleResultMetaData
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ReleaseSavepointClause, RollbackToSavepointClause, SavepointClause

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None

#: SQLite's driver takes their values as they are.
_PLAIN = (Boolean, LargeBinary)

#: What can have a plan.
_KINDS = (Select, Insert, Update, Delete, SavepointClause, ReleaseSavepointClause, RollbackToSavepointClause)

_plans: WeakKeyDictionary[Any, dict[tuple[str, ...], "Plan | None"]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Written:
    """What came of a statement that returns no rows."""

    rowcount: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A statement with the same names of parameters each time."""

    sql: str
    #: What stands in each place: the name of a parameter, or None for the constant in the same place.
    names: tuple[str | None, ...]
    constants: tuple[Any, ...]
    columns: SimpleResultMetaData | None

    def run(
        self, connection: sqlite3.Connection, parameters: Parameters, dialect: Dialect
    ) -> Written | IteratorResult[Any]:
        """Execute it; raises DBAPIError as SQLAlchemy does."""
        cursor = connection.cursor()
        try:
            if isinstance(parameters, Sequence):
                cursor.executemany(self.sql, [self._values(row) for row in parameters])
            else:
                cursor.execute(self.sql, self._values(parameters or {}))
            rows = cursor.fetchall() if self.columns else []
        except sqlite3.Error as error:
            raise DBAPIError.instance(self.sql, None, error, sqlite3.Error, dialect=dialect) from error
        finally:
            cursor.close()
        return IteratorResult(self.columns, iter(rows)) if self.columns else Written(cursor.rowcount)

    def _values(self, row: Mapping[str, Any]) -> list[Any]:
        return [
            constant if name is None else row[name]
            for name, constant in zip(self.names, self.constants, strict=True)
        ]


def plan_of(statement: Any, parameters: Parameters, dialect: Dialect) -> Plan | None:
    """Return the plan of a statement that was executed before with the same names, if it can have one."""
    if isinstance(parameters, Sequence):
        names = tuple(parameters[0]) if parameters else ()
    else:
        names = tuple(parameters or ())
    known = _plans.get(statement)
    if known is None:
        if isinstance(statement, _KINDS):
            _plans[statement] = {}
        return None
    if names not in known:
        known[names] = _made(statement, names, dialect)
    plan = known[names]
    # The rows of many statements at once are nobody's.
    return None if plan is None or (plan.columns and isinstance(parameters, Sequence)) else plan


def _made(statement: Any, names: tuple[str, ...], dialect: Dialect) -> Plan | None:
    compiled = statement.compile(dialect=dialect, column_keys=list(names))
    assert isinstance(compiled, SQLCompiler)
    if compiled.post_compile_params or compiled.literal_execute_params:
        return None
    if compiled.insert_prefetch or compiled.update_prefetch:
        return None
    binds = [compiled.binds[name] for name in compiled.positiontup or ()]
    if any(bind.callable or not _is_plain(bind.type, dialect) for bind in binds):
        return None
    returned = list(getattr(statement, "exported_columns", ()))
    if any(_converted(column.type, dialect) for column in returned):
        return None
    columns = SimpleResultMetaData(list(statement.exported_columns.keys())) if returned else None
    return Plan(
        compiled.string,
        tuple(bind.key if bind.key in names else None for bind in binds),
        tuple(None if bind.key in names else bind.value for bind in binds),
        columns,
    )


def _is_plain(kind: Any, dialect: Dialect) -> bool:
    return isinstance(kind, _PLAIN) or kind.dialect_impl(dialect).bind_processor(dialect) is None


def _converted(kind: Any, dialect: Dialect) -> bool:
    return kind.dialect_impl(dialect).result_processor(dialect, None) is not None
