"""The German of what is refused about a request itself: log-in, role, form, store, a failure inside."""

from typing import Final

GERMAN_REQUESTS: Final = {
    "Login or password is wrong.": "Anmeldename oder Passwort ist falsch.",
    "Too many people are logging in at this moment. Try again in a few seconds.": (
        "Gerade melden sich zu viele an. Versuchen Sie es in ein paar Sekunden noch einmal."
    ),
    "Too many log-in attempts. Wait {0} minutes, then try again.": (
        "Zu viele Versuche der Anmeldung. Warten Sie {0} Minuten, dann versuchen Sie es noch einmal."
    ),
    "You are not logged in, or your session has ended. Log in again.": (
        "Sie sind nicht angemeldet, oder Ihre Sitzung ist beendet. Melden Sie sich neu an."
    ),
    "This needs the role {0}; you are logged in as {1}.": (
        "Dafür ist die Rolle {0} nötig; Sie sind angemeldet als {1}."
    ),
    "operator": "Leitstelle",
    "safety officer": "Sicherheitsfachkraft",
    "safety_officer": "Sicherheitsfachkraft",
    "admin": "Verwaltung",
    "The password needs at least {0} characters.": "Das Passwort braucht mindestens {0} Zeichen.",
    "The password may have at most {0} characters.": "Das Passwort darf höchstens {0} Zeichen haben.",
    "Too many links that are not valid. Try again later.": (
        "Zu viele ungültige Links. Versuchen Sie es später noch einmal."
    ),
    "This link is not valid, or no more.": "Dieser Link gilt nicht, oder nicht mehr.",
    "This site has not set up web push.": "Dieser Standort hat Web Push nicht eingerichtet.",
    "Only people of the site have a phone of their own here: ask the safety officer.": (
        "Nur Leute des Standorts haben hier ein eigenes Telefon: fragen Sie die Sicherheitsfachkraft."
    ),
    "This page is old: load it again, then press again.": (
        "Diese Seite ist alt: laden Sie sie neu, dann drücken Sie noch einmal."
    ),
    "The store cannot keep up, or is closing; try again.": (
        "Der Speicher kommt nicht nach oder schließt gerade; versuchen Sie es noch einmal."
    ),
    "The store did not take it; nothing of it was kept.": (
        "Der Speicher hat es nicht angenommen; nichts davon wurde behalten."
    ),
    "NOT DONE: the base station cannot store anything now, its disk may be full. Nothing of it was "
    "kept. Look at the case before you press again, use the telephone meanwhile, and tell whoever "
    "looks after it.": (
        "NICHT GETAN: die Basisstation kann gerade nichts speichern, vielleicht ist die Platte voll. "
        "Nichts davon wurde behalten. Sehen Sie den Fall an, bevor Sie noch einmal drücken, benutzen Sie "
        "inzwischen das Telefon und verständigen Sie, wer sie betreut."
    ),
    "The base station could not do this. Its log says why; try again, and tell whoever looks after it.": (
        "Die Basisstation konnte das nicht tun. Ihr Protokoll sagt, warum; versuchen Sie es noch einmal "
        "und verständigen Sie, wer sie betreut."
    ),
    "This request came from another site and was refused.": (
        "Diese Anfrage kam von einer anderen Seite und wurde abgewiesen."
    ),
    "The request is larger than the base station accepts.": (
        "Die Anfrage ist größer, als die Basisstation annimmt."
    ),
    "Not Found": "Unter dieser Adresse gibt es nichts.",
    "There is nothing at this address.": "Unter dieser Adresse gibt es nichts.",
    "Method Not Allowed": "Unter dieser Adresse ist das so nicht möglich.",
    "Nothing can be done at this address in this way.": "Unter dieser Adresse ist das so nicht möglich.",
    "There was an error parsing the body": "Die Anfrage ist nicht lesbar: senden Sie JSON in UTF-8.",
    "The request cannot be read: send JSON in UTF-8.": (
        "Die Anfrage ist nicht lesbar: senden Sie JSON in UTF-8."
    ),
    "The {0} is missing.": "{0}: fehlt.",
    "The {0} needs at least {1} characters.": "{0}: braucht mindestens {1} Zeichen.",
    "The {0} may have at most {1} characters.": "{0}: darf höchstens {1} Zeichen haben.",
    "The {0} has characters that are not possible there.": "{0}: hat Zeichen, die dort nicht möglich sind.",
    "The {0} is not JSON.": "{0}: ist kein JSON.",
    "The {0} cannot be used: {1}.": "{0}: ist so nicht möglich ({1}).",
    "request": "Die Anfrage",
    "login": "Der Anmeldename",
    "password": "Das Passwort",
    "name": "Der Name",
    "display name": "Der Name, den andere sehen,",
    "reason": "Der Grund",
    "directions": "Der Weg hinein",
    "phone": "Das Telefon",
    "planned end": "Das geplante Ende",
}
