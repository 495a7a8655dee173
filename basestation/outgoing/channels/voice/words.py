"""The words of a call in English and German: short, for ears, in the order in which they are needed.

Decides words only. Numbers are spoken digit by digit. Names of keys stand before what they do in German and
behind it in English, as telephone menus have it.
"""

from collections.abc import Mapping
from typing import Final

LANGUAGES: Final = ("en", "de")

MARKS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {"test": "Test. This is only a test.", "drill": "Drill. This is only a drill."},
    "de": {"test": "Test. Dies ist nur ein Test.", "drill": "Übung. Dies ist nur eine Übung."},
}
OTHER_MARK: Final = {"en": "Not a real alarm.", "de": "Kein echter Alarm."}
SILENT: Final = {
    "en": "Silent alarm. Nobody near the worker may notice. Do not call the worker.",
    "de": "Stiller Alarm. Niemand in der Nähe der Person darf es merken. Rufen Sie die Person nicht an.",
}
HELLO: Final = {"en": "This is Rufweite.", "de": "Hier ist Rufweite."}

KINDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "manual": "Emergency. Somebody has pressed the emergency button.",
        "silent": "Emergency. Somebody called for help unnoticed.",
        "duress": "Emergency. Somebody cancelled an alarm under duress.",
        "fall": "Emergency. Somebody has fallen and has not got up.",
        "position": "Emergency. Somebody is lying or tilted.",
        "rest": "Emergency. Somebody does not move.",
        "loss": "Emergency. Somebody has lost their device.",
        "escape": "Emergency. Somebody may be fleeing.",
        "time": "Emergency. Somebody has not reported in time.",
    },
    "de": {
        "manual": "Notfall. Jemand hat den Notrufknopf gedrückt.",
        "silent": "Notfall. Jemand ruft unbemerkt um Hilfe.",
        "duress": "Notfall. Jemand hat einen Alarm unter Zwang abgebrochen.",
        "fall": "Notfall. Jemand ist gestürzt und nicht aufgestanden.",
        "position": "Notfall. Jemand liegt, oder steht schräg.",
        "rest": "Notfall. Jemand bewegt sich nicht.",
        "loss": "Notfall. Jemand hat sein Gerät verloren.",
        "escape": "Notfall. Jemand flieht vielleicht.",
        "time": "Notfall. Jemand hat sich nicht rechtzeitig gemeldet.",
    },
}
UNKNOWN_KIND: Final = {"en": "Emergency of an unknown kind.", "de": "Notfall unbekannter Art."}
TECHNICAL: Final = {"en": "Technical alarm.", "de": "Technischer Alarm."}

#: Why it rings, where it is not the first call of an alarm.
LEADS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "alarm": "",
        "alarm_again": "Still, nobody has accepted.",
        "dropped": "Nobody has it any more. Somebody has to accept it again.",
        "arrival_overdue": "Nobody has arrived there yet.",
        "helper_silent": "A helper on the scene does not answer. Do not go there alone.",
        "further_alarm": "The worker has raised another alarm.",
        "need_more": "More helpers are wanted.",
        "ask_arrival": "You have accepted. Has help arrived?",
        "ask_helper": "You are on the scene. Are you well?",
        "hand_over": "You are asked to take over this case.",
        "confirm": "A second person has to confirm the end. Please do so at a screen.",
        "place": "The place is known now.",
        "taken": "Somebody has accepted. You need not go unless you are asked.",
        "closed": "It is over. Nobody needs to go any more.",
    },
    "de": {
        "alarm": "",
        "alarm_again": "Noch immer hat niemand übernommen.",
        "dropped": "Niemand kümmert sich mehr darum. Jemand muss neu übernehmen.",
        "arrival_overdue": "Noch ist niemand dort angekommen.",
        "helper_silent": "Ein Helfer vor Ort antwortet nicht. Gehen Sie nicht allein hin.",
        "further_alarm": "Die Person hat einen weiteren Alarm ausgelöst.",
        "need_more": "Es werden mehr Helfer gebraucht.",
        "ask_arrival": "Sie haben übernommen. Ist Hilfe angekommen?",
        "ask_helper": "Sie sind vor Ort. Geht es Ihnen gut?",
        "hand_over": "Sie werden gebeten, diesen Fall zu übernehmen.",
        "confirm": "Eine zweite Person muss das Ende bestätigen. Bitte tun Sie das am Bildschirm.",
        "place": "Der Ort ist jetzt bekannt.",
        "taken": "Jemand hat übernommen. Sie brauchen nur zu kommen, wenn man Sie bittet.",
        "closed": "Es ist vorbei. Niemand braucht mehr zu kommen.",
    },
}
WHO: Final = {"en": "Who:", "de": "Wer:"}
WHERE: Final = {"en": "Where:", "de": "Wo:"}
CASE: Final = {"en": "Case number", "de": "Fall Nummer"}
DEVICE: Final = {"en": "Device:", "de": "Gerät:"}
CUT: Final = {"en": "and so on", "de": "und so weiter"}

#: Which verbs a key can stand for: the first of them that the recipient has.
KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "1": ("accept", "acknowledge"),
    "2": ("decline",),
    "3": ("on_the_way",),
    "4": ("on_scene",),
    "5": ("still_here",),
    "6": ("need_more",),
    "7": ("escalate",),
}
#: Which keys are offered at once, by why it rings; the others are behind the 0.
OFFERED: Final[Mapping[str, str]] = {
    "ask_arrival": "346",
    "ask_helper": "56",
    "hand_over": "12",
    "need_more": "32",
}
OFFERED_ELSE: Final = "123"

VERBS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "accept": "To accept, press {}.",
        "acknowledge": "To acknowledge, press {}.",
        "decline": "If you cannot, press {}.",
        "on_the_way": "If you are on the way, press {}.",
        "on_scene": "If you are on the scene, press {}.",
        "still_here": "If you are well, press {}.",
        "need_more": "If you need more help, press {}.",
        "escalate": "To call the next level now, press {}.",
    },
    "de": {
        "accept": "{} drücken: Sie übernehmen.",
        "acknowledge": "{} drücken: zur Kenntnis genommen.",
        "decline": "{} drücken: Sie können nicht.",
        "on_the_way": "{} drücken: Sie sind unterwegs.",
        "on_scene": "{} drücken: Sie sind vor Ort.",
        "still_here": "{} drücken: Es geht Ihnen gut.",
        "need_more": "{} drücken: Sie brauchen mehr Hilfe.",
        "escalate": "{} drücken: Die nächste Stufe wird gerufen.",
    },
}
AGAIN: Final = {"en": "To hear it again, press 9.", "de": "9 drücken: noch einmal hören."}
ALL_KEYS: Final = {"en": "For all keys, press 0.", "de": "0 drücken: alle Tasten."}
CODE: Final = {
    "en": ("Before any other key, type the code:", "To hear it again, press star."),
    "de": ("Tippen Sie zuerst den Code:", "Stern drücken: noch einmal hören."),
}
WRONG_CODE: Final = {"en": "That was not the code.", "de": "Das war nicht der Code."}
UNKNOWN_KEY: Final = {"en": "That key has no meaning here.", "de": "Diese Taste hat hier keine Bedeutung."}
NOT_STORED: Final = {
    "en": "Your answer could not be stored. Please press again.",
    "de": "Ihre Antwort konnte nicht gespeichert werden. Bitte drücken Sie noch einmal.",
}
NOBODY: Final = {
    "en": "No key was pressed. This does not count as an answer. Others are being called.",
    "de": "Es wurde keine Taste gedrückt. Das gilt nicht als Antwort. Andere werden gerufen.",
}
GOODBYE: Final = {"en": "Goodbye.", "de": "Auf Wiederhören."}
