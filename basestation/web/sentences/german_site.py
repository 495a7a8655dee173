"""The German of what is refused about the site: people, devices, shifts, duties, walks, log-ins."""

from typing import Final

GERMAN_SITE: Final = {
    "It needs a name.": "Es braucht einen Namen.",
    "There is no {0} {1} in service.": "{0} {1} gibt es nicht oder nicht mehr.",
    "There is no {0} {1}.": "{0} {1} gibt es nicht.",
    "There is a {0} already, in service or retired: choose another name.": (
        "{0} gibt es schon, in Dienst oder außer Dienst: wählen Sie einen anderen Namen."
    ),
    "There is a {0} already: choose another name.": "{0} gibt es schon: wählen Sie einen anderen Namen.",
    "site": "Standort",
    "worker": "Person",
    "workplace": "Arbeitsplatz",
    "user": "Benutzer",
    "responder": "Person, die kommt,",
    "absence": "Abwesenheit",
    "duty role": "Dienst",
    "role": "Dienst",
    "rota entry": "Eintrag im Dienstplan",
    "override": "Änderung des Plans",
    "There is no chain {0}: put it there first.": "Es gibt keine Kette {0}: legen Sie sie zuerst an.",
    "There is no chain {0}.": "Es gibt keine Kette {0}.",
    "More than {0} rules: join some.": "Mehr als {0} Regeln: fassen Sie einige zusammen.",
    "Chain {0} is in use: change the default or the rules first.": (
        "Die Kette {0} wird benutzt: ändern Sie zuerst den Regelfall oder die Regeln."
    ),
    "{0} is no {1}: use {2}.": "{0} ist unbekannt ({1}): möglich sind {2}.",
    "Name the days of the week by 1 (Monday) to 7 (Sunday), at least one.": (
        "Nennen Sie die Wochentage mit 1 (Montag) bis 7 (Sonntag), mindestens einen."
    ),
    "Every {0} weeks: set it between 1 and {1}.": "Alle {0} Wochen: stellen Sie 1 bis {1} ein.",
    "The last day lies before the first: correct one of them.": (
        "Der letzte Tag liegt vor dem ersten: berichtigen Sie einen."
    ),
    "A time lies between the years {0} and {1}.": "Eine Zeit liegt zwischen den Jahren {0} und {1}.",
    "The moment lies between the years {0} and {1}.": "Der Zeitpunkt liegt zwischen den Jahren {0} und {1}.",
    "The end lies before the beginning: correct one of them.": (
        "Das Ende liegt vor dem Anfang: berichtigen Sie eines."
    ),
    "A time of the day lies between 00:00 and 23:59.": "Eine Uhrzeit liegt zwischen 00:00 und 23:59.",
    "{0} is no month: write the year and the month, as in 2026-03.": (
        "{0} ist kein Monat: schreiben Sie Jahr und Monat, wie 2026-03."
    ),
    "{0} was retired, and its name is not given again: choose another one.": (
        "{0} ist außer Dienst, und der Name wird nicht wieder vergeben: wählen Sie einen anderen."
    ),
    "{0} is worn by {1} (shift {2}): end that shift first.": (
        "{0} wird von {1} getragen (Schicht {2}): beenden Sie zuerst diese Schicht."
    ),
    "There is a {0} already. To get another board ready under this name say --again: the board that "
    "has it now is refused from then on.": (
        "{0} gibt es schon. Um eine andere Platine unter diesem Namen einzurichten, geben Sie --again "
        "an: die jetzige wird von da an abgewiesen."
    ),
    "There is no device {0}: `rufweite device list` shows them.": (
        "Es gibt kein PNG {0}: `rufweite device list` zeigt sie."
    ),
    "There is no device {0} in service: `rufweite device list` shows them.": (
        "Es gibt kein PNG {0} in Dienst: `rufweite device list` zeigt sie."
    ),
    "There is no active device {0}.": "Es gibt kein PNG {0} in Dienst.",
    "{0} was retired already.": "{0} ist schon außer Dienst.",
    "{0} cannot replace itself: name the new device second.": (
        "{0} kann sich nicht selbst ersetzen: nennen Sie das neue PNG an zweiter Stelle."
    ),
    "{0} is not ready: finish `rufweite device add {1} --port …` first.": (
        "{0} ist nicht bereit: beenden Sie zuerst `rufweite device add {1} --port …`."
    ),
    "{0} is worn by somebody itself: end that shift first.": (
        "{0} wird selbst getragen: beenden Sie zuerst diese Schicht."
    ),
    "{0} is to replace {1} already.": "{0} soll schon {1} ersetzen.",
    "The read-out {0} comes from the device itself.": "Das Auslesen {0} kommt vom PNG selbst.",
    "{0} is worn by {1} (shift {2}), and reading it at a cable stops it: end that shift first, or use "
    "`rufweite device log {3} --fetch`.": (
        "{0} wird von {1} getragen (Schicht {2}), und das Auslesen am Kabel hält es an: beenden Sie "
        "zuerst diese Schicht, oder benutzen Sie `rufweite device log {3} --fetch`."
    ),
    "There is no complete read-out {0} of {1}.": "Es gibt kein vollständiges Auslesen {0} von {1}.",
    "There is no role {0}: choose one of {1}.": "Es gibt keine Rolle {0}: wählen Sie eine von {1}.",
    "A user needs a login and a name.": "Ein Benutzer braucht Anmeldename und Namen.",
    "There is a user {0} already: choose another login.": (
        "Einen Benutzer {0} gibt es schon: wählen Sie einen anderen Anmeldenamen."
    ),
    "There is no user {0}.": "Es gibt keinen Benutzer {0}.",
    "{0} is no time zone: use a name such as Europe/Berlin.": (
        "{0} ist keine Zeitzone: nehmen Sie einen Namen wie Europe/Berlin."
    ),
    "Test messages every {0} days: set it between {1} and {2}.": (
        "Probemeldungen alle {0} Tage: stellen Sie {1} bis {2} ein."
    ),
    "There is no workplace {0}.": "Es gibt keinen Arbeitsplatz {0}.",
    "There is no workplace {0}: add the workplace first.": (
        "Es gibt keinen Arbeitsplatz {0}: tragen Sie ihn zuerst ein."
    ),
    "This code is not known, or a newer one was sent: use the newest message.": (
        "Dieser Code ist nicht bekannt, oder ein neuerer wurde gesendet: nehmen Sie die neueste Nachricht."
    ),
    "Responder {0} has no address that could be tested.": "Person {0} hat keine Adresse, die zu prüfen wäre.",
    "{0} cannot name a device: use 1 to 32 of a-z, 0-9 and -, not 'station'.": (
        "{0} kann kein PNG heißen: 1 bis 32 Zeichen aus a-z, 0-9 und -, nicht 'station'."
    ),
    "An address needs its channel, such as sms or email.": (
        "Eine Adresse braucht ihren Weg, etwa sms oder email."
    ),
    "There is no address for {0}: fill it in.": "Für {0} fehlt die Adresse: tragen Sie sie ein.",
    "More than {0} addresses: nobody is reached the faster.": (
        "Mehr als {0} Adressen: so ist niemand schneller zu erreichen."
    ),
    "The same address is there twice: remove one.": "Dieselbe Adresse steht zweimal da: entfernen Sie eine.",
    "{0} is no language of ours: choose one of {1}.": (
        "{0} ist keine unserer Sprachen: wählen Sie eine von {1}."
    ),
    "There is no worker {0}: add the worker first.": "Es gibt keine Person {0}: tragen Sie sie zuerst ein.",
    "There is no device {0}: add the device first.": "Es gibt kein PNG {0}: tragen Sie es zuerst ein.",
    "{0} is on shift with {1} (shift {2}): end that shift first.": (
        "{0} hat Schicht mit {1} (Schicht {2}): beenden Sie zuerst diese Schicht."
    ),
    "The planned end has passed already: choose a later one.": (
        "Das geplante Ende ist schon vorbei: wählen Sie ein späteres."
    ),
    "A shift may last {0} h at most: choose an earlier planned end.": (
        "Eine Schicht darf höchstens {0} h dauern: wählen Sie ein früheres Ende."
    ),
    "There is no shift {0}.": "Es gibt keine Schicht {0}.",
    "Shift {0} has ended already.": "Schicht {0} ist schon beendet.",
    "An alarm of {0} is open: it goes before any walk.": (
        "Ein Alarm von {0} ist offen: er geht jedem Messgang vor."
    ),
    "Walk {0} goes on with {1}: end it first.": "Messgang {0} läuft mit {1}: beenden Sie ihn zuerst.",
    "There is no walk {0}.": "Es gibt keinen Messgang {0}.",
    "A walk lasts 1 to {0} minutes.": "Ein Messgang dauert 1 bis {0} Minuten.",
    "Walk {0} has ended already.": "Messgang {0} ist schon beendet.",
    "No log-in of {0} is to be removed at {1}: `rufweite device left` shows what is.": (
        "Bei {1} ist kein Zugang von {0} zu löschen: `rufweite device left` zeigt, welche es sind."
    ),
    "The broker at {0} still lets {1} in with the log-in that was withdrawn on {2}: have it removed "
    "there first.": (
        "Der Broker {0} lässt {1} noch mit dem Zugang ein, der am {2} entzogen wurde: er muss dort "
        "zuerst gelöscht werden."
    ),
    "There is no trace {0} of trial operation.": "Es gibt keine Aufzeichnung {0} aus dem Probebetrieb.",
    "Trial operation lasts 1 to {0} days, not {1}.": "Der Probebetrieb dauert 1 bis {0} Tage, nicht {1}.",
    "Which settings {0} has is not known here: give all that differ from the defaults, as the whole "
    "set (--whole).": (
        "Welche Einstellungen {0} hat, ist hier nicht bekannt: geben Sie alle an, die von den üblichen "
        "abweichen, als Ganzes (--whole)."
    ),
    "{0} has these settings already: nothing would change.": (
        "{0} hat diese Einstellungen schon: es würde sich nichts ändern."
    ),
    "The version of the settings is given by the base station: leave it out.": (
        "Die Version der Einstellungen vergibt die Basisstation: lassen Sie sie weg."
    ),
    "These settings cannot be used: {0}": "Diese Einstellungen sind nicht möglich: {0}",
}
