"""The German of what is refused about people at work, the duty of the room, and workers' own pages."""

from typing import Final

_AT_WORK: Final = {
    "Shift {0} is not open: nobody can be asked.": (
        "Die Schicht {0} ist nicht offen: niemand kann gefragt werden."
    ),
    "The worker is being asked about the end of the shift already.": (
        "Die Person wird schon nach dem Ende der Schicht gefragt."
    ),
    "A silent alarm of this worker is open: nothing may be asked of them now.": (
        "Ein stiller Alarm dieser Person ist offen: sie darf jetzt nichts gefragt werden."
    ),
    "{0} is being asked already.": "{0} wird schon gefragt.",
    "There is no worker {0}.": "Es gibt keine Person {0}.",
}

_HANDOVER: Final = {
    "{0} has the duty: only {1} can begin to hand it over.": (
        "{0} hat den Dienst: nur {1} kann die Übergabe beginnen."
    ),
    "You hand over: somebody else confirms, with a log-in of their own.": (
        "Sie übergeben: jemand anderes bestätigt, mit eigenem Zugang."
    ),
    "{0} takes over: only {1} confirms.": "{0} übernimmt: nur {1} bestätigt.",
    "{0} takes over already: break this handover off to begin another one.": (
        "{0} übernimmt schon: brechen Sie diese Übergabe ab, um eine andere zu beginnen."
    ),
    "Press first that you take over.": "Drücken Sie zuerst, dass Sie übernehmen.",
    "This is no longer open: nothing of it is left to be confirmed.": (
        "Das ist nicht mehr offen: davon ist nichts mehr zu bestätigen."
    ),
    "This has changed meanwhile: read it again, then confirm it.": (
        "Das hat sich inzwischen geändert: lesen Sie es noch einmal, dann bestätigen Sie."
    ),
    "Not everything is confirmed yet: {0} is not released.": (
        "Noch ist nicht alles bestätigt: {0} ist nicht entlassen."
    ),
    "Only {0}, whoever takes over, or a safety officer can break this handover off.": (
        "Diese Übergabe abbrechen kann nur {0}, wer übernimmt oder eine Sicherheitsfachkraft."
    ),
    "This handover is over: the page shows who has the duty now.": (
        "Diese Übergabe ist vorbei: die Seite zeigt, wer jetzt den Dienst hat."
    ),
    "A handover is open already: it has to end first.": (
        "Eine Übergabe ist schon offen: sie muss zuerst enden."
    ),
    "Only whoever has the duty of the control room can hand it over.": (
        "Nur wer den Dienst der Leitstelle hat, kann ihn übergeben."
    ),
    "The handover went on meanwhile: look at it, then press again.": (
        "Die Übergabe ging inzwischen weiter: sehen Sie sie an, dann drücken Sie noch einmal."
    ),
    "The handover went on meanwhile by {0}: look at it, then press again.": (
        "Die Übergabe ging inzwischen weiter ({0}): sehen Sie sie an, dann drücken Sie noch einmal."
    ),
}

_OWN_PAGE: Final = {
    "Worker {0} has no access of their own.": "Person {0} hat keinen eigenen Zugang.",
    "There is no kiosk {0} in service.": "Ein Terminal {0} gibt es nicht oder nicht mehr.",
    "Too many attempts. Wait some minutes, then try again.": (
        "Zu viele Versuche. Warten Sie einige Minuten, dann versuchen Sie es noch einmal."
    ),
    "What is stored about you is shown on your own phone only, not at a kiosk.": (
        "Was über Sie gespeichert ist, sehen Sie nur auf Ihrem eigenen Telefon, nicht am Terminal."
    ),
    "This is no kiosk, or no more: an administrator opens it with its address.": (
        "Das ist kein Terminal oder keines mehr: die Verwaltung öffnet es mit seiner Adresse."
    ),
    "Number or PIN is wrong.": "Nummer oder PIN ist falsch.",
    "This link is not valid, or no more: ask the safety officer for a new one.": (
        "Dieser Link gilt nicht oder nicht mehr: fragen Sie die Sicherheitsfachkraft nach einem neuen."
    ),
    "You are not logged in here, or your time is over. Identify yourself again.": (
        "Sie sind hier nicht angemeldet, oder Ihre Zeit ist um. Weisen Sie sich noch einmal aus."
    ),
    "Too many people are identifying themselves at this moment. Try again in a few seconds.": (
        "Gerade weisen sich zu viele aus. Versuchen Sie es in ein paar Sekunden noch einmal."
    ),
}

GERMAN_PEOPLE: Final = {**_AT_WORK, **_HANDOVER, **_OWN_PAGE}
