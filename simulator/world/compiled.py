"""What SQLAlchemy makes of a statement, kept: its text for SQLite, its parameters in order, its rows' names.

Decides nothing: the text is that of the product's own compiler, found by the key under which SQLAlchemy
keeps it too. Only what runs a statement and hands its rows over is shorter than in production. What is not
one plain statement (columns of one name twice, defaults of the program) is left to SQLAlchemy.
"""

import sqlite3
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.engine.result import IteratorResult, SimpleResultMetaData
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

#: The dialect of the product's own engine.
DIALECT: Any = SQLiteDialect_aiosqlite(dbapi=SQLiteDialect_aiosqlite.import_dbapi())
_COMPILED: dict[Any, SQLCompiler] = {}
_SHAPES: WeakKeyDictionary[SQLCompiler, "Shape"] = WeakKeyDictionary()
#: Statements that are built once and asked again and again: nothing of them changes.
_STANDING: WeakKeyDictionary[Any, dict[Any, tuple[Any, Any, Any]]] = WeakKeyDictionary()


class Rows(IteratorResult[Any]):
    """The rows of a statement, and how many it changed."""

    rowcount = -1


class Changed:
    """What a statement without rows gives back."""

    __slots__ = ("rowcount",)

    def __init__(self, rowcount: int) -> None:
        self.rowcount = rowcount


class Shape:
    """What of a compiled statement is the same each time it runs."""

    __slots__ = ("binds", "is_expanding", "is_plain", "names", "processors", "rows")

    def __init__(self, compiled: SQLCompiler) -> None:
        columns: Sequence[Any] = compiled._result_columns or ()  # noqa: SLF001
        keys = [column.keyname for column in columns]
        processors = [column.type._cached_result_processor(DIALECT, None) for column in columns]  # noqa: SLF001
        self.processors: Any = compiled._bind_processors  # noqa: SLF001
        self.names: Sequence[str] = compiled.positiontup or ()
        self.binds: list[tuple[str, Any]] = [(name, self.processors.get(name)) for name in self.names]
        self.is_expanding = bool(compiled.literal_execute_params or compiled.post_compile_params)
        self.is_plain = (
            len(set(keys)) == len(keys)
            and not (compiled.insert_prefetch or compiled.update_prefetch)
            and not compiled.isplaintext
        )
        self.rows = (
            SimpleResultMetaData(keys, _processors=processors if any(processors) else None) if keys else None
        )


class Ready:
    """A statement with its parameters, ready to run."""

    __slots__ = ("_many", "_shape", "parameters", "text")

    def __init__(self, shape: Shape, text: str, parameters: Sequence[Any], *, is_many: bool) -> None:
        self.text, self.parameters = text, parameters
        self._shape, self._many = shape, is_many

    def run(self, connection: sqlite3.Connection) -> Any:
        """Run it and return its rows, or how many it changed; raises what SQLAlchemy raises."""
        try:
            if self._many:
                return Changed(connection.executemany(self.text, self.parameters).rowcount)
            cursor = connection.execute(self.text, self.parameters)
            if self._shape.rows is None:
                return Changed(cursor.rowcount)
            rows = cursor.fetchall()
        except sqlite3.Error as error:
            raise as_raised(error, self.text, self.parameters) from error
        result = Rows(self._shape.rows, iter(rows))
        result.rowcount = len(rows)
        return result


def as_raised(error: sqlite3.Error, text: str = "", parameters: Any = ()) -> BaseException:
    """Return an error of the database as SQLAlchemy raises it."""
    return DBAPIError.instance(text, parameters, error, sqlite3.Error, dialect=DIALECT)


def ready(statement: Any, parameters: Any) -> Ready | None:
    """Return a statement ready to run, or None if it is not a plain one."""
    many = parameters if isinstance(parameters, list) else [parameters] if parameters else []
    if not hasattr(statement, "_compile_w_cache") or (many and not many[0]):
        return None
    keys = tuple(many[0]) if many else ()
    compiled, extracted, collected = _compile(statement, keys, is_many=len(many) > 1)
    if not isinstance(compiled, SQLCompiler):
        return None
    shape = _SHAPES.get(compiled)
    if shape is None:
        shape = _SHAPES[compiled] = Shape(compiled)
    if not shape.is_plain or (len(many) > 1 and (shape.is_expanding or shape.rows)):
        return None
    rows = [
        compiled.construct_params(
            one, extracted_parameters=extracted, escape_names=False, _collected_params=collected
        )
        for one in many or [None]
    ]
    if shape.is_expanding:
        return _expanded(compiled, shape, rows[0])
    values = [
        tuple([row[name] if bind is None else bind(row[name]) for name, bind in shape.binds]) for row in rows
    ]
    is_many = len(values) > 1
    return Ready(shape, compiled.string, values if is_many else values[0], is_many=is_many)


def _compile(statement: Any, keys: tuple[str, ...], *, is_many: bool) -> tuple[Any, Any, Any]:
    found = _STANDING.get(statement)
    if found is not None and (keys, is_many) in found:
        return found[keys, is_many]
    compiled, extracted, collected, _ = statement._compile_w_cache(  # noqa: SLF001
        DIALECT, compiled_cache=_COMPILED, column_keys=list(keys), for_executemany=is_many
    )
    made = _STANDING.setdefault(statement, {})[keys, is_many] = compiled, extracted, collected
    return made


def _expanded(compiled: Any, shape: Shape, row: Any) -> Ready:
    state = compiled._process_parameters_for_postcompile(row)  # noqa: SLF001
    processors = {**shape.processors, **state.processors}
    values = tuple(
        [processors[name](row[name]) if name in processors else row[name] for name in state.positiontup]
    )
    return Ready(shape, state.statement, values, is_many=False)
