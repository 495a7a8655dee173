"""What somebody reads or hears back who answered, in German and English: what counted, or why nothing did.

Decides words only. A verb that counted is confirmed with the number of its case, so that nobody confirms
the wrong one. What the case step refuses comes as its own sentence (`refusal_words`).
"""

from typing import Final

from basestation.cases.case import Case
from basestation.casework.wording import kind_name, who

_COUNTED: Final = {
    "en": {
        "accept": "You have it. Go there or send help, and say when you are on the way.",
        "acknowledge": "Acknowledged by you.",
        "decline": "Declined. Others are called.",
        "on_the_way": "You are on the way{minutes}. Say when you are there.",
        "on_scene": "You are on the scene. Say that you are well when you are asked.",
        "still_here": "Your sign of life has come in.",
        "need_more": "More people are called.",
        "escalate": "The next level is called.",
        "hand_over": "{to} is asked. It stays yours until they accept.",
        "contact": "What the worker said is noted.",
        "all_clear": "Closed: all clear.",
        "false_alarm": "Closed: false alarm.",
        "proposed": "A second person has to confirm the end: nobody was there. It stays open until then.",
        "confirm": "Confirmed and closed.",
    },
    "de": {
        "accept": "Sie haben übernommen. Hingehen oder Hilfe schicken; melden, wenn Sie unterwegs sind.",
        "acknowledge": "Von Ihnen quittiert.",
        "decline": "Abgelehnt. Andere werden gerufen.",
        "on_the_way": "Sie sind unterwegs{minutes}. Bitte melden, wenn Sie dort sind.",
        "on_scene": "Sie sind vor Ort. Bitte melden, dass es Ihnen gut geht, wenn Sie gefragt werden.",
        "still_here": "Ihr Lebenszeichen ist angekommen.",
        "need_more": "Weitere Helfer werden gerufen.",
        "escalate": "Die nächste Stufe wird gerufen.",
        "hand_over": "{to} ist gefragt. Bis dahin bleibt er bei Ihnen.",
        "contact": "Was die Person gesagt hat, ist notiert.",
        "all_clear": "Geschlossen: Entwarnung.",
        "false_alarm": "Geschlossen: Fehlalarm.",
        "proposed": "Ein zweiter Mensch muss das Ende bestätigen: niemand war dort. Bis dahin offen.",
        "confirm": "Bestätigt und geschlossen.",
    },
}
_MINUTES: Final = {"en": ", {minutes} minutes", "de": ", noch {minutes} Minuten"}
_CASE: Final = {"en": "Case", "de": "Fall"}
_HINTS: Final = {
    "en": {
        "unknown_sender": "Nothing was counted: nobody of this site is known by this number or address.",
        "unknown_notice": "Nothing was counted: this message is not known here any more.",
        "in_danger": "Nothing was counted: you have an open alarm of your own. Help is being called for you.",
        "worker": "Your words are shown to those who help you.",
    },
    "de": {
        "unknown_sender": "Nichts gezählt: diese Nummer oder Adresse ist hier von niemandem bekannt.",
        "unknown_notice": "Nichts gezählt: diese Nachricht ist hier nicht mehr bekannt.",
        "in_danger": "Nichts gezählt: für Sie selbst ist ein Alarm offen. Hilfe wird für Sie gerufen.",
        "worker": "Ihre Worte sehen die, die Ihnen helfen.",
    },
}


def confirmation(case: Case, verb: str, language: str, minutes: int | None = None, to: str = "") -> str:
    """Return the sentence for a verb that counted, with the case it counted for."""
    language = language if language in _COUNTED else "en"
    name = "proposed" if verb in ("all_clear", "false_alarm") and case.is_open else verb
    said = "" if minutes is None else _MINUTES[language].format(minutes=minutes)
    words = _COUNTED[language][name].format(minutes=said, to=to)
    mark = "" if case.mark == "real" else f"{case.mark.upper()} - "
    return (
        f"{mark}{_CASE[language]} {case.id}, {kind_name(case.kind, language)}, {who(case, language)}: {words}"
    )


def hint(name: str, language: str) -> str:
    """Return the sentence for an answer that counts for nothing."""
    return _HINTS.get(language, _HINTS["en"])[name]
