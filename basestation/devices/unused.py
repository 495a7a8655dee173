"""What of the firmware nobody on a board asks for: the base station and the tests share its modules.

Decides by the sources as a whole which function, class or value of a module is named neither in its own
module nor, as an attribute, an import or in a text, in any other; what only such a thing needs goes with it.
Never touches methods, nor a value that could be made by something that does more than make it. Lines stay
where they are, because tracebacks tell them.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from basestation.devices.names import said

#: What is asked for from outside: by who starts a board, sets it up or reads its journal at a cable.
ENTRANCES = frozenset({"main", "start", "check", "report", "dump", "format_ring", "TYPE_CHECKING"})
_MAKERS = frozenset({"namedtuple"})


def without_unused(sources: Mapping[Path, str], asked: Iterable[str] = ()) -> dict[Path, str]:
    """Return the sources with blank lines for what nobody asks for; `asked` are names that stay."""
    trees = {path: ast.parse(source) for path, source in sources.items()}
    kept_names = ENTRANCES.union(asked, *(said(tree) for tree in trees.values()))
    lines = {path: source.splitlines(keepends=True) for path, source in sources.items()}
    while found := list(_unused(trees, kept_names)):
        for path, node in found:
            trees[path].body.remove(node)
            first = min([node.lineno, *(part.lineno for part in getattr(node, "decorator_list", ()))])
            assert node.end_lineno is not None
            lines[path][first - 1 : node.end_lineno] = ["\n"] * (node.end_lineno - first + 1)
    return {path: "".join(kept) for path, kept in lines.items()}


def without_notes(source: str) -> str:
    """Return the source of a module without what the interpreter notes in it and in every class.

    Its path, and of a class its module and its longer name: an entry each in a dictionary, made anew for all
    that the device has.
    """
    tree = ast.parse(source)
    lines = source.splitlines(keepends=True)
    for node in ast.walk(tree):
        first = node.body[0] if isinstance(node, ast.Module | ast.ClassDef) else None
        if isinstance(first, ast.Expr):
            noted = "__file__" if node is tree else "__module__, __qualname__"
            line, column = lines[first.lineno - 1], first.col_offset
            lines[first.lineno - 1] = f"{line[:column]}del {noted}; {line[column:]}"
    return "".join(lines)


def _unused(trees: Mapping[Path, ast.Module], kept_names: frozenset[str]) -> Iterator[tuple[Path, ast.stmt]]:
    """Give what can go now: (path of its module, statement)."""
    foreign = frozenset().union(*map(_asked_of_others, trees.values()))
    for path, tree in trees.items():
        own = {node: _loaded(node) for node in tree.body}
        for node in tree.body:
            name = _name(node)
            if not name or name in kept_names or name in foreign:
                continue
            if not any(name in names for other, names in own.items() if other is not node):
                yield path, node


def _name(node: ast.stmt) -> str:
    """Return the name of what a statement makes and does nothing beside, or ""."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return node.name
    if not isinstance(node, ast.AnnAssign) and not (isinstance(node, ast.Assign) and len(node.targets) == 1):
        return ""
    target, value = node.target if isinstance(node, ast.AnnAssign) else node.targets[0], node.value
    if not isinstance(target, ast.Name) or target.id[:2] == "__" or value is None or not _only_makes(value):
        return ""
    return target.id


def _only_makes(value: ast.expr) -> bool:
    """Tell whether an expression only makes a value: it calls nothing but a class."""
    calls = [node.func for node in ast.walk(value) if isinstance(node, ast.Call)]
    return all(isinstance(call, ast.Name) and (call.id in _MAKERS or _is_class(call.id)) for call in calls)


def _is_class(name: str) -> bool:
    letters = name.lstrip("_")
    return letters[:1].isupper() and not letters.isupper()


def _asked_of_others(tree: ast.Module) -> frozenset[str]:
    """Return the names by which a module could mean something of another one."""
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    return frozenset(attributes.union(*({alias.name for alias in node.names} for node in imports)))


def _loaded(node: ast.AST) -> frozenset[str]:
    return frozenset(inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name))
