"""A file of rules: what is wrong with it is said with its line and its rule."""

import pytest

from basestation.clearance.kinds import KINDS, valid_months
from basestation.clearance.rule_file import RuleRefused, rules_in

RULE = """[[rule]]
name = "dust"
when = { hazard = ["raised"] }
need = { kind = "instruction", subject = "worker" }
verdict = "conditions"
asks = { check_in_min = 30 }
source = "rules of the site"
tag = "D"
reason = { en = "Dust.", de = "Staub." }
remedy = { en = "Clean.", de = "Reinigen." }
"""


def test_a_rule_of_a_site_is_read():
    """With its test, its need and its terms."""
    (rule,) = rules_in(RULE, "site")
    assert (rule.name, rule.pack, rule.tag, rule.terms.check_in_min) == ("dust", "site", "D", 30)
    assert rule.need is not None
    assert (rule.need.kind, rule.is_final) == ("instruction", False)
    assert rules_in("", "site") == ()


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('"dust"', '"Dust!"', "small letters"),
        ('"conditions"', '"maybe"', "verdict"),
        ('tag = "D"', 'tag = "X"', "tag is T"),
        ('"rules of the site"', '""', "no source"),
        ('tag = "D"', 'tag = "D"\nis_final = 1', "is_final"),
        ('tag = "D"', 'tag = "D"\nextra = 1', "no extra"),
        ('hazard = ["raised"]', 'hazrad = ["raised"]', "no fact 'hazrad'"),
        ('["raised"]', '["rised"]', "no rised"),
        ('["raised"]', "3", "is a list"),
        ('hazard = ["raised"]', "risk = 30", "above = 30"),
        ('hazard = ["raised"]', 'is_night = "yes"', "true or false"),
        ('{ hazard = ["raised"] }', "7", "table of facts"),
        ('"instruction"', '"diagnosis"', "no kind of record"),
        ('"worker"', '"device"', "is about worker"),
        ('"worker" }', '"worker", about = 1 }', "about is a word"),
        ('"worker" }', '"worker", only_lapsed = 1 }', "only_lapsed"),
        ('"worker" }', '"worker", result = "x" }', "no result"),
        ('{ kind = "instruction", subject = "worker" }', "1", "need is a table"),
        ("{ check_in_min = 30 }", "1", "asks is a table"),
        ("check_in_min = 30", "check_in_min = 0", "between 1 and 480"),
        ("check_in_min = 30", "check_in_min = 481", "between 1 and 480"),
        ("check_in_min = 30", 'supervision = "some"', "supervision is"),
        ("check_in_min = 30", 'needs_second_person = "yes"', "needs_second_person"),
        ("check_in_min = 30", 'settings_max = { rest_detection_ms = "1" }', "whole numbers"),
        ("check_in_min = 30", 'alarm_kinds = ["yodel"]', "no yodel"),
        ("check_in_min = 30", "", "need asks"),
        ('de = "Staub."', 'fr = "Poussiere."', "each of en, de"),
    ],
)
def test_a_wrong_rule_is_refused_with_its_line_and_what_is_wrong(right, wrong, said):
    """The second rule of the file is named, not the first."""
    second = RULE.replace('"dust"', '"noise"') if right != '"dust"' else RULE
    assert right in second
    with pytest.raises(RuleRefused) as refused:
        rules_in(RULE + second.replace(right, wrong, 1), "site")
    assert said in str(refused.value)
    assert "site, line 11, rule" in str(refused.value)


@pytest.mark.parametrize("text", ["rule = 1", "rule = [1]", "x = 1", "[[rule]\n"])
def test_what_is_no_file_of_rules_is_refused(text):
    """The sentence names the file."""
    with pytest.raises(RuleRefused, match="site"):
        rules_in(text, "site")


def test_two_rules_of_one_name_and_one_that_always_holds_are_refused():
    """The name is what a refusal is known by."""
    with pytest.raises(RuleRefused, match="of this name"):
        rules_in(RULE + RULE, "site")
    bare = RULE.replace('when = { hazard = ["raised"] }\n', "")
    assert len(rules_in(bare, "site")) == 1
    with pytest.raises(RuleRefused, match="holds always"):
        rules_in(bare.replace('need = { kind = "instruction", subject = "worker" }\n', ""), "site")


def test_rules_in_one_line_are_refused_too():
    """An inline list has no lines of its own."""
    with pytest.raises(RuleRefused, match="line 1, rule 'a'"):
        rules_in('rule = [{ name = "a" }]', "site")


def test_facts_are_asked_for_by_a_word_a_claim_or_a_limit():
    """The three kinds of comparison."""
    for when in ('{ hazard = "raised" }', "{ is_night = true }", "{ risk = { above = 20 } }"):
        (rule,) = rules_in(RULE.replace('{ hazard = ["raised"] }', when), "site")
        assert len(rule.tests) == 1


@pytest.mark.parametrize(
    ("kind", "about", "age", "months"),
    [
        ("instruction", "", None, 12), ("attestation", "", None, 60), ("device_check", "", None, 12),
        ("fitness", "breathing_apparatus", 60, 36), ("fitness", "offshore", None, 24),
        ("fitness", "fall_hazard", None, 36), ("fitness", "fall_hazard", 49, 36),
        ("fitness", "fall_hazard", 50, 12), ("fitness", "", 51, 36), ("risk_assessment", "", None, None),
    ],
)  # fmt: skip
def test_records_are_valid_as_long_as_their_source_says(kind, about, age, months):
    """domain.md, "Records with a validity"; from 50 years the shorter of 12 to 18 months."""
    assert valid_months(kind, about, age) == months


def test_kinds_have_a_source_a_tag_and_no_room_for_a_diagnosis():
    """Every kind names who asks for it."""
    for name, kind in KINDS.items():
        assert kind.source, name
        assert kind.tag in ("T", "GK", "D"), name
        assert kind.results, name
