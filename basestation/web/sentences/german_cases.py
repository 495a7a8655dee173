"""The German of what is refused about cases, verbs and the rescue chain."""

from typing import Final

GERMAN_CASES: Final = {
    "There is no case {0}.": "Es gibt keinen Fall {0}.",
    "There is no verb {0}.": "Den Handgriff {0} gibt es nicht.",
    "Nothing has been raised yet: wait for the alarm.": (
        "Noch ist nichts ausgelöst: warten Sie auf den Alarm."
    ),
    "The wearer can still cancel this pre-alarm: wait until it is raised.": (
        "Die Person kann diesen Voralarm noch abbrechen: warten Sie, bis er ausgelöst ist."
    ),
    "The wearer cancelled the pre-alarm: there is nothing left to do.": (
        "Die Person hat den Voralarm abgebrochen: es ist nichts mehr zu tun."
    ),
    "This alarm is part of case {0}: open that one.": "Dieser Alarm gehört zu Fall {0}: öffnen Sie jenen.",
    "The case is closed (by {0}): open the log to see what happened.": (
        "Der Fall ist geschlossen (von {0}): das Protokoll zeigt, was geschehen ist."
    ),
    "The case is closed: open the log to see what happened.": (
        "Der Fall ist geschlossen: das Protokoll zeigt, was geschehen ist."
    ),
    "{0} has acknowledged it: it closes when the condition ends.": (
        "{0} hat quittiert: der Fall schließt, wenn die Ursache endet."
    ),
    "Nobody has taken charge yet: press accept first.": (
        "Noch hat niemand übernommen: drücken Sie zuerst Übernehmen."
    ),
    "{0} has accepted this case: speak to them before you act.": (
        "{0} hat diesen Fall übernommen: sprechen Sie sich ab, bevor Sie handeln."
    ),
    "{0} has accepted this case: there is nothing to decline.": (
        "{0} hat diesen Fall übernommen: es gibt nichts abzulehnen."
    ),
    "Nobody is asked for a sign of life yet.": "Noch wird niemand um ein Lebenszeichen gebeten.",
    "There is nothing to confirm: nobody has asked to close this case.": (
        "Es gibt nichts zu bestätigen: niemand hat vorgeschlagen, diesen Fall zu schließen."
    ),
    "This is a technical alarm and nobody is known to be in danger: press acknowledge.": (
        "Das ist ein technischer Alarm, von einer Gefahr für jemanden ist nichts bekannt: drücken Sie "
        "Quittieren."
    ),
    "A person may be in danger: press accept and send help, this cannot be acknowledged away.": (
        "Eine Person kann in Gefahr sein: drücken Sie Übernehmen und schicken Sie Hilfe, Quittieren "
        "genügt nicht."
    ),
    "{0} has this case: only they can say that they still have it.": (
        "{0} hat diesen Fall: nur von dort kann kommen, dass er noch betreut wird."
    ),
    "You have this case: hand it over to somebody else, it cannot just be dropped.": (
        "Sie haben diesen Fall: übergeben Sie ihn, er kann nicht einfach fallen gelassen werden."
    ),
    "{0} has this case: only they can hand it over.": (
        "{0} hat diesen Fall: nur von dort kann er übergeben werden."
    ),
    "{0} has this case and has asked {1} to take over.": (
        "{0} hat diesen Fall und hat {1} um Übernahme gebeten."
    ),
    "Say {0} to {1} minutes: help has to be on the spot within {2}.": (
        "Nennen Sie {0} bis {1} Minuten: innerhalb von {2} muss Hilfe vor Ort sein."
    ),
    "A second person has to confirm: nobody was on the scene or spoke with the worker.": (
        "Eine zweite Person muss bestätigen: niemand war vor Ort oder hat mit der Person gesprochen."
    ),
    "A further alarm of this worker has come in: look at it and press still here, then decide.": (
        "Ein weiterer Alarm dieser Person ist gekommen: ansehen und Noch da drücken, dann entscheiden."
    ),
    "{0}, at least {1} characters.": "{0}, mindestens {1} Zeichen.",
    "Write the reason for the all-clear": "Schreiben Sie den Grund der Entwarnung",
    "Write what raised the false alarm": "Schreiben Sie, was den Fehlalarm ausgelöst hat",
    "Write what the worker said": "Schreiben Sie, was die Person gesagt hat",
    "The worker in danger cannot answer for the help: their word is noted.": (
        "Die Person in Gefahr kann nicht für die Hilfe antworten: ihr Wort ist notiert."
    ),
    "Nobody is called in this case: it is not open.": (
        "In diesem Fall wird niemand gerufen: er ist nicht offen."
    ),
    "Give the channel and the address.": "Nennen Sie Weg und Adresse.",
    "{0} cannot be called: {1}.": "{0} kann nicht gerufen werden: {1}.",
    "casualty": "ist die Person in Gefahr",
    "own case": "hat selbst einen Alarm",
    "absent": "ist abwesend",
    "nobody on duty": "niemand hat Dienst",
    "no address": "hat keine Adresse",
    "unknown": "ist nicht bekannt",
    "Nobody of that name is called in this case: add them first.": (
        "Niemand dieses Namens wird in diesem Fall gerufen: rufen Sie die Person zuerst."
    ),
    "Say who is to take over: somebody the chain can reach.": (
        "Nennen Sie, wer übernehmen soll: jemand, den die Kette erreicht."
    ),
    "A silent alarm of this device is open: nothing may be heard near the worker.": (
        "Ein stiller Alarm dieses PNG ist offen: bei der Person darf nichts zu hören sein."
    ),
    "The location tone belongs to the open alarm of a person.": (
        "Den Ortungston gibt es nur zum offenen Alarm einer Person."
    ),
    "The device does not know of this alarm: the base station raised it.": (
        "Das PNG weiß nichts von diesem Alarm: die Basisstation hat ihn ausgelöst."
    ),
    "A case cannot be read; it is being set aside.": "Ein Fall ist nicht lesbar; er wird beiseitegelegt.",
    "No movement was kept with case {0}.": "Zu Fall {0} ist keine Bewegung aufbewahrt.",
    "Nothing is set aside under number {0}.": "Unter der Nummer {0} ist nichts beiseitegelegt.",
    "Only cases are put back: devices say their state anew, and commands end.": (
        "Nur Fälle werden zurückgelegt: PNG melden ihren Zustand neu, und Befehle enden."
    ),
    "It still cannot be read. An update of the program may read it.": (
        "Es ist noch immer nicht lesbar. Eine neuere Ausgabe des Programms kann es vielleicht lesen."
    ),
    "The chain has no name: give it one.": "Die Kette hat keinen Namen: geben Sie ihr einen.",
    "Chain {0} has no level: add at least one with a recipient.": (
        "Die Kette {0} hat keine Stufe: fügen Sie mindestens eine hinzu, in der jemand gerufen wird."
    ),
    "Chain {0} has more than {1} levels: join some.": (
        "Die Kette {0} hat mehr als {1} Stufen: fassen Sie einige zusammen."
    ),
    "All levels of chain {0} together take {1} s: shorten the answer times to {2} s or less, help has "
    "to be on the spot within 15 minutes.": (
        "Alle Stufen der Kette {0} dauern zusammen {1} s: kürzen Sie die Zeiten zum Antworten auf "
        "höchstens {2} s, Hilfe muss innerhalb von 15 Minuten vor Ort sein."
    ),
    "A level has no name: give it one.": "Eine Stufe hat keinen Namen: geben Sie ihr einen.",
    "Level {0} has no recipient: add at least one.": (
        "In der Stufe {0} wird niemand gerufen: fügen Sie mindestens jemanden hinzu."
    ),
    "Level {0} has more than {1} recipients: use another level.": (
        "In der Stufe {0} werden mehr als {1} gerufen: nehmen Sie eine weitere Stufe."
    ),
    "Level {0} calls nobody but the worker in danger: add somebody who can help.": (
        "Die Stufe {0} ruft nur die Person in Gefahr: fügen Sie jemanden hinzu, der helfen kann."
    ),
    "Level {0} has the same recipient twice: remove one.": (
        "In der Stufe {0} steht jemand zweimal: entfernen Sie einen Eintrag."
    ),
    "A recipient of level {0} has no name: fill it in.": (
        "In der Stufe {0} fehlt ein Name: tragen Sie ihn ein."
    ),
    "There are more than {0} ways to {1}: remove some.": (
        "Es gibt mehr als {0} Wege zu {1}: entfernen Sie einige."
    ),
    "There is no way to the receiving centre {0}: add its channel.": (
        "Es gibt keinen Weg zur Empfangszentrale {0}: fügen Sie ihn hinzu."
    ),
    "The {0} is {1} s: set it between {2} s and {3} s.": "{0}: {1} s. Stellen Sie {2} s bis {3} s ein.",
    "arrival_s of the chain": "Zeit bis vor Ort",
    "repeat_s of the chain": "Zeit zwischen zwei Rufen an alle",
    "presence_s of the chain": "Zeit ohne Lebenszeichen vor Ort",
    "ask_s of the chain": "Zeit zur Antwort nach der Ankunft",
    "answer_s of level {0}": "Zeit zum Antworten in der Stufe {0}",
    "interval_s to {0}": "Zeit zwischen den Versuchen zu {0}",
    "{0} in level {1}": "{0} in der Stufe {1}",
    "Two levels are called {0}: give each its own name.": (
        "Zwei Stufen heißen {0}: geben Sie jeder einen eigenen Namen."
    ),
    "The chain cannot be read at {0}: {1}.": "Die Kette ist bei {0} nicht lesbar: {1}.",
    "A way to {0} has no channel: fill it in.": "Ein Weg zu {0} ist leer: tragen Sie ihn ein.",
    "{0} is tried {1} times: set it between {2} and {3}.": (
        "{0} wird {1}-mal versucht: stellen Sie {2} bis {3} ein."
    ),
}
