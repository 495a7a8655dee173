"""The words of an answer by text, as data: verbs, what puts them in doubt, machines, and the hints.

Decides which words count in English and German, and nothing about how they are looked for (`replies`).
Words are written here as people write them; case, umlauts and punctuation are levelled on both sides.
Left out on purpose is what has two meanings: "ok", "yes" and "ja" say nothing about what was agreed to,
and "alles klar" means "understood" more often than all-clear. All of it is our own choice.
"""

from typing import Final

#: The digit that stands for a verb, directly after the code. The same ones as on the keys of a telephone,
#: where 9 repeats what was said.
DIGITS: Final = {
    "1": "accept",
    "2": "decline",
    "3": "on_the_way",
    "4": "on_scene",
    "5": "need_more",
    "6": "escalate",
    "7": "all_clear",
    "8": "false_alarm",
    "0": "still_here",
}

#: What says a verb; the longest that fits counts.
PHRASES: Final = {
    "accept": (
        "accept", "accepted", "accepting", "take it", "taking it", "take over", "taking over", "take charge",
        "übernehme", "übernehmen", "übernommen", "übernehme ich", "nehme an", "annehmen", "angenommen",
    ),
    "decline": (
        "decline", "declined", "declining", "refuse",
        "ablehnen", "abgelehnt", "lehne ab", "lehne es ab", "verhindert",
    ),
    "on_the_way": (
        "on my way", "on the way", "on our way", "coming", "i come", "we come", "en route", "omw",
        "unterwegs", "auf dem weg", "auf dem weg zu ihm", "auf dem weg zu ihr", "komme", "kommen",
        "fahre los",
    ),
    "on_scene": (
        "on scene", "on the scene", "on site", "arrived", "am here", "im here", "are here",
        "vor ort", "am ort", "angekommen", "eingetroffen", "bin da", "bin hier", "sind da", "sind hier",
    ),
    "need_more": (
        "need more", "need more help", "need more people", "need help", "need backup", "backup", "more help",
        "send more", "send help", "send more help", "send backup",
        "brauche mehr", "brauche mehr hilfe", "brauche hilfe", "brauche verstärkung", "brauchen mehr",
        "brauchen mehr hilfe", "brauchen hilfe", "brauchen verstärkung", "verstärkung", "mehr hilfe",
        "mehr leute", "brauche mehr leute", "brauchen mehr leute",
    ),
    "escalate": (
        "escalate", "escalate now", "next level", "call the next", "call the next level",
        "eskalieren", "eskaliere", "nächste stufe", "weiter eskalieren",
    ),
    "all_clear": ("all clear", "allclear", "entwarnung"),
    "false_alarm": (
        "false alarm", "false alert", "fehlalarm", "falschalarm", "falscher alarm", "ein fehlalarm",
        "ein falscher alarm", "a false alarm",
    ),
    "still_here": ("still here", "still there", "still ok", "noch da", "noch hier", "noch vor ort"),
}  # fmt: skip

#: Verbs that ask for words of the person's own after them; whoever closes a case has to say why.
REASON_NEEDED: Final = frozenset({"all_clear", "false_alarm"})
#: Verbs after which words of the person's own may stand; the others mean what they say, or nothing.
REASON_ALLOWED: Final = REASON_NEEDED | {"decline", "need_more", "escalate"}

#: Words that change nothing.
FILLERS: Final = frozenset({
    "i", "im", "ill", "we", "am", "are", "have", "it", "this", "now", "the", "case", "code", "alarm",
    "will", "must", "please", "hello", "hi", "hey", "thanks", "ok", "okay", "yes", "ich", "wir", "bin",
    "sind", "habe", "hab", "es", "das", "den", "jetzt", "sofort", "muss", "bitte", "hallo", "moin", "danke",
    "ja", "fall",
})  # fmt: skip

#: Words that turn a verb round, or put it off, or ask: with one of them nothing counts.
DOUBTS: Final = frozenset({
    "?", "no", "not", "never", "none", "nobody", "noone", "nothing", "nope", "nor", "neither", "cannot",
    "cant", "dont", "doesnt", "wont", "isnt", "arent", "wasnt", "havent", "hasnt", "didnt", "couldnt",
    "wouldnt", "shouldnt", "unable", "maybe", "perhaps", "probably", "might", "could", "would", "should",
    "if", "unless", "until", "when", "once", "after", "before", "later", "tomorrow", "soon", "almost",
    "nearly", "stop", "cancel", "cancelled", "undo", "revoke", "wrong", "instead", "wait", "waiting", "who",
    "what", "where", "why", "nein", "nicht", "nichts", "nie", "niemals", "niemand", "kein", "keine",
    "keinen", "keiner", "keinem", "keines", "nix", "nee", "nö", "weder", "ohne", "vielleicht", "eventuell",
    "wohl", "könnte", "würde", "sollte", "wenn", "falls", "sobald", "bevor", "bis", "nachdem", "später",
    "morgen", "bald", "gleich", "beinahe", "abbrechen", "storno", "zurück", "falsch", "warte", "warten",
    "wer", "wo", "warum",
})  # fmt: skip

#: What machines write.
AUTOMATIC: Final = (
    "out of office", "out of the office", "out of my office", "automatic reply", "automatic response",
    "automated reply", "automated response", "auto reply", "autoreply", "auto response", "autoresponse",
    "automatically generated", "on vacation", "on holiday", "on leave", "annual leave",
    "away from my desk", "do not disturb", "do not reply", "noreply", "driving mode",
    "call you back", "call you later", "voicemail", "voice mail", "missed call", "missed calls",
    "undeliverable", "delivery failed", "delivery failure", "not be delivered",
    "abwesend", "abwesenheit", "abwesenheitsnotiz", "abwesenheitsnachricht", "abwesenheitsassistent",
    "außer haus", "im urlaub", "automatische antwort", "automatische nachricht", "automatisch erstellt",
    "automatisch generiert", "nicht im büro", "nicht im haus", "nicht stören", "nicht erreichbar",
    "nicht am platz", "nicht verfügbar", "rufe zurück", "rufe später zurück", "melde mich später",
    "anrufbeantworter", "mailbox", "sprachbox", "verpasster anruf", "verpasste anrufe",
    "unzustellbar", "nicht zugestellt",
)  # fmt: skip

#: Lines with which a quotation or a signature begins; from there on the words are somebody else's.
QUOTED_FROM: Final = ("--", "__", "-----original", "-----ursprüngliche", "von:", "from:", "sent from my ")
QUOTED_ENDS: Final = (" wrote:", " schrieb:", " geschrieben:")

#: Numbers of minutes in words, as people write them.
NUMBERS: Final = {
    "five": 5, "ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30,
    "fünf": 5, "zehn": 10, "fünfzehn": 15, "zwanzig": 20, "dreißig": 30,
}  # fmt: skip
#: Words around a number of minutes.
MINUTES: Final = frozenset({"m", "min", "mins", "minute", "minutes", "minuten"})
ABOUT: Final = frozenset({"in", "about", "around", "approx", "ca", "circa", "etwa", "ungefähr", "rund"})

#: What the sender is told, by what was wrong; `{code}` is a code that they sent themselves.
HINTS: Final = {
    "en": {
        "automatic": "Nothing was counted: this looks like an automatic reply.",
        "too_long": "Nothing was counted: send only the code of the case and one digit, such as {code} 1.",
        "no_code": "Nothing was counted: the code of the case is missing. Send it with one digit: {choices}",
        "unknown_code": "Nothing was counted: this code stands for no open case. Look at the last message.",
        "two_codes": "Nothing was counted: send one message for each code.",
        "doubt": "Nothing was counted: it may mean no, or later. Send {code} and one digit: {choices}",
        "no_verb": "Nothing was counted: send {code} and one digit: {choices}",
        "two_verbs": "Nothing was counted: it says several things. Send {code} and one digit: {choices}",
        "unknown_words": "Nothing was counted: not understood. Send {code} and one digit: {choices}",
        "no_reason": "Nothing was counted: say why, in words, such as: {code} {digit} is well, spoke to them",
        "minutes": "Nothing was counted: send one number of minutes from 1 to {minutes_max}: {code} 3 10",
    },
    "de": {
        "automatic": "Nichts gezählt: das sieht nach einer automatischen Antwort aus.",
        "too_long": "Nichts gezählt: nur den Code des Falls und eine Ziffer senden, etwa {code} 1.",
        "no_code": "Nichts gezählt: der Code des Falls fehlt. Code und eine Ziffer senden: {choices}",
        "unknown_code": "Nichts gezählt: kein offener Fall hat diesen Code. Bitte letzte Nachricht lesen.",
        "two_codes": "Nichts gezählt: für jeden Code eine eigene Nachricht senden.",
        "doubt": "Nichts gezählt: kann nein oder später heißen. {code} und eine Ziffer senden: {choices}",
        "no_verb": "Nichts gezählt: {code} und eine Ziffer senden: {choices}",
        "two_verbs": "Nichts gezählt: sagt mehreres zugleich. {code} und eine Ziffer senden: {choices}",
        "unknown_words": "Nichts gezählt: nicht verstanden. {code} und eine Ziffer senden: {choices}",
        "no_reason": "Nichts gezählt: bitte mit Grund, etwa: {code} {digit} ist wohlauf, mit ihm gesprochen",
        "minutes": "Nichts gezählt: eine Zahl von Minuten von 1 bis {minutes_max} senden: {code} 3 10",
    },
}  # fmt: skip
#: The verbs in words short enough for a message; how many of them a hint shows is up to who writes it.
CHOICES: Final = {
    "en": {
        "accept": "accept", "decline": "decline", "on_the_way": "on my way", "on_scene": "on scene",
        "need_more": "need more", "escalate": "escalate", "all_clear": "all clear+why",
        "false_alarm": "false alarm+why", "still_here": "still here",
    },
    "de": {
        "accept": "übernehme", "decline": "ablehnen", "on_the_way": "unterwegs", "on_scene": "vor Ort",
        "need_more": "mehr Hilfe", "escalate": "eskalieren", "all_clear": "Entwarnung+Grund",
        "false_alarm": "Fehlalarm+Grund", "still_here": "noch da",
    },
}  # fmt: skip
#: What stands for a code that nobody has sent.
ANY_CODE: Final = {"en": "CODE", "de": "CODE"}
