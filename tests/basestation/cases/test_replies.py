"""An answer by text: exactly one verb with the code of its case, or a hint."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basestation.cases.replies import (
    MINUTES_MAX,
    TEXT_CHARACTERS_MAX,
    Hint,
    Reply,
    choices,
    levelled,
    read_reply,
)
from basestation.cases.reply_words import (
    AUTOMATIC,
    CHOICES,
    DIGITS,
    DOUBTS,
    FILLERS,
    HINTS,
    NUMBERS,
    PHRASES,
    REASON_NEEDED,
)

CODES = ("4711", "0815", "K7QF")
WHYS = set(HINTS["en"])


def why(text, codes=CODES):
    """Return why the text is no answer."""
    hint = read_reply(text, codes)
    assert isinstance(hint, Hint), hint
    return hint.why


def verb(text):
    """Return the verb; the text has to have one."""
    reply = read_reply(text, CODES)
    assert isinstance(reply, Reply), (text, reply)
    return reply.verb


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("4711 1", Reply("4711", "accept")),
        ("  4711-1. ", Reply("4711", "accept")),
        ("Hallo, ich übernehme! 4711", Reply("4711", "accept")),
        ("k7qf UEBERNEHME", Reply("K7QF", "accept")),
        ("4711 u\u0308bernehme ich", Reply("4711", "accept")),
        ("I\u2019ll take it, code 4711", Reply("4711", "accept")),
        ("4711 1 accept", Reply("4711", "accept")),
        ("4711 2", Reply("4711", "decline")),
        ("4711 lehne ab: bin in Bern", Reply("4711", "decline", reason="bin in Bern")),
        ("4711 3", Reply("4711", "on_the_way")),
        ("4711 3 10", Reply("4711", "on_the_way", minutes=10)),
        ("4711 Bin unterwegs, ca. 15 Minuten", Reply("4711", "on_the_way", minutes=15)),
        ("on my way, coming in 5min 0815", Reply("0815", "on_the_way", minutes=5)),
        ("4711 komme in zehn min", Reply("4711", "on_the_way", minutes=10)),
        ("4711 vor Ort", Reply("4711", "on_scene")),
        ("I'm here 4711", Reply("4711", "on_scene")),
        ("4711 5 rope and two people", Reply("4711", "need_more", reason="rope and two people")),
        ("4711 brauche Verstärkung", Reply("4711", "need_more")),
        ("4711 6", Reply("4711", "escalate")),
        ("4711 all clear - sat down, is well", Reply("4711", "all_clear", reason="sat down, is well")),
        ("4711 Fehlalarm: Gerät fiel vom Tisch", Reply("4711", "false_alarm", reason="Gerät fiel vom Tisch")),
        ("Entwarnung, Herr Muster wohlauf. 4711", Reply("4711", "all_clear", reason="Herr Muster wohlauf")),
        ("Fehlalarm (4711) - Gerät fiel", Reply("4711", "false_alarm", reason="Gerät fiel")),
        ("all clear 4711", Hint("no_reason", read_reply("4711 7", CODES).sentence, "4711")),
        ("4711 0", Reply("4711", "still_here")),
        ("4711 bin noch da", Reply("4711", "still_here")),
        ("4711 1\n> 4711: press 1 accept or 2 decline", Reply("4711", "accept")),
        ("4711 1\nSent from my telephone", Reply("4711", "accept")),
        ("4711 1\nAm 3.4. schrieb:\nnicht 4711 2", Reply("4711", "accept")),
    ],
)
def test_one_verb_with_the_code_is_an_answer(text, reply):
    """In words of both languages or as a digit, however it is written."""
    assert read_reply(text, CODES) == reply


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "no_code"),
        ("1", "no_code"),
        ("on my way", "no_code"),
        ("+491701234567 accept", "unknown_code"),
        ("4712 1", "unknown_code"),
        ("47111", "unknown_code"),
        ("4711 0815 1", "two_codes"),
        ("4711 4711 1", "two_codes"),
        ("4711", "no_verb"),
        ("4711 ok", "no_verb"),
        ("4711 ja", "no_verb"),
        ("4711 alles klar", "no_verb"),
        ("4711 9", "no_verb"),
        ("4711 10", "no_verb"),
        ("1 4711", "no_verb"),
        ("4711 1 2", "unknown_words"),
        ("4711 1 10", "unknown_words"),
        ("4711 1 \U0001f44e", "unknown_words"),
        ("4711 accept decline", "two_verbs"),
        ("4711 1 on my way", "two_verbs"),
        ("4711 not on my way", "doubt"),
        ("4711 bin nicht unterwegs", "doubt"),
        ("4711 can't take it", "doubt"),
        ("4711 can\u2019t take it", "doubt"),
        ("4711 accept?", "doubt"),
        ("4711 noch nicht vor Ort", "doubt"),
        ("4711 all clear when the doctor has left", "doubt"),
        ("4711 Entwarnung ist falsch", "doubt"),
        ("4711 he is on scene", "unknown_words"),
        ("4711 waits for all clear", "unknown_words"),
        ("4711 all clear", "no_reason"),
        ("4711 8", "no_reason"),
        ("Fehlalarm! 4711", "no_reason"),
        ("4711 on my way, far off", "unknown_words"),
        ("4711 on my way in some", "unknown_words"),
        ("4711 on my way in min", "minutes"),
        ("4711 3 5 10", "minutes"),
        ("4711 3 0", "minutes"),
        ("4711 3 \u0661\u0660", "unknown_words"),
        ("I am out of office. 4711 1", "automatic"),
        ("Abwesenheit: Re: 4711 übernehme", "automatic"),
        ("Ich bin im Urlaub", "automatic"),
        ("4711 1 " + "x" * TEXT_CHARACTERS_MAX, "too_long"),
    ],
)
def test_anything_else_is_a_hint(text, expected):
    """Nothing is guessed."""
    assert why(text) == expected


def test_every_word_of_the_table_says_its_verb_and_no_doubt_makes_it_one():
    """With the code before it or after it; with a doubt anywhere it is a hint."""
    for name, phrases in PHRASES.items():
        for phrase in phrases:
            tail = " broke his leg" if name in REASON_NEEDED else ""
            assert verb(f"4711 {phrase}{tail}") == name
            assert verb(f"{phrase.upper()}{tail}, 4711") == name
            assert why(f"4711 {phrase}{tail} perhaps") == "doubt"
    for doubt in DOUBTS:
        assert why(f"4711 {doubt} vor ort") in {"doubt", "automatic"}
        assert why(f"4711 need more {doubt.upper()}") == "doubt"
    for digit, name in DIGITS.items():
        assert verb(f"4711 {digit} {'is well' if name in REASON_NEEDED else ''}") == name
    for word, minutes in NUMBERS.items():
        assert read_reply(f"4711 komme in {word} min", CODES) == Reply("4711", "on_the_way", minutes=minutes)


def test_what_a_machine_writes_is_never_an_answer():
    """Also where it holds the code and a verb."""
    for phrase in AUTOMATIC:
        hint = read_reply(f"{phrase}\n4711 accept", CODES)
        assert isinstance(hint, Hint)
        assert hint.is_automatic
    assert not read_reply("4711", CODES).is_automatic


def test_no_word_means_two_things():
    """A phrase belongs to one verb, and no doubt or filler is a verb by itself."""
    all_phrases = [levelled(phrase) for phrases in PHRASES.values() for phrase in phrases]
    assert len(all_phrases) == len(set(all_phrases))
    assert not {levelled(word) for word in DOUBTS | FILLERS} & set(all_phrases)
    assert not DOUBTS & FILLERS
    assert set(DIGITS.values()) == set(PHRASES)


@pytest.mark.parametrize(("minutes", "counts"), [(0, False), (1, True), (240, True), (241, False)])
def test_minutes_have_a_limit(minutes, counts):
    """Nobody is on the way for longer."""
    reply = read_reply(f"4711 3 {minutes}", CODES)
    assert isinstance(reply, Reply) is counts
    assert MINUTES_MAX == 240


@pytest.mark.parametrize(("length", "counts"), [(-1, True), (0, True), (1, False)])
def test_a_text_is_read_whole_or_not_at_all(length, counts):
    """What is cut off could be the word "not"."""
    text = "4711 1".ljust(TEXT_CHARACTERS_MAX + length)
    assert isinstance(read_reply(text, CODES), Reply) is counts


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_a_hint_says_what_to_send_and_names_only_a_code_that_was_sent(language):
    """In the language of the recipient; English where there is none."""
    hint = read_reply("4711 perhaps", CODES, language)
    spoken = language if language in HINTS else "en"
    assert "4711" in hint.sentence
    for digit, each in DIGITS.items():
        assert f"{digit} {CHOICES[spoken][each]}" in hint.sentence
    assert choices(("accept", "acknowledge"), language) == f"1 {CHOICES[spoken]['accept']}"
    assert hint.code == "4711"
    assert "CODE" in read_reply("accept " + "x" * TEXT_CHARACTERS_MAX, CODES, language).sentence
    assert "4711 8 " in read_reply("4711 8", CODES, language).sentence
    assert {*HINTS["de"]} == WHYS


def test_a_code_that_could_be_a_digit_is_our_own_mistake():
    """Codes have at least three characters, letters or digits."""
    for code in ("12", "", "47 11"):
        with pytest.raises(AssertionError):
            read_reply("12 1", [code])


PIECES = st.one_of(
    st.text(max_size=8),
    st.sampled_from([*CODES, *DIGITS, *sorted(DOUBTS), *sorted(FILLERS), *NUMBERS, *AUTOMATIC, "\n", ">"]),
    st.sampled_from([phrase for phrases in PHRASES.values() for phrase in phrases]),
)


@given(st.lists(PIECES, max_size=7), st.sampled_from([" ", ", ", "", "\n"]))
def test_random_text_never_yields_a_verb_without_the_exact_code_and_exactly_one_verb(pieces, between):
    """Whatever is written; and a hint gives nobody a code."""
    text = between.join(pieces)
    result = read_reply(text, CODES)
    if isinstance(result, Hint):
        assert result.why in WHYS
        assert all(code.casefold() in text.casefold() for code in CODES if code in result.sentence)
        return
    assert result.code in CODES
    folded = levelled(text)
    assert folded.count(levelled(result.code)) >= 1
    words = folded.replace("\n", " ").replace(",", " ").split()
    spoken = [name for name, phrases in PHRASES.items() if any(levelled(each) in folded for each in phrases)]
    digits = [DIGITS[word] for word in words if word in DIGITS]
    assert result.verb in spoken + digits


@given(st.lists(PIECES, max_size=5))
def test_of_two_verbs_none_counts(pieces):
    """What is left without the words of the verb that was read says no other verb."""
    words = " ".join(f" {''.join(c if c.isalnum() else ' ' for c in piece)} " for piece in pieces)
    text = f" 4711 {' '.join(levelled(words).split())} "
    result = read_reply(text, CODES)
    if isinstance(result, Reply):
        for own in sorted(map(levelled, PHRASES[result.verb]), key=len, reverse=True):
            # Said twice, both share the space between them.
            while f" {own} " in text:
                text = text.replace(f" {own} ", " # ")
        others = [levelled(each) for name in PHRASES if name != result.verb for each in PHRASES[name]]
        assert not [each for each in others if f" {each} " in text]


@given(st.text(max_size=60))
def test_text_without_a_code_is_never_an_answer(text):
    """Not even where it says a verb."""
    assert isinstance(read_reply(text + " accept", ("7H2K9Q",)), Hint) or "7h2k9q" in text.casefold()
