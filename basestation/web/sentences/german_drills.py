"""The German of what is refused about drills."""

from typing import Final

GERMAN_DRILLS: Final = {
    "There is no drill {0}.": "Es gibt keine Notfallübung {0}.",
    "drill": "Notfallübung",
    "lesson": "Lehre",
    "place": "Stelle",
    "NOT DONE: drill {0} is {1}.": "NICHT GETAN: Notfallübung {0} ist {1}.",
    "planned": "geplant",
    "running": "schon im Gang",
    "ended": "schon beendet",
    "cancelled": "abgesagt",
    "cut short": "durch einen echten Alarm abgebrochen",
    "NOT BEGUN: case {0} is a real alarm and open. Attend to it first.": (
        "NICHT BEGONNEN: Fall {0} ist ein echter Alarm und offen. Kümmern Sie sich zuerst um ihn."
    ),
    "{0} cannot be drilled: choose {1}.": "{0} kann nicht geübt werden: wählen Sie {1}.",
    "{0} raises no alarm: choose {1}.": "{0} löst keinen Alarm aus: wählen Sie {1}.",
    "The limit of {0}: set one of a stage, 1 to {1} s.": (
        "Die Grenze für {0}: setzen Sie eine für einen Abschnitt, 1 bis {1} s."
    ),
    "A drill has {0} observers at most.": "Eine Notfallübung hat höchstens {0} Beobachtende.",
    "There is no device {0} in service.": "Es gibt kein PNG {0} im Dienst.",
    "The place that is hard to find belongs to another workplace.": (
        "Die schwer zu findende Stelle gehört zu einem anderen Arbeitsplatz."
    ),
    "The drill has not begun. What you noted is kept on your phone.": (
        "Die Notfallübung hat nicht begonnen. Was Sie notiert haben, bleibt auf Ihrem Telefon."
    ),
    "{0} is no stage of a drill.": "{0} ist kein Abschnitt einer Notfallübung.",
    "A note needs its time.": "Eine Notiz braucht ihre Zeit.",
    "Write what you saw.": "Schreiben Sie, was Sie gesehen haben.",
    "A drill takes {0} notes at most.": "Eine Notfallübung nimmt höchstens {0} Notizen auf.",
    "Only what you have noted yourself can be corrected.": (
        "Nur was Sie selbst notiert haben, können Sie berichtigen."
    ),
    "Place {0} is off the list already.": "Stelle {0} steht schon nicht mehr auf der Liste.",
    "Lesson {0} is done already.": "Lehre {0} ist schon erledigt.",
    "Drill {0} is not over: its protocol is made at its end.": (
        "Notfallübung {0} ist nicht vorbei: ihr Protokoll entsteht an ihrem Ende."
    ),
    "Write what shows that it was done.": "Schreiben Sie, was zeigt, dass es erledigt ist.",
    "{0} is no quarter: write the year and 1 to 4, such as 2026-1.": (
        "{0} ist kein Quartal: schreiben Sie das Jahr und 1 bis 4, etwa 2026-1."
    ),
}
