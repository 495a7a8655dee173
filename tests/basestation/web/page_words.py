"""Which files of the console a page reads, and which words they say: from the sources, without a browser."""

import re

from basestation.web.pages import STATIC

ENGLISH = STATIC / "words" / "en"
_IMPORTED = re.compile(r'(?:from|^import) "\./(\w+\.js)"', re.MULTILINE)
_ROW = re.compile(r'^(?:  (\w+): |const (LOGIN) = )\{.*?import\("\./(\w+\.js)"\)', re.MULTILINE)
_SAYS = re.compile(r"says: \[(.*?)\]")


def files_of(file: str) -> set[str]:
    """Return the file and all that it imports at once, of the console's own."""
    found, waiting = set(), [file]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _IMPORTED.findall((STATIC / name).read_text())
    return found


def words_in(files: set[str]) -> set[str]:
    """Return the parts of the words that these files say, by the first name behind `words`."""
    return {name for file in files for name in re.findall(r"\bwords\.(\w+)", (STATIC / file).read_text())}


def pages() -> dict[str, tuple[str, set[str]]]:
    """Return for each page its file, and the parts of the words that are read with it."""
    text = (STATIC / "pages.js").read_text()
    return {
        page or login: (file, set(re.findall(r'"(\w+)"', (_SAYS.search(row.group()) or [""])[0])))
        for row in _ROW.finditer(text)
        for page, login, file in [row.groups()]
    }


def read_later() -> dict[str, str]:
    """Return, for each name behind `words` that not every page has, the part it comes with."""
    parts = set().union(*(says for _, says in pages().values()))
    return {
        name: part
        for part in sorted(parts)
        for name in re.findall(
            r"^export const (\w+)Words\b", (ENGLISH / f"{part}.js").read_text(), re.MULTILINE
        )
    }
