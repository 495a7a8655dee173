"""Settings of the receiving centre: wrong ones get a sentence, and no sentence repeats a secret."""

import pytest
from pydantic import ValidationError

from basestation.outgoing.channels.dc09 import Dc09Receiver, Dc09Settings
from tests.basestation.outgoing.channels.dc09_centre import KEY

SECRET = KEY.hex()
FIRST, SECOND = {"host": "192.0.2.8", "port": 12000}, {"host": "2001:db8::8", "port": 12000}


def settings(**changes):
    """Return settings that are right but for the changes."""
    return Dc09Settings(**({"receivers": [FIRST], "account": "1a2b", "key": SECRET} | changes))


def refusal(**changes):
    """Return the sentence that wrong settings get."""
    with pytest.raises(ValidationError) as caught:
        settings(**changes)
    text = str(caught.value)
    assert SECRET not in text
    return text


def test_right_settings_are_taken_and_show_no_key(tmp_path):
    """From the settings or from a file, in all three lengths."""
    for digits in (32, 48, 64):
        assert len(settings(key="A1" * (digits // 2)).secret) == digits // 2
    taken = settings(receivers=[FIRST, SECOND], prefix="a", receiver_number="b")
    assert SECRET not in repr(taken)
    assert taken.secret == KEY
    assert (taken.who.account, taken.who.prefix, taken.who.receiver) == ("1A2B", "A", "B")
    assert [str(receiver) for receiver in taken.receivers] == ["192.0.2.8:12000", "[2001:db8::8]:12000"]
    file = tmp_path / "key"
    file.write_text(SECRET + "\n")
    assert settings(key="", key_file=file).secret == KEY


def test_a_wrong_key_is_refused_and_not_repeated(tmp_path):
    """Wrong length, no digits, twice, or a file that holds none."""
    for key in (SECRET[:-1], SECRET + "00", "g" * 32):
        assert "32, 48 or 64 hexadecimal digits" in refusal(key=key)
    file = tmp_path / "key"
    file.write_text(SECRET)
    assert "not both" in refusal(key_file=file)
    file.write_text("")
    assert "is empty" in refusal(key="", key_file=file)
    assert "cannot be read" in refusal(key="", key_file=tmp_path / "none")
    file.write_bytes(b"\xff\xfe")
    assert "it is no text" in refusal(key="", key_file=file)


def test_without_a_key_only_loopback_is_spoken_to_unless_it_is_allowed():
    """Names and places would cross the network for everybody to read."""
    assert "unencrypted" in refusal(key="")
    assert settings(key="", is_unencrypted_allowed=True).secret is None
    assert settings(key="", receivers=[{"host": "127.0.0.1", "port": 1}]).secret is None


def test_addresses_are_numeric_and_differ():
    """An alarm does not wait for a name server."""
    assert "not a numeric address" in refusal(receivers=[{"host": "centre.example", "port": 1}])
    assert "no address to connect to" in refusal(receivers=[{"host": "0.0.0.0", "port": 1}])
    assert "is the primary one" in refusal(receivers=[FIRST, FIRST])
    assert "at least 1" in refusal(receivers=[])
    assert "at most 2" in refusal(receivers=[FIRST, SECOND, {"host": "192.0.2.9", "port": 1}])
    assert Dc09Receiver(**FIRST).port == 12000


def test_the_receivers_must_fit_into_one_attempt():
    """16 s, to the tenth."""
    both = {"receivers": [FIRST, SECOND], "connect_s_max": 2.0}
    assert settings(**both, answer_s_max=6.0).answer_s_max == 6.0
    assert "must not exceed 16 s" in refusal(**both, answer_s_max=6.1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"account": "12"},
        {"account": "12345678901234567"},
        {"account": "12G4"},
        {"prefix": ""},
        {"prefix": "1234567"},
        {"receiver_number": "x"},
        {"form": "SIA"},
        {"transport": "tls"},
        {"group": 100},
        {"zones": {"watch-1": 0}},
        {"zones": {"watch-1": 1000}},
        {"contact_ids": {"manual": "601"}},
        {"supervision_s": 9},
        {"text_characters_max": 1501},
        {"acknowledgement_age_s_max": 9},
        {"misspelt": 1},
    ],
)
def test_whatever_is_out_of_its_range_is_refused_by_its_name(wrong):
    """Beside its last right value where there is one."""
    assert next(iter(wrong)) in refusal(**wrong)


def test_codes_of_the_centre_are_for_kinds_that_exist():
    """A misspelt kind protects nobody."""
    assert settings(contact_ids={"fall": "150"}).contact_ids == {"fall": "150"}
    assert "no kind of a person's alarm" in refusal(contact_ids={"falls": "150"})
