"""Settings of an ESPA line: what is refused, with which sentence, and what follows from what."""

import pytest
from pydantic import ValidationError

from basestation.outgoing.channels.espa.settings import PATIENCE_MS_MAX, EspaSettings


def _settings(**fields):
    return EspaSettings(port="/dev/null", **fields)


def test_each_role_has_the_addresses_that_the_standard_recommends():
    """1 for the control station, 2 for the pager system; as slave the pager system controls."""
    control, slave = _settings(), _settings(role="slave")
    assert (control.own, control.pager_system) == ("1", "2")
    assert (slave.own, slave.pager_system) == ("2", "1")
    other = _settings(own_address="5", pager_system_address="7", more_stations=("8",))
    assert (other.own, other.stations) == ("5", ("7", "8"))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"own_address": "2"}, "two are the same"),
        ({"more_stations": ("2",)}, "two are the same"),
        ({"role": "slave", "more_stations": ("4",)}, "more_stations is for a control station"),
        ({"baud": 9601}, "baud must be one of"),
        ({"character_set": "latin1", "data_bits": 7}, "needs data_bits 8"),
        ({"baud": 300}, "raise baud"),
        ({"records": "2"}, "records"),
        ({"own_address": "12"}, "own_address"),
        ({"unheard_of": 1}, "unheard_of"),
        ({"text_max": 55}, "text_max"),
        ({"alarm_beep": "0"}, "alarm_beep"),
    ],
)
def test_a_wrong_setting_is_refused_with_its_name_or_a_sentence(fields, sentence):
    """Whoever set it can put it right."""
    with pytest.raises(ValidationError, match=sentence):
        _settings(**fields)


def test_a_call_always_ends_before_the_dispatcher_gives_up():
    """The sum is refused at one millisecond more."""
    fields = {"reply_ms": 1000, "tries_max": 1, "baud": 9600}
    rest_ms = 5 * 1000 + _settings(**fields).block_ms
    _settings(**fields, wait_ms=PATIENCE_MS_MAX - rest_ms)
    with pytest.raises(ValidationError, match="lower wait_ms"):
        _settings(**fields, wait_ms=PATIENCE_MS_MAX - rest_ms + 1)


def test_a_byte_takes_its_bits_on_the_line():
    """Start, data, parity and stop bits."""
    assert _settings(baud=1200, data_bits=7, parity="even", stop_bits=2, wait_ms=500).byte_us == 9167
    assert _settings(baud=9600).byte_us == 1042
