"""The sentences of refusals: every one that the base station raises has its German, with the same values."""

import re
from string import Formatter

import pytest

from basestation.cases import verbs
from basestation.site import handover_words
from basestation.web import events, programs, refusals
from basestation.web.sentences import CATALOGUES, in_language, language_of
from tests.basestation.web.raised import templates

#: Raised with a sentence that is made elsewhere, by what stands in the call: tested below, or of a page of a
#: responder, which has its own words.
MADE_ELSEWHERE = {
    "self._why_not", "_sentence(case, event)", "str(error)", "_FULL.get",
    "web.attempts.refusal()", "_DEAD[kind]", "SENTENCES[", "stale(", "_refusal(plan)", "' '.join(found)",
    "_AHEAD", "_SCOPE", "_WRONG", "_TOO_MANY", "TOO_MANY_REQUESTS, sentence", "str(damaged)", "str(refused)",
}  # fmt: skip

USED = "Case 7 is open and concerns Ada: close it first."
BENUTZT = "Fall 7 ist offen und betrifft Ada: schließen Sie ihn zuerst."


def values_of(sentence: str) -> list[str]:
    """Return the names of the values in a sentence."""
    return sorted(name for _, name, _, _ in Formatter().parse(sentence) if name is not None)


def test_every_sentence_that_is_raised_has_its_german():
    """Whoever adds a refusal adds its German; found by reading the source."""
    german = CATALOGUES["de"]
    raised = templates()
    assert len(raised) > 150
    missing = {
        place: sentence for sentence, place in raised.items() if sentence not in german and place[0] != "?"
    }
    assert missing == {}
    unread = {sentence for sentence, place in raised.items() if place[0] == "?"}
    assert {one for one in unread if not any(part in one for part in MADE_ELSEWHERE)} == set()


def test_a_sentence_tells_the_same_values_in_both_languages():
    """None is lost and none made up."""
    for english, german in CATALOGUES["de"].items():
        assert values_of(english) == values_of(german), english


def test_what_is_said_of_verbs_and_forms_has_its_german():
    """Sentences that are put together before they are raised."""
    said = [*verbs._BY_STATE.values(), *verbs._BY_VERB.values(), verbs._IS_TECHNICAL, verbs._IS_PERSON]
    said = [one.format(closed="", companion=7, accepted_by="Olga", acknowledged_by="Olga") for one in said]
    said += ["The case is closed (by Olga): open the log to see what happened."]
    said += [f"The name {fault.format(min_length=3, max_length=9)}." for fault in refusals._FAULTS.values()]
    names = {"outgoing": "Olga", "incoming": "Ivo"}
    said += [one.format(**names) for one in [*handover_words.SENTENCES.values(), handover_words.stale("Ivo")]]
    said += [
        handover_words.stale(None),
        events._AHEAD.format(head=7, after=9),
        events._TOO_MANY.format(count=3),
    ]
    said += [programs._WRONG, programs._NO_TOKEN, programs._SCOPE.format(scope="cases:read")]
    said += [programs._TOO_MANY.format(count=9), programs._TOO_MANY_WRONG.format(minutes=5)]
    said += [
        refusals._NOT_STORED,
        refusals._FAILED,
        "Too many log-in attempts. Wait 5 minutes, then try again.",
    ]
    assert [one for one in said if in_language(one, "de") == one] == []


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("There is no case 7.", "Es gibt keinen Fall 7."),
        ("There is no workplace 4.", "Es gibt keinen Arbeitsplatz 4."),
        ("There is no site 4.", "Standort 4 gibt es nicht."),
        ("This needs the role admin; you are logged in as operator.",
         "Dafür ist die Rolle Verwaltung nötig; Sie sind angemeldet als Leitstelle."),
        ("Your role does not allow this; you are logged in as responder.",
         "Ihre Rolle erlaubt das nicht; Sie sind angemeldet als helfende Person."),
        (f"{USED} The chain night calls Ada: change that chain first. {USED}",
         f"{BENUTZT} Die Rettungskette night ruft Ada: ändern Sie zuerst diese Kette. {BENUTZT}"),
        ("Nothing was imported. Line 2: The name is missing. Line 3: 'A' stands in line 2 too.",
         "Nichts wurde eingelesen. Zeile 2: Der Name: fehlt. Zeile 3: 'A' steht auch in Zeile 2."),
        ("The answer_s of level 'Gate' is 3 s: set it between 10 s and 600 s.",
         "Zeit zum Antworten in der Stufe 'Gate': 3 s. Stellen Sie 10 s bis 600 s ein."),
        ("Write the reason for the all-clear, at least 3 characters.",
         "Schreiben Sie den Grund der Entwarnung, mindestens 3 Zeichen."),
        ("Olga\n{0} has this case: only they can hand it over.",
         "Olga\n{0} hat diesen Fall: nur von dort kann er übergeben werden."),
        ("A sentence of tomorrow.", "A sentence of tomorrow."),
        ("There is no case " + "7" * 2000 + ".", "There is no case " + "7" * 2000 + "."),
    ],
)  # fmt: skip
def test_a_sentence_is_told_in_german_with_its_values(english, german):
    """Also words of ours in it; what nobody has translated stays as it is."""
    assert in_language(ValueError(english), "de") == german
    assert in_language(english, "en") == in_language(english, "fr") == english


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("fr, de;q=0.5", "de"),
        ("en-GB,de", "en"),
        ("", "en"),
        ("*", "en"),
    ],
)
def test_the_language_of_a_request_is_the_first_that_there_are_words_of(asked, language):
    """English where there are none."""
    headers = [(b"accept-language", asked.encode())] if asked else []
    assert language_of({"type": "http", "headers": headers}) == language


async def test_a_refusal_is_told_in_the_language_that_is_asked_for(room):
    """Of the engine, of a form, of a role, of an address that leads nowhere, of a page of another site."""
    olga = await room.logged_in()
    olga.headers["Accept-Language"] = "de"
    assert _error(await olga.get("/api/v1/cases/7")) == "Es gibt keinen Fall 7."
    assert _error(await olga.post("/api/v1/login", json={})) == "Der Anmeldename: fehlt."
    not_theirs = "Ihre Rolle erlaubt das nicht; Sie sind angemeldet als Leitstelle."
    assert _error(await olga.get("/api/v1/users")) == not_theirs
    assert _error(await olga.get("/api/v1/nothing")) == "Unter dieser Adresse gibt es nichts."
    foreign = {"Origin": "http://elsewhere.test"}
    assert _error(await olga.post("/api/v1/logout", headers=foreign)).startswith("Diese Anfrage kam")
    olga.headers["Accept-Language"] = "en"
    assert _error(await olga.get("/api/v1/cases/7")) == "There is no case 7."


def _error(answer) -> str:
    body = answer.json()
    sentence = body.get("error") or body["detail"]
    assert not re.search(r"\{\d\}", sentence)
    return sentence
