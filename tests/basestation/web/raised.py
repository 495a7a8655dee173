"""The sentences that the base station refuses with, read from its source: every place that raises one."""

import ast
from pathlib import Path

import basestation

ROOT = Path(basestation.__file__).parent
#: Errors whose text reaches the console (web/refusals.py), by the names they are raised by.
RAISED = {
    "Refused", "UnknownCase", "NoTrace", "ShiftRefused", "EntryRefused", "NoPlan", "WrongVerb", "ChainError",
    "PasswordRefused", "StoreBusy", "CommitFailed", "UnreadableRow", "ConfigurationRefused", "HTTPException",
    "ReleaseRefused", "ChangedMeanwhile", "Stale", "PdfRefused",
}  # fmt: skip
#: What only commands say: they speak English.
COMMANDS = ("repair/", "health/", "figures.py", "connections.py", "releases/keys.py", "releases/building.py")


def templates() -> dict[str, str]:
    """Return each sentence with {0}, {1} … for its values, and where it stands; "?" for no literal."""
    found = {}
    for file in sorted(ROOT.rglob("*.py")):
        place = str(file.relative_to(ROOT))
        if place.startswith(COMMANDS):
            continue
        tree = ast.parse(file.read_text())
        constants = _constants(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _name(node.func) in RAISED and node.args:
                sentence = template(node.args[-1], constants)
                found[sentence or ast.unparse(node)] = (
                    f"{place}:{node.lineno}" if sentence else f"? {place}:{node.lineno}"
                )
    return found


def template(node: ast.expr, constants: dict[str, str]) -> str | None:
    """Return the sentence of an expression; None where it is made elsewhere."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Name):
        return constants.get(node.id)
    if not isinstance(node, ast.JoinedStr):
        return None
    text, count = "", 0
    for part in node.values:
        if isinstance(part, ast.Constant):
            text += str(part.value)
        else:
            text, count = f"{text}{{{count}}}", count + 1
    return text


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _constants(tree: ast.Module) -> dict[str, str]:
    """Return the sentences that a module keeps under names of its own."""
    found = {}
    for node in tree.body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        if isinstance(target, ast.Name) and isinstance(
            getattr(node, "value", None), (ast.Constant, ast.JoinedStr)
        ):
            sentence = template(node.value, {})
            if sentence:
                found[target.id] = sentence
    return found
