"""The German of what is refused about the registers: rows in use, undoing, files, sites and zones."""

from typing import Final

#: What still uses a row; several of these stand one after the other.
_USES: Final = {
    "{0} is on shift with {1} in {2} (shift {3}): end that shift first.": (
        "{0} hat Schicht mit {1}, Arbeitsplatz {2} (Schicht {3}): beenden Sie zuerst diese Schicht."
    ),
    "Case {0} is open and concerns {1}: close it first.": (
        "Fall {0} ist offen und betrifft {1}: schließen Sie ihn zuerst."
    ),
    "{0} is also among the people who come, as {1}: take that back first.": (
        "{0} gehört als {1} auch zu den Helfenden: nehmen Sie das zuerst zurück."
    ),
    "{0} stands on the floor plan {1}: take it off there first.": (
        "{0} ist im Lageplan {1} eingezeichnet: entfernen Sie das Zeichen dort zuerst."
    ),
    "The chain {0} calls {1}: change that chain first.": (
        "Die Rettungskette {0} ruft {1}: ändern Sie zuerst diese Kette."
    ),
    "{0} has the duty {1} by the plan: give it to somebody else first.": (
        "{0} hat nach dem Plan den Dienst {1}: vergeben Sie ihn zuerst an jemand anderen."
    ),
}


def _followed(sentence: str) -> str:
    """Return a sentence with another one behind it, as one more value."""
    return f"{sentence} {{{sentence.count('{')}}}"


_SEVERAL_USES: Final = {_followed(one): f"{_USES[one]} {{{one.count('{')}}}" for one in _USES}

_CHANGES: Final = {
    "NOT SAVED: {0} changed this at {1}, after you had opened it. Look at both, then save again.": (
        "NICHT GESPEICHERT: {0} hat das am {1} geändert, nachdem Sie es geöffnet hatten. Sehen Sie beides "
        "an, dann speichern Sie noch einmal."
    ),
    "This is another one than the one you had opened: open it again.": (
        "Das ist ein anderer Eintrag als der, den Sie geöffnet hatten: öffnen Sie ihn neu."
    ),
    "NOT DONE: {0} has changed this meanwhile. Look at it as it is now; change that.": (
        "NICHT GETAN: {0} hat das inzwischen geändert. Sehen Sie den jetzigen Stand an und ändern Sie diesen."
    ),
    "Somebody": "Jemand",
    "There is nothing to undo: nothing is known from before the last change.": (
        "Es gibt nichts zurückzunehmen: der Stand vor der letzten Änderung ist nicht bekannt."
    ),
    "There is nothing to undo: nobody has changed this.": (
        "Es gibt nichts zurückzunehmen: niemand hat das geändert."
    ),
    "There is nothing to undo: this {0} was added. Retire it instead.": (
        "Es gibt nichts zurückzunehmen: der Eintrag ({0}) wurde nur hinzugefügt. Nehmen Sie ihn stattdessen "
        "außer Dienst."
    ),
    "This change cannot be undone: what it was before is not kept. Set it again.": (
        "Diese Änderung lässt sich nicht zurücknehmen: der frühere Stand ist nicht aufbewahrt. Stellen Sie "
        "ihn von Hand wieder her."
    ),
    "This was changed by other means since: look at it, then set it by hand.": (
        "Das wurde seither auf anderem Weg geändert: sehen Sie es an und ändern Sie es von Hand."
    ),
    "A {0} is retired on its own page, and for good.": (
        "{0}: außer Dienst genommen wird auf der eigenen Seite, und endgültig."
    ),
    "This {0} is retired: undo that first.": (
        "Dieser Eintrag ({0}) ist außer Dienst: nehmen Sie das zuerst zurück."
    ),
    "This {0} is retired already.": "Dieser Eintrag ({0}) ist schon außer Dienst.",
    "Its name is given to another one now: change that one first.": (
        "Der Name ist inzwischen anders vergeben: ändern Sie zuerst jenen Eintrag."
    ),
    "device": "PNG",
    "beacon": "Ortsbake",
    "duty plan": "Eintrag im Dienstplan",
    "{0} is withdrawn ({1}): take another one, or bring it back to service.": (
        "{0} ist aus dem Verkehr gezogen ({1}): nehmen Sie ein anderes, oder geben Sie es wieder frei."
    ),
    "There is nothing of the number {0} in this register.": (
        "In diesem Verzeichnis gibt es nichts mit der Nummer {0}."
    ),
    "The rota has forms of its own, under /api/v1/rota.": (
        "Der Dienstplan hat eigene Formulare, unter /api/v1/rota."
    ),
    "A device is added under /api/v1/devices: its log-in is handed over there.": (
        "Ein PNG wird unter /api/v1/devices hinzugefügt: dort wird sein Zugang übergeben."
    ),
    "A calendar of {0} days: ask for 1 to {1}.": "Ein Kalender von {0} Tagen: möglich sind 1 bis {1}.",
}

_LINES: Final = {
    "Devices are brought by an administrator.": "PNG liest nur die Verwaltung ein.",
    "The file is not UTF-8: save it as CSV UTF-8 and try again.": (
        "Die Datei ist nicht in UTF-8: speichern Sie sie als CSV UTF-8 und versuchen Sie es noch einmal."
    ),
    "The file is no CSV, line {0}: {1}.": "Die Datei ist kein CSV, Zeile {0}: {1}.",
    "There is no column {0}: the first line may name {1}.": (
        "Eine Spalte {0} gibt es nicht: die erste Zeile darf nennen: {1}."
    ),
    "The column {0} is there twice.": "Die Spalte {0} steht zweimal da.",
    "The column {0} is missing: the first line names {1}.": (
        "Die Spalte {0} fehlt: die erste Zeile nennt: {1}."
    ),
    "The file has more than {0} lines: bring it in parts.": (
        "Die Datei hat mehr als {0} Zeilen: lesen Sie sie in Teilen ein."
    ),
    "Line {0} has {1} cells, the first line has {2}.": "Zeile {0} hat {1} Felder, die erste Zeile hat {2}.",
    "Nothing was imported. {0}": "Nichts wurde eingelesen. {0}",
    "Nothing was imported. {0} And {1} more.": "Nichts wurde eingelesen. {0} Und {1} weitere.",
    "Line {0}: {1}": "Zeile {0}: {1}",
    "{0} Line {1}: {2}": "{0} Zeile {1}: {2}",
    "{0} stands in line {1} too.": "{0} steht auch in Zeile {1}.",
    "The {0} has more than {1} characters.": "{0}: hat mehr als {1} Zeichen.",
    "The {0} may have 1 to 32 of a-z, 0-9 and -.": "{0}: 1 bis 32 Zeichen aus a-z, 0-9 und -.",
    "The {0} may be {1} or {2}.": "{0}: möglich sind {1} oder {2}.",
    "More than one {0} is called {1}: change them one by one.": (
        "{0}: mehr als ein Eintrag heißt {1}; ändern Sie sie einzeln."
    ),
    "The {0} {1} was retired: bring it back by hand, or choose another name.": (
        "{0} {1} ist außer Dienst: nehmen Sie das von Hand zurück, oder wählen Sie einen anderen Namen."
    ),
}

_SITES: Final = {
    "NOT DONE: what belongs to no other site belongs to the first one. Rename it.": (
        "NICHT GETAN: was zu keinem anderen Standort gehört, gehört zum ersten. Benennen Sie ihn um."
    ),
    "NOT DONE: {0} belong to {1}: move or retire them first.": (
        "NICHT GETAN: zu {1} gehören noch {0}: ordnen Sie sie zuerst anders zu, oder nehmen Sie sie außer "
        "Dienst."
    ),
    "workplaces": "Arbeitsplätze",
    "workers": "Beschäftigte",
    "devices": "PNG",
    "zones": "Zonen",
    "people who come": "Helfende",
    "duties": "Dienste",
    "NOT DONE: log-ins have a role at {0}: change their roles first.": (
        "NICHT GETAN: bei {0} haben noch Zugänge eine Rolle: ändern Sie zuerst diese Rollen."
    ),
    "There is no plan {0} at this site.": "An diesem Standort gibt es keinen Plan {0}.",
    "One of these is no {0}: {1}.": "Eine dieser Nummern gibt es nicht ({0}): {1}.",
    "workplace of this site": "Arbeitsplatz dieses Standorts",
    "There is no site {0}.": "Standort {0} gibt es nicht.",
}

GERMAN_REGISTERS: Final = {**_USES, **_SEVERAL_USES, **_CHANGES, **_LINES, **_SITES}
