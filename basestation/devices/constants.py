"""Writes the numbers and words of the firmware out where they are named, since a device pays for every name.

Decides by the sources as a whole which names of a module stand for one value for ever: bound once in their
module, to an integer, to a word, or to a sum of such. Where they are read, here or in a module that imports
them, the value takes their place; what nobody asks for then goes. Never touches a name of a module that is
handed around or reads its own names, nor a large integer, which a board of 32 bits would hold once for every
module. Lines stay where they are.
"""

import ast
import operator
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from basestation.devices.unused import ENTRANCES

Value = int | str
#: Longest string that an interpreter holds once for all modules, in bytes.
_WORD_BYTES_MAX = 10
#: Beyond this an integer is an object in a board of 32 bits.
_SMALL_MAX = (1 << 30) - 1
_SUMS: dict[type, Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
}


class _Edit(NamedTuple):
    """What takes the place of a node."""

    node: ast.stmt | ast.expr
    text: str


class _Module:
    """One module: its names, what they are bound to, and what of it changes."""

    def __init__(self, name: str, source: str) -> None:
        self.name = name
        self.source = source
        self.tree = ast.parse(source)
        self.imports = [node for node in ast.walk(self.tree) if isinstance(node, ast.ImportFrom)]
        #: Name -> what it is imported as, over all imports of it: (module, name there).
        self.imported: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for node in self.imports:
            for alias in node.names:
                self.imported[alias.asname or alias.name].add((node.module or "", alias.name))
        self.bindings = Counter(_bound(self.tree))
        self.constants: dict[str, Value] = {}

    def is_once(self, name: str) -> bool:
        """Tell whether a name means one and the same thing in the whole module."""
        targets = self.imported.get(name)
        if targets:
            return len(targets) == 1 and name not in self.bindings
        return self.bindings[name] == 1


def written_out(sources: Mapping[Path, str], root: Path) -> dict[Path, str]:
    """Return the sources, whose packages lie in `root`, with values in the place of names."""
    modules = {path: _Module(_dotted(path, root), source) for path, source in sources.items()}
    by_name = {module.name: module for module in modules.values()}
    while sum([_learn(module, by_name) for module in by_name.values()]):
        pass
    edits = {name: list(_readings(module, by_name)) for name, module in by_name.items()}
    asked = ENTRANCES.union(*(_asked(module, edits[name]) for name, module in by_name.items()))
    whole = frozenset().union(*(_taken_whole(module) for module in by_name.values()))
    changed = {}
    for path, module in modules.items():
        own = edits[module.name]
        if module.name not in whole:
            own += _definitions_left(module, asked)
        changed[path] = _edited(module.source, [*own, *_imports_left(module, own)])
    return changed


def _dotted(path: Path, root: Path) -> str:
    return ".".join(path.relative_to(root).with_suffix("").parts)


def _bound(tree: ast.Module) -> Iterator[str]:
    """Give every name that something but an import binds, as often as it does."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Global | ast.Nonlocal):
            yield from node.names
        elif isinstance(node, ast.ExceptHandler) and node.name:
            yield node.name


def _learn(module: _Module, by_name: Mapping[str, _Module]) -> int:
    """Note what can be known now of the constants of a module; return how many are new."""
    count = len(module.constants)
    for local, targets in module.imported.items():
        for where, name in targets:
            if module.is_once(local) and where in by_name and name in by_name[where].constants:
                module.constants[local] = by_name[where].constants[name]
    for statement in module.tree.body:
        for name, node in _definitions(statement):
            value = _value(node, module, by_name)
            if value is not None and module.is_once(name) and name not in module.imported:
                module.constants[name] = value
    return len(module.constants) - count


def _definitions(statement: ast.stmt) -> list[tuple[str, ast.expr]]:
    """Return (name, value) of what a statement of a module names."""
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return []
    target, value = statement.targets[0], statement.value
    pairs = [(target, value)]
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        pairs = list(zip(target.elts, value.elts, strict=True))
    return [(name.id, part) for name, part in pairs if isinstance(name, ast.Name)]


def _value(node: ast.expr, module: _Module, by_name: Mapping[str, _Module]) -> Value | None:
    """Return what an expression is for ever, or None."""
    if isinstance(node, ast.Constant):
        return _held_once(node.value)
    if isinstance(node, ast.Name):
        return module.constants.get(node.id) if node.id != "TYPE_CHECKING" else None
    if isinstance(node, ast.Attribute):
        return _of_module(node, module, by_name)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        operand = _value(node.operand, module, by_name)
        return -operand if isinstance(operand, int) else None
    if isinstance(node, ast.BinOp) and type(node.op) in _SUMS:
        left, right = _value(node.left, module, by_name), _value(node.right, module, by_name)
        if isinstance(left, int) and isinstance(right, int):
            return _held_once(_SUMS[type(node.op)](left, right))
    return None


def _held_once(value: object) -> Value | None:
    """Return the value if no module needs an object of its own for it, or None."""
    if type(value) is str:
        return value if value.isidentifier() or len(value.encode()) <= _WORD_BYTES_MAX else None
    return value if type(value) is int and -_SMALL_MAX <= value <= _SMALL_MAX else None


def _of_module(node: ast.Attribute, module: _Module, by_name: Mapping[str, _Module]) -> Value | None:
    """Return the value of `module.NAME`, or None."""
    if not isinstance(node.value, ast.Name) or not module.is_once(node.value.id):
        return None
    for where, name in module.imported.get(node.value.id, ()):
        other = by_name.get(f"{where}.{name}")
        return other.constants.get(node.attr) if other is not None else None
    return None


def _readings(module: _Module, by_name: Mapping[str, _Module]) -> Iterator[_Edit]:
    """Give an edit for everything in a module that reads a constant."""
    for node in ast.walk(module.tree):
        value: Value | None = None
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            value = module.constants.get(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            value = _of_module(node, module, by_name)
        if value is not None:
            assert isinstance(node, ast.expr)
            yield _Edit(node, repr(value) if isinstance(value, str) or value >= 0 else f"({value})")


def _asked(module: _Module, edits: list[_Edit]) -> frozenset[str]:
    """Return the names by which a module still asks for something of another one."""
    replaced = {id(edit.node) for edit in edits}
    attributes = (node for node in ast.walk(module.tree) if isinstance(node, ast.Attribute))
    imported = (alias for node in module.imports for alias in node.names)
    return frozenset(
        [node.attr for node in attributes if id(node) not in replaced]
        + [alias.name for alias in imported if (alias.asname or alias.name) not in module.constants]
    )


def _taken_whole(module: _Module) -> frozenset[str]:
    """Return the modules whose names could be looked up: given to somebody, or asked for its own."""
    bases = {id(node.value) for node in ast.walk(module.tree) if isinstance(node, ast.Attribute)}
    found = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Name) and id(node) not in bases:
            found |= {f"{where}.{name}" for where, name in module.imported.get(node.id, ())}
            found |= {module.name} if node.id == "globals" else set()
    return frozenset(found)


def _definitions_left(module: _Module, asked: frozenset[str]) -> list[_Edit]:
    """Return an edit for every definition that nobody asks for any more."""
    found = []
    for statement in module.tree.body:
        names = [name for name, _ in _definitions(statement)]
        if names and all(name in module.constants and name not in asked for name in names):
            found.append(_Edit(statement, ""))
    return found


def _imports_left(module: _Module, edits: list[_Edit]) -> Iterator[_Edit]:
    """Give an edit for every import of which nothing, or not everything, is read any more."""
    replaced = {id(inner) for edit in edits for inner in ast.walk(edit.node)}
    loads = [node for node in ast.walk(module.tree) if isinstance(node, ast.Name)]
    left = {node.id for node in loads if id(node) not in replaced}
    gone = {node.id for node in loads}.union(module.constants) - left
    for node in module.imports:
        kept = [alias for alias in node.names if (alias.asname or alias.name) not in gone]
        if len(kept) < len(node.names):
            names = ", ".join(map(ast.unparse, kept))
            yield _Edit(node, f"from {node.module} import {names}" if kept else "pass")


def _edited(source: str, edits: list[_Edit]) -> str:
    """Return the source with these edits, those inside another one left out."""
    lines = source.encode().splitlines(keepends=True)
    outer: list[_Edit] = []
    for edit in sorted(edits, key=_place):
        if not outer or _place(edit)[:2] >= _end(outer[-1]):
            outer.append(edit)
    for edit in reversed(outer):
        first, (last, end) = edit.node.lineno - 1, _end(edit)
        rest = lines[last - 1][end:]
        start = lines[first][: edit.node.col_offset]
        lines[first] = start + edit.text.encode() + b"\n" * (last - 1 - first) + rest
        lines[first + 1 : last] = []
    return b"".join(lines).decode()


def _place(edit: _Edit) -> tuple[int, int, bool]:
    """Return what orders edits: by their begin, and there a whole statement first."""
    return edit.node.lineno, edit.node.col_offset, not isinstance(edit.node, ast.stmt)


def _end(edit: _Edit) -> tuple[int, int]:
    assert edit.node.end_lineno is not None
    assert edit.node.end_col_offset is not None
    return edit.node.end_lineno, edit.node.end_col_offset
