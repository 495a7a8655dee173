"""SPEC.md and asyncapi.yaml say what the tables say. CPython only."""

import json
import re

from protocol import codec, document, messages, topics

SPECIFICATION = (document.FOLDER / "SPEC.md").read_text()


def test_the_specification_holds_the_tables():
    """A change of a table without `python -m protocol.document` fails here."""
    assert document.with_tables(SPECIFICATION) == SPECIFICATION


def test_the_specification_says_topic_direction_qos_and_retained_of_every_channel():
    """What an integrator needs first, read from the text and not from the program."""
    for channel, qos in topics.QOS.items():
        line = next(
            line
            for line in SPECIFICATION.splitlines()
            if line.startswith("Topic `") and line.split("`")[1].endswith(f"/{channel}")
        )
        direction = "base station to device" if channel == "command" else "device to base station"
        assert direction in line
        assert f"QoS {qos}, not retained" in line


def test_the_prose_of_the_specification_agrees_with_the_program():
    """Figures outside the tables are held too."""
    prose = SPECIFICATION.split(document.BEGIN)[0]
    assert f"at most {messages.PAYLOAD_BYTES_MAX:,} bytes" in prose
    assert f"version {messages.VERSION}" in prose
    for kind in messages.ANSWERED_KINDS:
        assert f"`{kind}`" in prose
    assert all(topics.QOS[channel] == 0 for channel in topics.DOWN_CHANNELS)


def test_asyncapi_is_up_to_date_and_names_every_kind():
    """The generated file is the one in the tree."""
    text = (document.FOLDER / "asyncapi.yaml").read_text()
    assert text == document.asyncapi()
    assert set(json.loads(text)["components"]["messages"]) == set(messages.KIND_NAMES)


def test_every_field_has_a_meaning_and_no_meaning_is_left_over():
    """Prose beside the tables may not drift from them."""
    fields = {field.name for kind in messages.KINDS.values() for field in kind.fields}
    fields |= {field.name for field in messages.ENVELOPE}
    assert fields == set(document.FIELD_MEANINGS)
    assert set(messages.KIND_NAMES) == set(document.KIND_MEANINGS)


def test_schema_patterns_agree_with_the_codec():
    """What asyncapi.yaml allows and what the codec takes are the same, at the limits."""
    samples = ["a", "a" * 32, "a" * 33, "A", "1-2", "12-", "a_b", "a b", "", "QUJD", "1-2-3"]
    for kind in ("name", "open", "alarm"):
        field = messages.KINDS["reset"].fields[0]._replace(type=kind, high=32)
        pattern = re.compile(document.schema(field)["pattern"])
        for sample in samples:
            assert bool(pattern.match(sample)) == codec._is_text_allowed(field, sample), (kind, sample)
