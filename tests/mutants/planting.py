"""Puts one fault into the product as it stands in this process, and notes whether it was ever reached.

A fault changes functions in place (their code is exchanged, so that whoever imported them has the fault
too) or one row of a table. To be used in a process of its own that then ends: nothing is put back. A fault
can be marked instead: the product stays right, and where the fault would be, its name is noted.
"""

import ast
import asyncio
import importlib
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

#: Names of the faults whose place was reached since somebody emptied this.
REACHED: set[str] = set()
_MARK, _UNCOMMITTED = "_a_fault_is_reached", "_run_uncommitted"
_WITH_BODY = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Text:
    """In `module`, the text `right` becomes `wrong`, and so do those of `also`; all lie within functions."""

    name: str
    module: str
    right: str
    wrong: str
    also: tuple[tuple[str, str], ...] = ()

    def put_into(self, source: str) -> str:
        """Return the source with the fault; AssertionError where the text is not there."""
        for right, wrong in ((self.right, self.wrong), *self.also):
            assert right in source, f"{self.name}: {right!r} is not in {self.module}"
            source = source.replace(right, wrong)
        return source


@dataclass(frozen=True)
class Row:
    """In the table `table` of `module`, the rows of `states` for `events` become `row`."""

    name: str
    module: str
    table: str
    states: tuple[str, ...]
    events: tuple[str, ...]
    row: Any


@dataclass(frozen=True)
class Call:
    """In `function` of `module`, the call number `index` to `method` is left out, or never committed."""

    name: str
    module: str
    function: str
    method: str
    index: int
    is_committed: bool = True


Fault = Text | Row | Call


def plant(fault: Fault) -> None:
    """Let the product have this fault from now on."""
    if isinstance(fault, Row):
        for rows, event in _rows_of(fault):
            rows.wrong[event] = (fault.name, fault.row)
        return
    module, source = _source_of(fault.module)
    tree = ast.parse(source)
    if isinstance(fault, Text):
        changed = ast.parse(fault.put_into(source))
        for function in _changed_functions(tree, changed):
            _mark_start(function, fault.name)
        tree = changed
    else:
        _leave_out(tree, fault)
    _exchange(module, tree)


def check(fault: Fault) -> None:
    """Raise AssertionError where the product has no place for this fault; nothing is planted."""
    module, source = _source_of(fault.module)
    tree = ast.parse(source)
    if isinstance(fault, Row):
        table = getattr(module, fault.table)
        assert all(event in table[state] for state in fault.states for event in fault.events), fault.name
    elif isinstance(fault, Text):
        _changed_functions(tree, ast.parse(fault.put_into(source)))
    else:
        _place_of(tree, fault)


def mark(faults: tuple[Fault, ...]) -> None:
    """Let the product note, and do nothing else, where each of these faults would be."""
    for fault in faults:
        if isinstance(fault, Row):
            for rows, event in _rows_of(fault):
                rows.marked.setdefault(event, []).append(fault.name)
    for name in sorted({fault.module for fault in faults if not isinstance(fault, Row)}):
        module, source = _source_of(name)
        tree = ast.parse(source)
        for fault in faults:
            if fault.module == name and isinstance(fault, Call):
                _mark_statement(tree, fault)
            elif fault.module == name and isinstance(fault, Text):
                _mark_functions(tree, source, fault)
        _exchange(module, tree)


def calls_of(module: str, method: str) -> list[tuple[str, int]]:
    """Return (function, index) of every call to a method of this name, in every function of a module."""
    _, source = _source_of(module)
    return [
        (path, index)
        for path, function in _functions(ast.parse(source))
        for index, _ in enumerate(_calls_in(function, method))
    ]


class Rows(dict):  # type: ignore[type-arg]
    """The rows of one state of a table, one of which may be wrong."""

    def __init__(self, rows: Mapping[str, Any]) -> None:
        super().__init__(rows)
        self.wrong: dict[str, tuple[str, Any]] = {}
        self.marked: dict[str, list[str]] = {}

    def __getitem__(self, event: str) -> Any:
        if event in self.wrong:
            name, row = self.wrong[event]
            REACHED.add(name)
            return row
        if event in self.marked and not _is_only_offered():
            REACHED.update(self.marked[event])
        return super().__getitem__(event)


def _is_only_offered() -> bool:
    """Tell whether somebody only asks what could be pressed: that reaches no row."""
    frame = sys._getframe(2)
    for _ in range(4):
        if frame.f_code.co_name == "is_offered":
            return True
        if frame.f_back is None:
            break
        frame = frame.f_back
    return False


def _rows_of(fault: Row) -> Iterator[tuple[Rows, str]]:
    table = getattr(importlib.import_module(fault.module), fault.table)
    for state in fault.states:
        if not isinstance(table[state], Rows):
            table[state] = Rows(table[state])
        for event in fault.events:
            assert event in table[state], f"{fault.name}: {state} has no row for {event}"
            yield table[state], event


def _source_of(name: str) -> tuple[ModuleType, str]:
    module = importlib.import_module(name)
    assert module.__file__ is not None
    return module, Path(module.__file__).read_text()


def _functions(tree: ast.AST, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every function that is no function's own, with its path."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, _WITH_BODY):
            yield path + node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node, f"{path}{node.name}.")


def _differing(right: ast.AST, wrong: ast.AST) -> list[tuple[str, Any]]:
    before = {path: ast.dump(node) for path, node in _functions(right)}
    return [(path, node) for path, node in _functions(wrong) if ast.dump(node) != before.get(path)]


def _changed_functions(right: ast.AST, wrong: ast.AST) -> list[Any]:
    changed = [node for _, node in _differing(right, wrong)]
    assert changed, "nothing within a function has changed"
    return changed


def _marker(name: str) -> ast.Expr:
    call = ast.Call(ast.Name(_MARK, ast.Load()), [ast.Constant(name)], [])
    return ast.Expr(call)


def _mark_start(function: Any, name: str) -> None:
    has_docstring = ast.get_docstring(function) is not None
    function.body.insert(1 if has_docstring else 0, _marker(name))


def _calls_in(function: Any, method: str) -> list[ast.Call]:
    """Return the calls to a method of this name: on the committer only, where the method is `run`."""
    return [
        node
        for node in ast.walk(function)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == method
        and (method != "run" or ast.unparse(node.func.value).endswith("committer"))
    ]


def _place_of(tree: ast.AST, fault: Call) -> tuple[Any, ast.Call]:
    for path, function in _functions(tree):
        if path == fault.function:
            return function, _calls_in(function, fault.method)[fault.index]
    raise AssertionError(f"{fault.name}: there is no {fault.function} in {fault.module}")


def _leave_out(tree: ast.AST, fault: Call) -> None:
    function, call = _place_of(tree, fault)
    if not fault.is_committed:
        committer = call.func.value  # type: ignore[attr-defined]
        call.args = [ast.Constant(fault.name), committer, *call.args]
        call.func = ast.Name(_UNCOMMITTED, ast.Load())
        return
    _replace_statement(function, call, lambda _statement: [_marker(fault.name)])


def _mark_functions(tree: ast.AST, source: str, fault: Text) -> None:
    """Mark the start of every function that the fault changes."""
    changed = {path for path, _ in _differing(ast.parse(source), ast.parse(fault.put_into(source)))}
    for path, function in _functions(tree):
        if path in changed:
            _mark_start(function, fault.name)


def _mark_statement(tree: ast.AST, fault: Call) -> None:
    function, call = _place_of(tree, fault)
    _replace_statement(function, call, lambda statement: [_marker(fault.name), statement])


def _replace_statement(function: Any, call: ast.Call, make: Callable[[ast.stmt], list[ast.stmt]]) -> None:
    """Replace the innermost statement in which the call stands."""
    found: tuple[list[ast.stmt], ast.stmt] | None = None
    for node in ast.walk(function):
        for body in (getattr(node, name, None) for name in ("body", "orelse", "finalbody")):
            for statement in body if isinstance(body, list) else ():
                if any(one is call for one in ast.walk(statement)):
                    found = body, statement
    assert found is not None
    body, statement = found
    at = next(index for index, one in enumerate(body) if one is statement)
    body[at : at + 1] = make(statement)


async def _run_uncommitted(name: str, committer: Any, job: Any) -> Any:
    """Run a job, roll it back, and go on as if it were on disk."""
    REACHED.add(name)
    kept: list[Any] = []

    async def forgotten(work: Any) -> None:
        value = await job(work)
        kept.extend((value, work._afterwards))
        raise _Forgotten

    try:
        await committer.run(forgotten)
    except _Forgotten:
        for callback in kept[1]:
            callback()
        await _next_turn()
    return kept[0]


async def _next_turn() -> None:
    """Let everybody else have one turn, as a commit would."""
    turn = asyncio.get_running_loop().create_future()
    turn.get_loop().call_soon(turn.set_result, None)
    await turn


class _Forgotten(Exception):
    """What was done is rolled back."""


def _exchange(module: ModuleType, tree: ast.Module) -> None:
    """Give the functions of a module the code that this tree has for them."""
    ast.fix_missing_locations(tree)
    new = dict(_codes(compile(tree, str(module.__file__), "exec")))
    setattr(module, _MARK, REACHED.add)
    setattr(module, _UNCOMMITTED, _run_uncommitted)
    for function in _functions_in(vars(module), module.__name__):
        code = new.get(function.__qualname__)
        if code is not None:
            function.__code__ = code


def _codes(code: CodeType) -> Iterator[tuple[str, CodeType]]:
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield one.co_qualname, one
            yield from _codes(one)


def _functions_in(names: Mapping[str, Any], module: str) -> Iterator[FunctionType]:
    for value in tuple(names.values()):
        if isinstance(value, type) and value.__module__ == module:
            yield from _functions_in(vars(value), module)
        for one in (value, getattr(value, "__func__", None), getattr(value, "fget", None)):
            function = getattr(one, "__wrapped__", one)
            if isinstance(function, FunctionType) and function.__module__ == module:
                yield function
