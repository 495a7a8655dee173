"""The words of both languages: none missing, none of another kind, none left in English, none unused."""

import re
from pathlib import Path

import pytest

from basestation.web.pages import STATIC
from basestation.web.words_of_helpers import LANGUAGES
from tests.basestation.web.page_words import read_later

pytestmark = pytest.mark.browser

COMPARE = (Path(__file__).parent / "catalogues.js").read_text()
#: What is the same word in both languages.
SAME = {
    "Rufweite", "EN", "DE", "Name", "Person", "Client-Id", "Plan", "Signal", "TLS", "Broker",
    "Board", "Firmware", "Code", "Status", "Mo", "Fr", "Sa", "EN: The console in English",
    "DE: Die Konsole auf Deutsch", "rolled_back", "refused", "failed",
    "Filter", "PDF", "CSV", "PIN", "ALARM",
}  # fmt: skip
#: The same on the worker's page and the kiosk, whose number keys have their names from the devices.
SAME_OF_WORKERS = {"Name", "Test", "test", "real"}

#: Lists of the names of codes: their words stand beside them.
NAMES = "words.ends.codesOf."
#: Arrays, whose parts are numbered.
ARRAYS = {"fleet.columns", "fleet.bad", "allClear.reasons"}


@pytest.fixture(scope="module")
def compare(chromium, process, tmp_path_factory):
    """Return a function that compares a German catalogue with the English one; empty: the console's."""
    process.open(tmp_path_factory.mktemp("words"))
    page = chromium.new_page()
    page.goto(process.url)
    later = sorted(set(read_later().values()))
    yield lambda part: page.evaluate(COMPARE, ["de", part, [] if part else later])
    page.close()


@pytest.fixture(scope="module")
def compared(compare):
    """What the comparison of the console's catalogues tells."""
    return compare("")


def test_the_worker_reads_the_same_in_both_languages(compare):
    """The page on the phone and the kiosk have a catalogue of their own."""
    found = compare("/worker")
    assert found["faults"] == []
    assert len(found["keys"]) > 100
    said = {line.split(": ", 1)[1] for line in found["same"]}
    assert said <= SAME_OF_WORKERS


def test_a_helper_reads_the_same_in_both_languages():
    """The responder's page: every word in both, with the same gaps, and none left in English."""
    english, german = LANGUAGES["en"], LANGUAGES["de"]
    assert english.keys() == german.keys()
    for name, text in english.items():
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", german[name])), name
    assert {name for name in english if english[name] == german[name]} <= {"title", "code"}


def test_both_catalogues_have_the_same_keys_kinds_and_arguments(compared):
    """A function says in German whatever it says in English of what it is given."""
    assert compared["faults"] == []
    assert len(compared["keys"]) > 400


def test_nothing_is_left_in_english(compared):
    """Whatever reads the same in both languages is known to."""
    same = [line for line in compared["same"] if not line.startswith(NAMES)]
    assert [line for line in same if line.split(": ", 1)[1] not in SAME] == []


def test_no_word_is_kept_that_nobody_says(compared):
    """A key is named by a page, or is a name that the base station gives to a state, a kind or a reason."""
    root = STATIC.parents[2]
    files = [*STATIC.glob("*.js"), *STATIC.glob("words/en/*.js"), STATIC / "words/en.js"]
    said = set()
    for file in files:
        # In a catalogue a key of its own is no use of it.
        said |= set(re.findall(r"\w+" if file.parent == STATIC else r"\.(\w+)", file.read_text()))
    for part in ("basestation", "firmware", "protocol"):
        for file in (root / part).rglob("*.py"):
            text = file.read_text()
            # What a device tells is named with hyphens, as a string of its own.
            names = set(re.findall(r"\w+", text)) | set(re.findall(r'"(\w+(?:-\w+)+)"', text))
            # Entries of the log are called as the classes of the events.
            said |= names | {re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower() for name in names}
    unused = [path for path in compared["keys"] if path.rsplit(".", 1)[1] not in said]
    assert set(unused) <= {"words.row.nobodyHasIt"}


def test_every_word_that_a_page_says_is_there(compared):
    """Also by the short name a page gives to its part of the catalogue."""
    keys = {key.removeprefix("words.") for key in compared["keys"]}
    parts = {key.split(".")[0] for key in keys}
    missing = []
    for file in STATIC.glob("*.js"):
        text = file.read_text()
        short = dict(re.findall(r"^const (\w+) = words\.([\w.]+);$", text, re.MULTILINE))
        named = [*re.findall(r"\bwords\.([\w.]+\w)", text)]
        for name, part in short.items():
            named += [f"{part}.{rest}" for rest in re.findall(rf"(?<![\w.]){name}\.(\w+)", text)]
        missing += [f"{file.name}: {path}" for path in named if not _is_there(path, keys, parts)]
    assert missing == []


def _is_there(path: str, keys: set[str], parts: set[str]) -> bool:
    # A map may be asked for whatever the base station says, and an array for what arrays do.
    return path.split(".", 1)[0] not in parts or path in keys or path.rsplit(".", 1)[0] in ARRAYS
