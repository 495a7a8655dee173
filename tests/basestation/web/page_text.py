"""What stands as text in the pages themselves, and not in a catalogue: found by reading their scripts."""

import re

_LETTERS = re.compile(r"[^\W\d_]{2,}")
#: What a template that is no markup may not have: two words, or a word behind a sign or a blank.
_WORDS = re.compile(r"[^\W\d_]{2,} [^\W\d_]{2,}|[,:;(] ?[^\W\d_]{3,}| [^\W\d_]{2,}")
_SPOKEN = re.compile(r'\b(?:title|aria-label|placeholder|alt)="([^"]*)"')
#: The font of a canvas, as CSS writes it.
_FONT = re.compile(r"(?:bold )?(?:\d+|\0)px system-ui")
_REGULAR_EXPRESSION = re.compile(r"/(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/")


def bare_text(script: str) -> list[str]:
    """Return every piece of a script that a person would read and that comes from no catalogue."""
    found = []
    templates, strings = _literals(script)
    for is_markup, text in templates:
        if is_markup:
            found += _LETTERS.findall(re.sub(r"<[^<>]*>", "", text))
            found += [said for said in _SPOKEN.findall(text) if _LETTERS.search(said)]
        elif _WORDS.search(text) and not _FONT.fullmatch(text):
            found.append(text)
    # A sentence begins with a capital letter and goes on; names of headers, events and classes do not.
    return found + [text for text in strings if re.match(r"[A-ZÄÖÜ]\S* ", text)]


def _literals(script: str) -> tuple[list[tuple[bool, str]], list[str]]:
    """Return the templates (whether of markup, their own text) and the strings of a script."""
    reader = _Reader(script)
    reader.code(0, is_inside=False)
    return reader.templates, reader.strings


class _Reader:
    """Goes through a script once, into templates within templates."""

    def __init__(self, script: str):
        self.script = script
        self.templates, self.strings = [], []

    def code(self, at: int, *, is_inside: bool) -> int:
        """Read code until it ends, or until the brace that ends a placeholder; return where."""
        depth = 0
        while at < len(self.script):
            sign = self.script[at]
            after = self._skipped(at)
            if after is not None:
                at = after
                continue
            depth += (sign == "{") - (sign == "}")
            if depth < 0 and is_inside:
                return at + 1
            at += 1
        return at

    def _skipped(self, at: int) -> int | None:
        """Return what comes behind a comment, string, template or regular expression that begins here."""
        script, sign = self.script, self.script[at]
        if script.startswith("//", at):
            return (script + "\n").index("\n", at)
        if script.startswith("/*", at):
            return script.index("*/", at) + 2
        if sign in "\"'":
            return self._string(at, sign)
        if sign == "`":
            return self._template(at)
        if sign == "/" and re.search(r"[(=,:\[!&|?{};]\s*$", script[max(0, at - 20) : at]):
            found = _REGULAR_EXPRESSION.match(script, at)
            return found.end() if found else None
        return None

    def _string(self, at: int, quote: str) -> int:
        end = at + 1
        while self.script[end] != quote:
            end += 2 if self.script[end] == "\\" else 1
        self.strings.append(self.script[at + 1 : end])
        return end + 1

    def _template(self, at: int) -> int:
        script = self.script
        is_markup, text, end = self.script[max(0, at - 4) : at] == "html", "", at + 1
        while self.script[end] != "`":
            if self.script.startswith("${", end):
                end, text = self.code(end + 2, is_inside=True), text + "\0"
            else:
                text, end = text + self.script[end], end + 1
        # Names of classes are read by nobody.
        if not script.endswith("class=${", 0, at):
            self.templates.append((is_markup, text))
        return end + 1
