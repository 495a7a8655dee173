"""The German of what is refused about roles at sites, log-ins, programs, reports and virtual devices."""

from typing import Final

_ROLES: Final = {
    "Your role does not allow this; you are logged in as {0}.": (
        "Ihre Rolle erlaubt das nicht; Sie sind angemeldet als {0}."
    ),
    # "responder" alone has other German in sentences about the site.
    "Your role does not allow this; you are logged in as responder.": (
        "Ihre Rolle erlaubt das nicht; Sie sind angemeldet als helfende Person."
    ),
    "Your role does not allow this; you are logged in as worker.": (
        "Ihre Rolle erlaubt das nicht; Sie sind angemeldet als beschäftigte Person."
    ),
    "viewer": "Mitlesende",
    "supervisor": "Aufsicht",
    "This concerns all sites, and your log-in counts for some of them only.": (
        "Das betrifft alle Standorte, und Ihr Zugang gilt nur für einige davon."
    ),
    "This concerns all sites, and your log-in counts for some of them: name the site.": (
        "Das betrifft alle Standorte, und Ihr Zugang gilt nur für einige davon: nennen Sie den Standort."
    ),
    "This belongs to a site where your log-in does not allow it.": (
        "Das gehört zu einem Standort, an dem Ihr Zugang es nicht erlaubt."
    ),
    "This concerns sites where your log-in does not count: name one of yours.": (
        "Das betrifft Standorte, für die Ihr Zugang nicht gilt: nennen Sie einen der Ihren."
    ),
    "One request may name {0} things at most.": "Eine Anfrage darf höchstens {0} Dinge nennen.",
    "A request may have {0} bytes at most.": "Eine Anfrage darf höchstens {0} Bytes haben.",
}

_LOG_INS: Final = {
    "There is no log-in {0}.": "Einen Zugang {0} gibt es nicht.",
    "This is the log-in of the command line of this machine; nobody changes it.": (
        "Das ist der Zugang der Befehlszeile dieses Rechners; niemand ändert ihn."
    ),
    "Give at least one role; whoever is to do nothing any more is retired.": (
        "Geben Sie mindestens eine Rolle; wer nichts mehr tun soll, wird stillgelegt."
    ),
    "Give one role for each site.": "Geben Sie für jeden Standort nur eine Rolle.",
    "NOT DONE: this is the last administrator of all sites. Give somebody else that role first.": (
        "NICHT GETAN: das ist die letzte Verwaltung aller Standorte. Geben Sie diese Rolle zuerst jemand "
        "anderem."
    ),
    "Login or code is wrong, or the code is used up or older than a day.": (
        "Anmeldename oder Code ist falsch, oder der Code ist verbraucht oder älter als ein Tag."
    ),
    "The old password is wrong.": "Das bisherige Passwort ist falsch.",
    "Too many people are logging in. Try again in a few seconds.": (
        "Gerade melden sich zu viele an. Versuchen Sie es in ein paar Sekunden noch einmal."
    ),
}

_PROGRAMS: Final = {
    "A token lasts 1 to {0} days: {1} is not possible.": (
        "Ein Token gilt 1 bis {0} Tage: {1} ist nicht möglich."
    ),
    "A token without a scope opens nothing: choose what the program may do.": (
        "Ein Token ohne Recht öffnet nichts: wählen Sie, was das Programm darf."
    ),
    "There are {0} tokens in force: revoke one that is not needed.": (
        "Es gelten schon {0} Token: widerrufen Sie eines, das nicht gebraucht wird."
    ),
    "There is no token {0} in force.": "Es gibt kein gültiges Token {0}.",
    "There is no scope {0}: choose among {1}.": "Ein Recht {0} gibt es nicht: wählen Sie aus {1}.",
    "This token has none of the scopes {0}.": "Dieses Token hat keines der Rechte {0}.",
    "This token is not known, is over or was revoked. Ask an administrator for another one.": (
        "Dieses Token ist unbekannt, abgelaufen oder widerrufen. Bitten Sie die Verwaltung um ein anderes."
    ),
    "Too many wrong tokens from this address. Try again in {0} minutes.": (
        "Zu viele falsche Token von dieser Adresse. Versuchen Sie es in {0} Minuten noch einmal."
    ),
    "More than {0} requests a minute with this token. Wait a minute, or ask for events instead.": (
        "Mehr als {0} Anfragen in der Minute mit diesem Token. Warten Sie eine Minute, oder lassen Sie sich "
        "Ereignisse senden."
    ),
    "No token opens this: log in as a person.": "Das öffnet kein Token: melden Sie sich als Person an.",
    "This token lacks the scope {0}. Ask an administrator for one that has it.": (
        "Diesem Token fehlt das Recht {0}. Bitten Sie die Verwaltung um eines, das es hat."
    ),
    "The log ends at {0}, before {1}: the base station was restored. Begin without a number.": (
        "Das Protokoll endet bei {0}, vor {1}: die Basisstation wurde wiederhergestellt. Beginnen Sie ohne "
        "Nummer."
    ),
    "Too many streams are open: {0}. Close one, or try again later.": (
        "Zu viele Ströme sind offen: {0}. Schließen Sie einen, oder versuchen Sie es später noch einmal."
    ),
    "What stands in `after` is no `next` of ours: begin without it.": (
        "Was in `after` steht, ist kein `next` von uns: beginnen Sie ohne."
    ),
}

_REPORTS: Final = {
    "This report has {0} rows; a PDF takes {1} at most. Take the CSV instead.": (
        "Dieser Bericht hat {0} Zeilen; ein PDF fasst höchstens {1}. Nehmen Sie stattdessen die CSV-Datei."
    ),
    "Other reports are being set. Try again in a minute, or take the CSV.": (
        "Andere Berichte werden gerade erstellt. Versuchen Sie es in einer Minute noch einmal, oder nehmen "
        "Sie die CSV-Datei."
    ),
    "The report was not set within {0} s. Try again later, or take the CSV.": (
        "Der Bericht war nach {0} s nicht fertig. Versuchen Sie es später noch einmal, oder nehmen Sie die "
        "CSV-Datei."
    ),
    "The report could not be set: {0}": "Der Bericht ließ sich nicht erstellen: {0}",
}

_VIRTUAL_DEVICES: Final = {
    "A virtual device is marked as test or as drill, and never as anything else.": (
        "Ein virtuelles PNG ist als Probe oder als Übung gekennzeichnet und nie anders."
    ),
    "{0} virtual devices are running already. End one of them first.": (
        "{0} virtuelle PNG laufen schon. Beenden Sie zuerst eines davon."
    ),
}

GERMAN_ACCESS: Final = {**_ROLES, **_LOG_INS, **_PROGRAMS, **_REPORTS, **_VIRTUAL_DEVICES}
