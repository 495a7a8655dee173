"""Reads a pack of rules from the text of a TOML file; a wrong one is refused with rule, line and sentence.

Decides that a rule uses the words of `vocabulary.py` only, cites its source with its tag, and speaks both
languages. Reads no file itself.
"""

import re
import tomllib
from collections.abc import Mapping
from typing import Any, Final

from basestation.clearance import vocabulary
from basestation.clearance.kinds import KINDS
from basestation.clearance.risk import SUPERVISIONS
from basestation.clearance.rules import VERDICTS, Need, Rule, Terms, Test

LANGUAGES: Final = ("en", "de")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")
_KEYS: Final = {
    "name", "when", "need", "verdict", "is_final", "asks", "reason", "remedy", "source", "tag",
}  # fmt: skip
_NEED_KEYS: Final = {"kind", "subject", "about", "results", "only_lapsed"}
_ASKS_KEYS: Final = {"supervision", "alarm_kinds", "settings_max", "check_in_min", "needs_second_person"}
CHECK_IN_MIN_MAX: Final = 480


class RuleRefused(ValueError):
    """A file of rules cannot be used; the text says file, line, rule and what is wrong."""


def rules_in(text: str, name: str) -> tuple[Rule, ...]:
    """Return the rules in a file's text; `name` is the pack's; raises RuleRefused."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise RuleRefused(f"{name}: this is no TOML: {fault}.") from None
    tables = content.pop("rule", [])
    if content or not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        raise RuleRefused(f"{name}: a file of rules has [[rule]] tables and nothing else.")
    lines = [number for number, line in enumerate(text.split("\n"), 1) if line.strip() == "[[rule]]"]
    # An inline array has no lines of its own: then the file's first one is named.
    lines += [1] * (len(tables) - len(lines))
    found: dict[str, Rule] = {}
    for table, line in zip(tables, lines, strict=False):
        where = f"{name}, line {line}, rule {table.get('name', 'without a name')!r}"
        try:
            rule = _rule(table, name)
            _wants(rule.name not in found, "there is one of this name before it")
        except _Wrong as fault:
            raise RuleRefused(f"{where}: {fault}.") from None
        found[rule.name] = rule
    return tuple(found.values())


class _Wrong(Exception):
    """What is wrong with one rule, as the end of a sentence."""


def _wants(holds: object, otherwise: str) -> None:
    if not holds:
        raise _Wrong(otherwise)


def _rule(table: Mapping[str, Any], pack: str) -> Rule:
    _only(table, _KEYS, "a rule")
    name, verdict, is_final = table.get("name"), table.get("verdict"), table.get("is_final", False)
    _wants(isinstance(name, str) and _NAME.fullmatch(name), "its name is words of small letters and _")
    _wants(verdict in VERDICTS, "its verdict is 'refused' or 'conditions'")
    _wants(isinstance(is_final, bool), "is_final is true or false")
    source, tag = table.get("source"), table.get("tag")
    _wants(isinstance(source, str) and source.strip(), "it cites no source")
    _wants(tag in vocabulary.TAGS, "its tag is T (read), GK (general knowledge) or D (a convention)")
    when = table.get("when", {})
    _wants(isinstance(when, dict), "when is a table of facts")
    tests = tuple(_test(fact, wanted) for fact, wanted in when.items())
    need = _need(table["need"]) if "need" in table else None
    _wants(tests or need, "it holds always: give it when or need")
    terms = _terms(table.get("asks", {}))
    _wants(verdict == "refused" or terms != Terms(), "conditions need asks")
    return Rule(
        str(name), pack, tests, need, str(verdict), is_final, terms,
        _texts(table.get("reason"), "reason"), _texts(table.get("remedy"), "remedy"), str(source), str(tag),
    )  # fmt: skip


def _test(fact: str, wanted: object) -> Test:
    known = vocabulary.FACTS.get(fact)
    _wants(known is not None, f"there is no fact {fact!r}: there are {', '.join(vocabulary.FACTS)}")
    if known is bool:
        _wants(isinstance(wanted, bool), f"{fact} is true or false")
        return Test(fact, claim=bool(wanted))
    if known is int:
        is_limit = isinstance(wanted, dict) and set(wanted) == {"above"} and type(wanted["above"]) is int
        _wants(is_limit, f"{fact} is compared like {{ above = 30 }}")
        assert isinstance(wanted, dict)
        return Test(fact, above=wanted["above"])
    assert isinstance(known, frozenset)
    return Test(fact, words=_words([wanted] if isinstance(wanted, str) else wanted, known, fact))


def _need(table: object) -> Need:
    _wants(isinstance(table, dict), "need is a table")
    assert isinstance(table, dict)
    _only(table, _NEED_KEYS, "need")
    kind, subject, about = table.get("kind"), table.get("subject"), table.get("about", "")
    _wants(kind in KINDS, f"there is no kind of record {kind!r}: there are {', '.join(KINDS)}")
    wanted = KINDS[str(kind)]
    _wants(subject in wanted.subjects, f"{kind} is about {' or '.join(wanted.subjects)}")
    _wants(isinstance(about, str), "about is a word")
    results = _words(table.get("results", []), frozenset(wanted.results), "results")
    only_lapsed = table.get("only_lapsed", False)
    _wants(isinstance(only_lapsed, bool), "only_lapsed is true or false")
    return Need(str(kind), str(subject), about, results, only_lapsed)


def _terms(table: object) -> Terms:
    _wants(isinstance(table, dict), "asks is a table")
    assert isinstance(table, dict)
    _only(table, _ASKS_KEYS, "asks")
    supervision, minutes = table.get("supervision", "none"), table.get("check_in_min")
    _wants(supervision in SUPERVISIONS, f"supervision is {' or '.join(SUPERVISIONS)}")
    is_time = minutes is None or (type(minutes) is int and 1 <= minutes <= CHECK_IN_MIN_MAX)
    _wants(is_time, f"check_in_min lies between 1 and {CHECK_IN_MIN_MAX}")
    second = table.get("needs_second_person", False)
    _wants(isinstance(second, bool), "needs_second_person is true or false")
    settings = table.get("settings_max", {})
    is_settings = isinstance(settings, dict) and all(type(one) is int for one in settings.values())
    _wants(is_settings, "settings_max gives whole numbers by setting")
    kinds = _words(table.get("alarm_kinds", []), frozenset(vocabulary.ALARM_KINDS), "alarm_kinds")
    return Terms(str(supervision), kinds, dict(settings), minutes, second)


def _words(wanted: object, known: frozenset[str], what: str) -> frozenset[str]:
    _wants(isinstance(wanted, list) and all(isinstance(one, str) for one in wanted), f"{what} is a list")
    assert isinstance(wanted, list)
    unknown = [one for one in wanted if one not in known]
    _wants(not unknown, f"{what} has no {', '.join(unknown)}: it has {', '.join(sorted(known))}")
    return frozenset(wanted)


def _texts(table: object, what: str) -> dict[str, str]:
    is_both = isinstance(table, dict) and all(
        isinstance(table.get(one), str) and table[one].strip() for one in LANGUAGES
    )
    _wants(is_both, f"its {what} is a sentence in each of {', '.join(LANGUAGES)}")
    assert isinstance(table, dict)
    return {one: table[one] for one in LANGUAGES}


def _only(table: Mapping[str, Any], known: set[str], what: str) -> None:
    unknown = sorted(set(table) - known)
    _wants(not unknown, f"{what} has no {', '.join(unknown)}")
