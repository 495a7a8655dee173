"""The sentences of refused verbs in German; the case step knows the English ones only.

Decides by the English sentence itself, whose names and numbers stay as they are. A sentence that is not in
the table is told in English: better that than nothing.
"""

import re
from typing import Final

#: English, as the case step says it, and German; names in braces are filled in.
GERMAN: Final = {
    "Nothing has been raised yet: wait for the alarm.": "Noch ist nichts ausgelöst: den Alarm abwarten.",
    "The wearer can still cancel this pre-alarm: wait until it is raised.": (
        "Der Voralarm kann noch abgebrochen werden: abwarten, bis er ausgelöst ist."
    ),
    "The wearer cancelled the pre-alarm: there is nothing left to do.": (
        "Der Voralarm wurde von der Person abgebrochen: es ist nichts mehr zu tun."
    ),
    "This alarm is part of case {companion}: open that one.": (
        "Dieser Alarm gehört zu Fall {companion}: bitte dort ansehen."
    ),
    "The case is closed{closed}: open the log to see what happened.": "Der Fall ist geschlossen{closed}.",
    "{acknowledged_by} has acknowledged it: it closes when the condition ends.": (
        "{acknowledged_by} hat ihn quittiert: er schließt, wenn der Zustand endet."
    ),
    "Nobody has taken charge yet: press accept first.": "Noch hat ihn niemand: bitte zuerst übernehmen.",
    "{accepted_by} has accepted this case: speak to them before you act.": (
        "{accepted_by} hat diesen Fall übernommen: bitte erst mit ihr oder ihm sprechen."
    ),
    "{accepted_by} has accepted this case: there is nothing to decline.": (
        "{accepted_by} hat diesen Fall übernommen: es gibt nichts abzulehnen."
    ),
    "Nobody is asked for a sign of life yet.": "Noch wird niemand nach einem Lebenszeichen gefragt.",
    "There is nothing to confirm: nobody has asked to close this case.": (
        "Es gibt nichts zu bestätigen: niemand will diesen Fall schließen."
    ),
    "This is a technical alarm and nobody is known to be in danger: press acknowledge.": (
        "Das ist ein technischer Alarm, von einem Menschen in Not ist nichts bekannt: bitte quittieren."
    ),
    "A person may be in danger: press accept and send help, this cannot be acknowledged away.": (
        "Ein Mensch kann in Not sein: übernehmen und Hilfe schicken; wegquittieren geht nicht."
    ),
    "{accepted_by} has this case: only they can say that they still have it.": (
        "{accepted_by} hat diesen Fall: nur sie oder er kann das sagen."
    ),
    "You have this case: hand it over to somebody else, it cannot just be dropped.": (
        "Sie haben diesen Fall: bitte jemandem übergeben, er kann nicht einfach fallen gelassen werden."
    ),
    "{accepted_by} has this case: only they can hand it over.": (
        "{accepted_by} hat diesen Fall: nur sie oder er kann ihn übergeben."
    ),
    "{accepted_by} has this case and has asked {offered_to} to take over.": (
        "{accepted_by} hat diesen Fall und hat {offered_to} gebeten zu übernehmen."
    ),
    "Say {least} to {most} minutes: help has to be on the spot within {bound}.": (
        "Bitte {least} bis {most} Minuten angeben: Hilfe muss in {bound} Minuten vor Ort sein."
    ),
    "A second person has to confirm: nobody was on the scene or spoke with the worker.": (
        "Ein zweiter Mensch muss bestätigen: niemand war vor Ort oder hat mit der Person gesprochen."
    ),
    "A further alarm of this worker has come in: look at it and press still here, then decide.": (
        "Ein weiterer Alarm dieser Person ist da: ansehen, „noch da“ drücken, dann entscheiden."
    ),
    "Write what the worker said, at least {least} characters.": (
        "Bitte schreiben, was die Person gesagt hat, mindestens {least} Zeichen."
    ),
    "Write the reason for the all-clear, at least {least} characters.": (
        "Bitte den Grund der Entwarnung schreiben, mindestens {least} Zeichen."
    ),
    "Write what raised the false alarm, at least {least} characters.": (
        "Bitte schreiben, was den Fehlalarm ausgelöst hat, mindestens {least} Zeichen."
    ),
    "Say who is to take over: somebody the chain can reach.": (
        "Bitte sagen, wer übernehmen soll: jemand, den die Kette erreicht."
    ),
    "{name} cannot be called: {why}.": "{name} kann nicht gerufen werden ({why}).",
}

_NAME = re.compile(r"\\\{(\w+)\\\}")


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(_NAME.sub(r"(?P<\1>.*)", re.escape(template)), re.DOTALL)


_PATTERNS: Final = [(_pattern(english), german) for english, german in GERMAN.items()]
#: What stands in brackets after "closed".
_CLOSED_BY: Final = re.compile(r" \(by (.*)\)", re.DOTALL)


def refused(sentence: str, language: str) -> str:
    """Return the sentence of a refusal in that language."""
    if language != "de":
        return sentence
    for pattern, german in _PATTERNS:
        match = pattern.fullmatch(sentence)
        if match:
            words = match.groupdict()
            if "closed" in words:
                words["closed"] = _CLOSED_BY.sub(r" (von \1)", words["closed"])
            return german.format(**words)
    return sentence
