"""The German of what is refused about the file of a case: notes, steps, report, picture, movement, sound."""

from typing import Final

GERMAN_CASEFILE: Final = {
    "There is no picture of worker {0}.": "Von Person {0} gibt es kein Bild.",
    "There is no picture of this worker.": "Von dieser Person gibt es kein Bild.",
    "The picture has {0} bytes: {1} are the most. Make it smaller.": (
        "Das Bild hat {0} Bytes: {1} sind das meiste. Machen Sie es kleiner."
    ),
    "The file is no picture: use a PNG or a JPEG.": (
        "Die Datei ist kein Bild: nehmen Sie eine PNG- oder JPEG-Datei."
    ),
    "The picture is {0} by {1}: {2} pixels a side are the most.": (
        "Das Bild misst {0} mal {1}: {2} Bildpunkte je Seite sind das meiste."
    ),
    "Picture and number open with the alarm of a person, not before, and close with its end.": (
        "Bild und Nummer sind nur zu sehen, solange ein Alarm der Person offen ist."
    ),
    "Nobody is known to have worn this device.": "Es ist nicht bekannt, wer dieses PNG getragen hat.",
    "Case {0} has no step {1}.": "Fall {0} hat keinen Schritt {1}.",
    "This step was changed too often: write a note.": (
        "Dieser Schritt wurde zu oft geändert: schreiben Sie eine Notiz."
    ),
    "Another note was sent under this key: load the page again; what you wrote is kept.": (
        "Unter diesem Schlüssel wurde eine andere Notiz gesendet: laden Sie die Seite neu; Ihr Text bleibt "
        "erhalten."
    ),
    "Write something.": "Schreiben Sie etwas.",
    "A note may have {0} characters at most: write two.": (
        "Eine Notiz darf höchstens {0} Zeichen haben: schreiben Sie zwei."
    ),
    "Case {0} has {1} notes: write the rest into its report.": (
        "Fall {0} hat {1} Notizen: schreiben Sie das Weitere in seinen Bericht."
    ),
    "{0} is no reason for this end: choose one of those offered.": (
        "{0} ist kein Ergebnis für diesen Abschluss: wählen Sie eines der angebotenen."
    ),
    "{0} changed this protocol at {1}: nothing of yours was kept there. Read it, then set yours.": (
        "{0} hat diesen Ablauf am {1} geändert: Ihrer ist dort nicht gespeichert. Lesen Sie den neuen, dann "
        "setzen Sie Ihren in Kraft."
    ),
    "{0} {1} this step at {2}: look at it before you press again.": (
        "{0} hat diesen Schritt am {2} {1}: sehen Sie ihn an, bevor Sie noch einmal drücken."
    ),
    "ticked": "abgehakt",
    "took back": "zurückgenommen",
    "There is no report yet: load the page again. What you wrote is still in the page.": (
        "Noch gibt es keinen Bericht: laden Sie die Seite neu. Ihr Text bleibt auf der Seite erhalten."
    ),
    "{0} wrote a newer report at {1}: it was not overwritten. Read it, then send yours.": (
        "{0} hat am {1} einen neueren Bericht geschrieben: er wurde nicht überschrieben. Lesen Sie ihn, dann "
        "senden Sie Ihren."
    ),
    "There are no alarms of the kind {0}.": "Alarme der Art {0} gibt es nicht.",
    "A protocol has {0} steps at most: nobody reads more in an emergency.": (
        "Ein Ablauf hat höchstens {0} Schritte: mehr liest im Notfall niemand."
    ),
    "A step has {0} characters at most.": "Ein Schritt hat höchstens {0} Zeichen.",
    "A report may have {0} characters at most.": "Ein Bericht darf höchstens {0} Zeichen haben.",
    "This report was changed too often: write a note.": (
        "Dieser Bericht wurde zu oft geändert: schreiben Sie eine Notiz."
    ),
    "The movement kept with case {0} holds no samples.": (
        "Die zu Fall {0} gespeicherte Bewegung enthält keine Messwerte."
    ),
    "Nothing was silenced: none of these cases sounds now. What is silenced already sounds again when its "
    "60 s are over.": (
        "Nichts wurde stumm geschaltet: keiner dieser Fälle tönt gerade. Was schon stumm ist, tönt wieder, "
        "wenn die 60 s vorbei sind."
    ),
}
