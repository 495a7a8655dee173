"""The German of what is refused about records and clearance."""

from typing import Final

GERMAN_RECORDS: Final = {
    "Clearance is refused: a safety officer can see why, and what would change it.": (
        "Die Freigabe ist verweigert: eine Sicherheitsfachkraft sieht, warum, und was daran etwas "
        "ändern würde."
    ),
    "There are these packs of rules: {0}.": "Es gibt diese Regelpakete: {0}.",
    "This kind of record is about: {0}.": "Diese Art von Nachweis betrifft: {0}.",
    "The result of this kind of record is one of: {0}.": (
        "Das Ergebnis dieser Art von Nachweis ist eines von: {0}."
    ),
    "This kind of record is for one of: {0}.": "Diese Art von Nachweis gilt für eines von: {0}.",
    "These conditions are not among those that can be recorded.": (
        "Diese Auflagen gehören nicht zu denen, die eingetragen werden können."
    ),
    "It would run out before it was issued: choose a later end.": (
        "Er liefe ab, bevor er ausgestellt wurde: wählen Sie ein späteres Ende."
    ),
    "This kind of record is valid for {0} months at most: choose an earlier end.": (
        "Diese Art von Nachweis gilt höchstens {0} Monate: wählen Sie ein früheres Ende."
    ),
    "A risk assessment has its figures GZ, NW and time until help, nothing else has.": (
        "Nur eine Gefährdungsbeurteilung hat die Zahlen GZ, NW und Zeit bis zur Hilfe, und braucht sie."
    ),
    "These kinds of work are not among those that can be recorded.": (
        "Diese Arten von Arbeit gehören nicht zu denen, die eingetragen werden können."
    ),
    "There is no {0} {1} at this site.": "An diesem Standort gibt es das nicht: {0} {1}.",
    "No illness and no pregnancy is recorded here: say only what follows for the work.": (
        "Hier wird keine Krankheit und keine Schwangerschaft eingetragen: nennen Sie nur, was für die Arbeit "
        "daraus folgt."
    ),
    "There is nothing to override: it is not refused.": (
        "Es gibt nichts aufzuheben: sie ist nicht verweigert."
    ),
    "Nobody may override this: it has to be changed.": "Das darf niemand aufheben: es muss geändert werden.",
    "Nobody overrides a refusal of their own: another person has to.": (
        "Niemand hebt eine Verweigerung für sich selbst auf: das muss eine andere Person tun."
    ),
    "It needs a reason: it stays visible beside the refusal.": (
        "Es braucht einen Grund: er bleibt neben der Verweigerung sichtbar."
    ),
    "{0} is {1}: it lies between {2} and {3}.": "{0} ist {1}: möglich ist {2} bis {3}.",
    "The time until help cannot be negative.": "Die Zeit bis zur Hilfe kann nicht negativ sein.",
}
