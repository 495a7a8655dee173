"""The words of notices by language, as data: kinds, reasons for calling, requests, and how to answer.

English and German; a notice in any other language is told in English. Marks stay TEST and DRILL in every
language, because channels and people look for them.
"""

from dataclasses import dataclass
from typing import Final

from basestation.cases.protection import CAUSES


@dataclass(frozen=True, slots=True)
class Words:
    """Everything a notice says in one language; names in braces are filled in."""

    kinds: dict[str, str]
    unknown_kind: str
    #: Why it comes, by the text key of the notice.
    leads: dict[str, str]
    #: What is asked, by the same.
    requests: dict[str, str]
    outcomes: dict[str, str]
    causes: dict[str, str]
    #: What follows the mark, by the mark.
    marks: dict[str, str]
    rehearsed: dict[str, str]
    do_not_call: str
    no_proof: str
    #: What a person's alarm and a technical one ask for.
    person: str
    technical: str
    #: The same where answers come back as words.
    person_reply: str
    technical_reply: str
    device: str
    last_worn: str
    who: str
    where: str
    near: str
    when: str
    cause: str
    number: str
    subject: str


_ENGLISH: Final = Words(
    kinds={
        "manual": "Emergency button",
        "silent": "SILENT alarm: the worker called for help unnoticed",
        "duress": "SILENT alarm: the worker cancelled under duress",
        "fall": "Fall alarm: impact, and the worker has not got up",
        "position": "Position alarm: worker lying or tilted",
        "rest": "Rest alarm: worker does not move",
        "loss": "Loss alarm: device lost by its wearer",
        "escape": "Escape alarm: hectic movement",
        "time": "Time alarm: a confirmation did not come",
        "technical": "Technical alarm",
    },
    unknown_kind="Alarm of unknown kind ({kind})",
    leads={
        "alarm_again": "STILL NOT ACCEPTED: ",
        "dropped": "NOBODY HAS IT ANY MORE: ",
        "arrival_overdue": "NOBODY ON SCENE YET: ",
        "helper_silent": "HELPER ON SCENE DOES NOT ANSWER: ",
        "further_alarm": "FURTHER ALARM: ",
        "need_more": "MORE HELP WANTED: ",
        "ask_arrival": "HAS HELP ARRIVED? ",
        "ask_helper": "ARE YOU WELL? ",
        "hand_over": "WILL YOU TAKE OVER? ",
        "confirm": "PLEASE CONFIRM THE END: ",
        "place": "PLACE KNOWN: ",
        "taken": "TAKEN: ",
        "closed": "OVER: ",
    },
    requests={
        "dropped": "{dropped_by} had accepted and can answer for it no more. Accept it and send help.",
        "arrival_overdue": (
            "{accepted_by} accepted, but nobody has reported from the scene. Go, or send others."
        ),
        "helper_silent": "{on_scene_by} is on the scene and gives no sign of life: go there, not alone.",
        "further_alarm": "The worker has raised another alarm while this case is open. Look at it and act.",
        "need_more": "{wanted_by} asks for more helpers. Say whether you are on the way.",
        "ask_arrival": "You have accepted it. Say whether help is there, or in how many minutes.",
        "ask_helper": "You are on the scene. Press still here if you are well; otherwise others are called.",
        "hand_over": "{accepted_by} asks you to take this case over. It stays theirs until you accept.",
        "confirm": (
            "Nobody was on the scene or spoke with the worker: a second person has to confirm the end."
        ),
        "taken": "{accepted_by} has it. You need not go unless you are asked.",
        "closed": "Closed by {closed_by}: {outcome}. Nobody needs to go any more.",
    },
    outcomes={"all_clear": "all clear", "false_alarm": "false alarm", "exercise_ended": "the test is over"},
    causes=CAUSES,
    marks={"test": "", "drill": ""},
    rehearsed={
        "test": "This is a test; accept the case all the same.",
        "drill": "This is a drill; accept the case all the same.",
        "cut_short": "REAL ALARM: this rehearsal is over at once. Attend to the real alarm.",
    },
    do_not_call="DO NOT CALL OR RADIO THE WORKER: whoever threatens them must not notice this alarm.",
    no_proof='The wearer has said "I am all right", which under threat proves nothing.',
    person="Accept the case, by your page or in the control room, and send help.",
    technical="Acknowledge the case and see to it: the worker is not protected.",
    person_reply='Reply "{code} 1" to accept, "{code} 2" to decline, "{code} 3 10" on the way in 10 minutes.',
    technical_reply='Reply "{code} 1" to acknowledge, "{code} 2" to decline: the worker is not protected.',
    device="device {device}",
    last_worn="device {device}, last worn by {worker} (not confirmed)",
    who="Who: {who}.",
    where="Where: {place}. {directions}",
    near="Last heard near: {near} ({dbm} dBm, {at}).",
    when="When: {at}.",
    cause="Cause: {cause}.",
    number="Device {device}, case {id}, code {code}.",
    subject="{kind}: {who} (case {id})",
)

_GERMAN: Final = Words(
    kinds={
        "manual": "Notruftaste",
        "silent": "STILLER Alarm: unbemerkt um Hilfe gerufen",
        "duress": "STILLER Alarm: unter Zwang abgebrochen",
        "fall": "Sturzalarm: Aufprall, und die Person ist nicht aufgestanden",
        "position": "Lagealarm: Person liegt oder ist stark geneigt",
        "rest": "Ruhealarm: Person bewegt sich nicht",
        "loss": "Verlustalarm: Gerät nicht mehr am Körper",
        "escape": "Fluchtalarm: hektische Bewegung",
        "time": "Zeitalarm: eine Bestätigung blieb aus",
        "technical": "Technischer Alarm",
    },
    unknown_kind="Alarm unbekannter Art ({kind})",
    leads={
        "alarm_again": "NOCH NICHT ÜBERNOMMEN: ",
        "dropped": "NIEMAND HAT IHN MEHR: ",
        "arrival_overdue": "NOCH NIEMAND VOR ORT: ",
        "helper_silent": "HELFER VOR ORT ANTWORTET NICHT: ",
        "further_alarm": "WEITERER ALARM: ",
        "need_more": "MEHR HILFE GEBRAUCHT: ",
        "ask_arrival": "IST HILFE DA? ",
        "ask_helper": "GEHT ES IHNEN GUT? ",
        "hand_over": "ÜBERNEHMEN SIE? ",
        "confirm": "BITTE DAS ENDE BESTÄTIGEN: ",
        "place": "ORT BEKANNT: ",
        "taken": "ÜBERNOMMEN: ",
        "closed": "VORBEI: ",
    },
    requests={
        "dropped": "{dropped_by} hatte ihn und ist nicht mehr zuständig. Übernehmen und Hilfe schicken.",
        "arrival_overdue": (
            "{accepted_by} hat übernommen, aber niemand hat sich von dort gemeldet. Hingehen, oder andere "
            "schicken."
        ),
        "helper_silent": "{on_scene_by} ist vor Ort und gibt kein Lebenszeichen: hingehen, nicht allein.",
        "further_alarm": "Die Person hat einen weiteren Alarm ausgelöst. Ansehen und handeln.",
        "need_more": "{wanted_by} braucht weitere Helfer. Bitte sagen, ob Sie unterwegs sind.",
        "ask_arrival": "Sie haben übernommen. Bitte sagen, ob Hilfe da ist, oder in wie vielen Minuten.",
        "ask_helper": "Sie sind vor Ort. „Noch da“ drücken, wenn es Ihnen gut geht; sonst ruft es andere.",
        "hand_over": "{accepted_by} bittet Sie zu übernehmen. Bis dahin bleibt der Fall dort.",
        "confirm": (
            "Niemand war vor Ort oder hat mit der Person gesprochen: ein zweiter Mensch muss das Ende "
            "bestätigen."
        ),
        "taken": "{accepted_by} hat ihn. Sie brauchen nicht hin, außer Sie werden gebeten.",
        "closed": "Geschlossen von {closed_by}: {outcome}. Niemand muss mehr hin.",
    },
    outcomes={
        "all_clear": "Entwarnung",
        "false_alarm": "Fehlalarm",
        "exercise_ended": "Probe vorbei",
    },
    causes={
        "key_stuck": "die Taste klemmt",
        "sensor_silent": "der Bewegungssensor meldet nichts",
        "sensor_stuck": "der Bewegungssensor hängt oder hat seinen Test nicht bestanden",
        "battery_critical": "der Akku ist fast leer",
        "battery_low": "der Akku ist schwach",
        "battery_short": "der Akku reicht nicht bis zum geplanten Ende der Schicht",
        "link_lost": "das Gerät hat seine Verbindung verloren",
        "link_refused": "Gerät und Broker lehnen einander ab: Zertifikat, Name oder Geheimnis ist falsch",
        "clip_open": "Clip oder Band ist offen",
        "upright_unknown": "das Gerät weiß nicht, wie es getragen wird",
        "self_test_failed": "der Selbsttest ist misslungen",
        "self_test_due": "der Selbsttest steht aus",
        "journal_failed": "das Gerät kann sein Journal nicht schreiben",
        "off_shift": "das Gerät weiß nichts von der Schicht",
        "pause_over": "die Pause ist nicht rechtzeitig zu Ende gegangen",
    },
    marks={"test": "(PROBE) ", "drill": "(ÜBUNG) "},
    rehearsed={
        "test": "Dies ist eine Probe; bitte den Fall trotzdem übernehmen.",
        "drill": "Dies ist eine Übung; bitte den Fall trotzdem übernehmen.",
        "cut_short": "ECHTER ALARM: diese Probe ist sofort vorbei. Achten Sie auf den echten Alarm.",
    },
    do_not_call="DIE PERSON NICHT ANRUFEN ODER ANFUNKEN: wer sie bedroht, darf diesen Alarm nicht bemerken.",
    no_proof="Die Person hat „mir geht es gut“ gesagt; unter Drohung beweist das nichts.",
    person="Den Fall übernehmen, auf Ihrer Seite oder in der Leitstelle, und Hilfe schicken.",
    technical="Den Fall quittieren und sich darum kümmern: die Person ist nicht geschützt.",
    person_reply="Antwort „{code} 1“ übernehmen, „{code} 2“ ablehnen, „{code} 3 10“ in 10 Minuten da.",
    technical_reply="Antwort „{code} 1“ quittieren, „{code} 2“ ablehnen: die Person ist nicht geschützt.",
    device="Gerät {device}",
    last_worn="Gerät {device}, zuletzt getragen von {worker} (nicht bestätigt)",
    who="Wer: {who}.",
    where="Wo: {place}. {directions}",
    near="Zuletzt gehört bei: {near} ({dbm} dBm, {at}).",
    when="Wann: {at}.",
    cause="Ursache: {cause}.",
    number="Gerät {device}, Fall {id}, Code {code}.",
    subject="{kind}: {who} (Fall {id})",
)

LANGUAGES: Final = {"en": _ENGLISH, "de": _GERMAN}


def words_in(language: str) -> Words:
    """Return the words of a language; those of English for one that nobody has."""
    return LANGUAGES.get(language, _ENGLISH)
