"""What axe finds wrong with a page: the rules of WCAG 2.2, levels A and AA."""

from axe_playwright_python.sync_playwright import Axe

_RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


def faults_of(page) -> list[str]:
    """Return a line for each element that breaks a rule: rule, where, and what to mend."""
    found = Axe().run(page, options=_RULES).response["violations"]
    return [
        f"{fault['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for fault in found
        for node in fault["nodes"]
    ]
