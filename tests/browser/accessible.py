"""What axe finds wrong with a page: the rules of WCAG 2.2, levels A and AA."""

from axe_playwright_python.base import AXE_SCRIPT

_RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
#: What a theme can break on a page that is without fault in the other one.
_COLOURS = _RULES | {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


def faults_of(page) -> list[str]:
    """Return a line for each element that breaks a rule: rule, where, and what to mend."""
    return _found(page, _RULES)


def faults_of_colour(page) -> list[str]:
    """Return the same for the rules about colours alone, which take a part of the time."""
    return _found(page, _COLOURS)


def _found(page, rules: dict) -> list[str]:
    # Half a megabyte, which a page that is looked at again has already.
    if not page.evaluate("'axe' in globalThis"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("async rules => (await axe.run(document, rules)).violations", rules)
    return [
        f"{fault['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for fault in found
        for node in fault["nodes"]
    ]
