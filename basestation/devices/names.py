"""Which names of the firmware a board gets short, since a device holds each name with 20 bytes or more.

Decides by what the sources as a whole say: an argument is short where its name is nothing else anywhere; any
name where only its own module says it, and there of nothing but itself (`name`, `self.name`); a private one
also where several objects have their own. Never touches a name that a string says, because strings are how
names are looked up, nor one that the interpreter or a library could know.
"""

import ast
import builtins
import io
import itertools
import keyword
import re
import string
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

NUMBER = "-?(?:0x[0-9A-Fa-f]+|[0-9]+)"
_INTEGER = re.compile(rf"^([A-Z_][A-Z0-9_]*) = {NUMBER}$", re.MULTILINE)
#: What MicroPython has beyond the builtins of CPython, and what everybody calls an object.
_KEPT = {"self", "const"}


def new_names(sources: Mapping[Path, str]) -> dict[Path, dict[str, str]]:
    """Return for each module its names that change, with the new one."""
    trees = {path: ast.parse(source) for path, source in sources.items()}
    used = {path: set(names_in(source)) for path, source in sources.items()}
    in_texts = set().union(*map(said, trees.values()))
    passing, own, foreign = _passing(trees.values()), _own(trees.values()), _foreign(trees.values())
    new = {}
    for path, source in sources.items():
        elsewhere = set().union(*(names for other, names in used.items() if other != path))
        lonely = used[path] - elsewhere - in_texts
        constants = lonely & set(_INTEGER.findall(source))
        kept = _inherits(trees[path])
        short = (
            used[path] & passing if kept else (lonely - constants - foreign) | used[path] & (own | passing)
        )
        free = (name for name in _short_names() if name not in used[path])
        # mpy-cross keeps no name of a constant that begins so.
        new[path] = {name: "_" + name.lstrip("_") for name in constants} | dict(
            zip(sorted(name for name in short - in_texts if name[-2:] != "__"), free, strict=False)
        )
    return new


def names_in(source: str) -> Iterator[str]:
    """Give every name of a source, as often as it occurs."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return (token.string for token in tokens if token.type == tokenize.NAME)


def _walk(trees: Iterable[ast.Module]) -> Iterator[ast.AST]:
    return itertools.chain.from_iterable(map(ast.walk, trees))


def _passing(trees: Iterable[ast.Module]) -> set[str]:
    """Return the names that are nothing but arguments and variables of functions, wherever they occur."""
    arguments: set[str] = set()
    lasting = _foreign(trees)
    for node in _walk(trees):
        if isinstance(node, ast.arg):
            arguments.add(node.arg)
        elif isinstance(node, ast.Attribute):
            lasting.add(node.attr)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            lasting.add(node.name)
    stored = (_stored(statement) for tree in trees for statement in tree.body)
    return arguments - lasting.union(*stored)


def _stored(statement: ast.stmt) -> set[str]:
    """Return what a statement of a module or of a class names outside its functions."""
    if isinstance(statement, ast.FunctionDef):
        return set()
    if isinstance(statement, ast.ClassDef):
        return set().union(*map(_stored, statement.body))
    names = (node for node in ast.walk(statement) if isinstance(node, ast.Name))
    return {node.id for node in names if isinstance(node.ctx, ast.Store)}


def _own(trees: Iterable[ast.Module]) -> set[str]:
    """Return the attributes that only an object itself uses; what is inherited or imported is none."""
    own: set[str] = set()
    shared: set[str] = set()
    for tree in trees:
        is_alone = not _inherits(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute):
                (own if is_alone and _is_of_self(node) else shared).add(node.attr)
            elif isinstance(node, ast.alias):
                shared.add(node.name)
    return {name for name in own - shared if name[0] == "_"}


def _foreign(trees: Iterable[ast.Module]) -> set[str]:
    """Return the names that are, or could be, of somebody else: the interpreter, a module, any object."""
    foreign = _KEPT | set(dir(builtins)) | set(keyword.kwlist) | set(keyword.softkwlist)
    for node in _walk(trees):
        if isinstance(node, ast.keyword):
            foreign.add(node.arg or "")
        elif isinstance(node, ast.ImportFrom):
            foreign |= set((node.module or "").split("."))
        elif isinstance(node, ast.alias):
            foreign |= {*node.name.split("."), node.asname or ""}
        elif isinstance(node, ast.Attribute) and not _is_of_self(node):
            foreign.add(node.attr)
    return foreign


def _is_of_self(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == "self"


def _inherits(tree: ast.Module) -> bool:
    """Tell whether a class of this module builds on one of another."""
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    known = {node.name for node in classes} | set(dir(builtins))
    return any(
        not isinstance(base, ast.Name) or base.id not in known for node in classes for base in node.bases
    )


def said(tree: ast.Module) -> set[str]:
    """Return the words of all strings but those that are only there to be read: docstrings, annotations."""
    read: set[int] = set()
    for node in ast.walk(tree):
        for part in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            read |= {id(inner) for inner in ast.walk(part)} if part else set()
        if isinstance(node, ast.Expr):
            read.add(id(node.value))
    texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in read)
    return {word for node in texts if isinstance(node.value, str) for word in re.findall(r"\w+", node.value)}


def _short_names() -> Iterator[str]:
    """Give _a, _b and so on."""
    for length in itertools.count(1):
        for letters in itertools.product(string.ascii_lowercase, repeat=length):
            yield "_" + "".join(letters)
