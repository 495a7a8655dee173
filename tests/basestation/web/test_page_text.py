"""No page has a word of its own: all come from the catalogues, or stand there in both languages."""

import ast
import re
from pathlib import Path

import pytest

from basestation.web import responder_html, words_of_helpers
from basestation.web.pages import STATIC
from tests.basestation.web.page_text import bare_text

#: Scripts of pages for people who are not logged in: they say everything in both languages themselves.
BILINGUAL = {"own_phone.js", "proof.js", "push.js"}


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("html`<p>Hello</p>`", ["Hello"]),
        ('html`<p class="none other">${w.none}</p>`', []),
        ("html`<p>${c.is_open && html`<b>Still open</b>`}</p>`", ["Still", "open"]),
        ('html`<b class=${`banner waits${is_new ? " new" : ""}`} />`', []),
        ("html`<b title=${`Nobody waits${1}`} />`", ["Nobody waits\0"]),
        ('html`<img alt="The plan" />`', ["The plan"]),
        ('const a = "Nobody is there";', ["Nobody is there"]),
        ("const a = `${n} calls, limit ${b}`;", ["\0 calls, limit \0"]),
        ("context.font = `bold ${size}px system-ui`;", []),
        ("fetch(`/api/v1/cases/${id}/verb`) // Of no concern", []),
        ('const f = /`"/; const a = "Still read";', ["Still read"]),
    ],
)
def test_a_word_of_a_pages_own_is_found(script, found):
    """In markup, in what is spoken of it, in strings and templates; not in names, addresses and comments."""
    assert bare_text(script) == found


def test_no_script_of_the_console_has_words_of_its_own():
    """Whoever adds a page adds its words to both catalogues."""
    found = {file.name: bare_text(file.read_text()) for file in sorted(STATIC.glob("*.js"))}
    assert {name: texts for name, texts in found.items() if texts and name not in BILINGUAL} == {}


def test_the_pages_of_responders_have_every_word_in_both_languages():
    """Their markup has none of its own."""
    assert len({frozenset(words) for words in words_of_helpers.LANGUAGES.values()}) == 1
    tree = ast.parse(Path(responder_html.__file__).read_text())
    strings = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    told = [
        re.sub(r"<[^<>]*>?|[^<>]*>", "", text)
        for text in strings
        if re.search(r"<(p|h\d|li|b|a|button|label)\b", text)
    ]
    assert [text for text in told if re.search(r"[^\W\d_]{2,}", text)] == []


def test_the_page_of_a_test_message_says_everything_in_both_languages():
    """Nobody knows yet whose language it is: each sentence has its German beside it."""
    page = (STATIC / "proof.html").read_text()
    assert len(re.findall(r'lang="de"', page)) >= 2
    scripts = (STATIC / "proof.js").read_text()
    assert all(" / " in sentence for sentence in bare_text(scripts))
