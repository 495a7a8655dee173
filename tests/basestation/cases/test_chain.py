"""Which rescue chains a site may set, and what it is told about the others."""

import json
from dataclasses import replace

import pytest

from basestation.cases.chain import (
    Chain,
    ChainError,
    Level,
    Recipient,
    Way,
    chain_from_json,
    chain_to_json,
    validate,
)

ANNA = Recipient("person", "Anna", (Way("email"),))


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
        (Chain("C", (level(recipients=(replace(ANNA, name=""),)),)), "A recipient of level 'L' has no name"),
        (Chain("C", (level(recipients=(replace(ANNA, ways=(Way(" "),)),)),)), "A way to 'Anna' in level 'L'"),
        (Chain("C", (level(recipients=(replace(ANNA, kind="worker"),)),)), "nobody but the worker in danger"),
        (Chain("C", (level(recipients=(Recipient("receiving_centre", "ARC"),)),)), "no way to the receiving"),
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


@pytest.mark.parametrize(("field", "low", "high"), [("presence_s", 60, 1800), ("ask_s", 30, 300)])
def test_the_time_on_the_scene_and_to_answer_have_limits(field, low, high):
    """One second more or less than each."""
    for value, is_allowed in ((low - 1, 0), (low, 1), (low + 1, 1), (high - 1, 1), (high, 1), (high + 1, 0)):
        chain = replace(Chain("C", (level(),)), **{field: value})
        if is_allowed:
            validate(chain)
            continue
        with pytest.raises(
            ChainError, match=f"The {field} of the chain is {value} s: set it between {low} s"
        ):
            validate(chain)


@pytest.mark.parametrize(
    ("way", "sentence"),
    [
        (Way("sms", 0), "'Anna' in level 'L' is tried 0 times: set it between 1 and 10"),
        (Way("sms", 1), None),
        (Way("sms", 10), None),
        (Way("sms", 11), "is tried 11 times"),
        (Way("sms", 2, 9), "The interval_s to 'Anna' in level 'L' is 9 s: set it between 10 s and 300 s"),
        (Way("sms", 2, 10), None),
        (Way("sms", 2, 300), None),
        (Way("sms", 2, 301), "is 301 s"),
    ],
)
def test_tries_and_intervals_have_limits(way, sentence):
    """The lower end of the interval bounds the rate of calls; nothing bounds their number."""
    chain = Chain("C", (level(recipients=(replace(ANNA, ways=(way,)),)),))
    if sentence is None:
        validate(chain)
        return
    with pytest.raises(ChainError, match=sentence):
        validate(chain)


@pytest.mark.parametrize("more", [0, 1])
def test_levels_recipients_and_ways_are_bounded(more):
    """Beyond it nobody can say any more who is called."""
    people = tuple(replace(ANNA, name=f"N{number}") for number in range(30 + more))
    chains = (
        Chain("C", tuple(level(f"L{number}", 10) for number in range(12 + more))),
        Chain("C", (level(recipients=people),)),
        Chain("C", (level(recipients=(replace(ANNA, ways=(Way("sms"),) * (8 + more)),)),)),
    )
    for chain in chains:
        if more:
            with pytest.raises(ChainError, match="more than"):
                validate(chain)
        else:
            validate(chain)


def test_a_chain_from_before_recipients_had_kinds_is_read_as_what_it_meant():
    """A console was the control room, anything else one way to somebody; what is neither is refused."""
    old = {
        "name": "S",
        "levels": [
            {
                "name": "L",
                "answer_s": 60,
                "recipients": [
                    {"name": "Desk", "channel": "console", "address": ""},
                    {"name": "Anna", "channel": "email", "address": "anna@site.example"},
                ],
            }
        ],
    }
    chain = chain_from_json(json.dumps(old))
    assert chain.levels[0].recipients == (
        Recipient("control_room", "Desk"),
        Recipient("person", "Anna", (Way("email", address="anna@site.example"),)),
    )
    old["levels"][0]["recipients"] = ["Anna"]
    with pytest.raises(ChainError, match=r"cannot be read at levels\.0\.recipients\.0"):
        chain_from_json(json.dumps(old))
