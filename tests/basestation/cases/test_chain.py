"""Which rescue chains a site may set, and what it is told about the others."""

import json
from dataclasses import replace

import pytest

from basestation.cases.chain import (
    Chain,
    ChainError,
    Level,
    Recipient,
    chain_from_json,
    chain_to_json,
    validate,
)

ANNA = Recipient("Anna", "email", "anna@site.example")


def level(name="L", answer_s=60, recipients=(ANNA,)):
    """Return a level."""
    return Level(name, recipients, answer_s)


def test_a_good_chain_survives_its_json(chain):
    """With every level, recipient and time."""
    assert chain_from_json(chain_to_json(chain)) == chain


def test_arrival_and_repeat_have_defaults():
    """Ten minutes to arrive, one minute between two calls of everyone."""
    chain = chain_from_json(
        '{"name": "S", "levels": [{"name": "L", "recipients": [["A", "log", ""]], "answer_s": 60}]}'.replace(
            '["A", "log", ""]', '{"name": "A", "channel": "log", "address": ""}'
        )
    )
    assert (chain.arrival_s, chain.repeat_s) == (600, 60)


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        (Chain(" ", (level(),)), "The chain has no name"),
        (Chain("C", ()), "Chain 'C' has no level"),
        (Chain("C", (level(" "),)), "A level has no name"),
        (Chain("C", (level(recipients=()),)), "Level 'L' has no recipient"),
        (Chain("C", (level("A"), level("B"), level("A"))), "Two levels are called 'A'"),
        (Chain("C", (level(recipients=(replace(ANNA, name=""),)),)), "no name or no channel"),
        (Chain("C", (level(recipients=(replace(ANNA, channel=" "),)),)), "no name or no channel"),
        (Chain("C", (level(recipients=(ANNA, ANNA)),)), "same recipient twice"),
    ],
)
def test_a_chain_that_calls_nobody_or_somebody_in_doubt_is_refused(broken, sentence):
    """With the place of the fault."""
    with pytest.raises(ChainError, match=sentence):
        validate(broken)


@pytest.mark.parametrize(
    ("answer_s", "arrival_s", "repeat_s", "fault"),
    [
        (9, 600, 60, "answer_s of level 'L' is 9 s: set it between 10 s and 900 s"),
        (10, 600, 60, None),
        (900, 600, 60, None),
        (901, 600, 60, "answer_s of level 'L' is 901 s"),
        (60, 29, 60, "arrival_s of the chain is 29 s: set it between 30 s and 900 s"),
        (60, 30, 60, None),
        (60, 900, 60, None),
        (60, 901, 60, "arrival_s of the chain is 901 s"),
        (60, 600, 29, "repeat_s of the chain is 29 s: set it between 30 s and 900 s"),
        (60, 600, 30, None),
        (60, 600, 900, None),
        (60, 600, 901, "repeat_s of the chain is 901 s"),
    ],
)
def test_times_out_of_range_are_refused_with_value_and_limits(answer_s, arrival_s, repeat_s, fault):
    """One second more or less than each limit."""
    chain = Chain("C", (level(answer_s=answer_s),), arrival_s, repeat_s)
    if fault is None:
        validate(chain)
        return
    with pytest.raises(ChainError, match=fault):
        validate(chain)


@pytest.mark.parametrize(("last_s", "is_allowed"), [(299, True), (300, True), (301, False)])
def test_a_chain_takes_fifteen_minutes_at_most(last_s, is_allowed):
    """The sum is shown."""
    chain = Chain("C", (level("A", 300), level("B", 300), level("C", last_s)))
    if is_allowed:
        validate(chain)
        return
    with pytest.raises(ChainError, match="together take 901 s: shorten the answer times to 900 s or less"):
        validate(chain)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "its start"),
        ("[]", "its start"),
        ('{"levels": []}', "name"),
        (
            '{"name": "C", "levels": [{"name": "L", "recipients": [], "answer_s": "soon"}]}',
            "levels.0.answer_s",
        ),
    ],
)
def test_text_that_is_no_chain_is_refused_with_the_place(text, place):
    """Whatever a form or a file holds."""
    with pytest.raises(ChainError, match=f"The chain cannot be read at {place}: .+"):
        chain_from_json(text)


def test_a_chain_from_json_is_validated_too(chain):
    """Nothing enters unchecked."""
    fields = json.loads(chain_to_json(chain)) | {"levels": []}
    with pytest.raises(ChainError, match="has no level"):
        chain_from_json(json.dumps(fields))
