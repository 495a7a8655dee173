"""The German of what is refused about plans, beacons, releases and brokers."""

from typing import Final

GERMAN_THINGS: Final = {
    "The JPEG is damaged or cut off: save it again.": (
        "Das JPEG ist beschädigt oder abgeschnitten: sichern Sie es neu."
    ),
    "The PNG is damaged or cut off: save it again.": (
        "Das PNG-Bild ist beschädigt oder abgeschnitten: sichern Sie es neu."
    ),
    "The JPEG is of a kind that browsers do not show: save it as an ordinary one.": (
        "Das JPEG ist von einer Art, die Browser nicht zeigen: sichern Sie es als gewöhnliches."
    ),
    "The picture has {0} by {1} pixels: {2} a side and {3} in all are the most that every phone shows. "
    "Make it smaller.": (
        "Das Bild hat {0} mal {1} Bildpunkte: {2} je Seite und {3} zusammen sind das meiste, was jedes "
        "Telefon zeigt. Machen Sie es kleiner."
    ),
    "There is no plan {0}.": "Es gibt keinen Plan {0}.",
    "Plan {0} is retired: place things on the one that came after it.": (
        "Plan {0} ist außer Dienst: zeichnen Sie in den ein, der danach kam."
    ),
    "Say which workplace it is.": "Nennen Sie, welcher Arbeitsplatz es ist.",
    "Plan {0} has {1} marks: more could not be told apart.": (
        "Plan {0} hat {1} Zeichen: mehr wären nicht zu unterscheiden."
    ),
    "A mark of this kind ({0}) has {1}, and not {2}.": "Ein Zeichen dieser Art ({0}) hat {1} und nicht {2}.",
    "one point": "einen Punkt",
    "{0} to {1} points": "{0} bis {1} Punkte",
    "{0} by {1}": "{0} mal {1}",
    "{0} cannot be placed: a plan takes {1}.": "{0} lässt sich nicht einzeichnen: ein Plan nimmt {1}.",
    "The words for a mark may have {0} characters at most.": (
        "Die Worte für ein Zeichen dürfen höchstens {0} Buchstaben haben."
    ),
    "There is no beacon {0} on the list: put it there first.": (
        "Es gibt keine Bake {0} in der Liste: tragen Sie sie zuerst ein."
    ),
    "There is no beacon {0} on the list.": "Es gibt keine Bake {0} in der Liste.",
    "{0} cannot name a beacon: use 1 to 32 of a-z, 0-9 and -.": (
        "{0} kann keine Bake heißen: 1 bis 32 Zeichen aus a-z, 0-9 und -."
    ),
    "Say where the beacon is: helpers are told these words.": (
        "Nennen Sie, wo die Bake ist: Helfende bekommen diese Worte."
    ),
    "The beacon {0} is on the list already: retire it before it gets another place.": (
        "Die Bake {0} steht schon in der Liste: nehmen Sie sie außer Dienst, bevor sie einen anderen Ort "
        "bekommt."
    ),
    "The point {0},{1} is not on the plan, which is {2} in its own units.": (
        "Der Punkt {0},{1} liegt nicht auf dem Plan, der {2} in seinen Einheiten misst."
    ),
    "There is a plan {0}, level {1}, in service: retire it first.": (
        "Ein Plan {0}, Geschoss {1}, ist in Dienst: nehmen Sie ihn zuerst außer Dienst."
    ),
    "There is no mark {0} on plan {1}.": "Auf Plan {1} gibt es kein Zeichen {0}.",
    "The file is no plan: use a drawing (SVG) or a picture (PNG, JPEG).": (
        "Die Datei ist kein Plan: nehmen Sie eine Zeichnung (SVG) oder ein Bild (PNG, JPEG)."
    ),
    "The file has {0} bytes: a plan may have {1} at most.": (
        "Die Datei hat {0} Bytes: ein Plan darf höchstens {1} haben."
    ),
    "The plan is {0} by {1}: nobody could read such a strip.": (
        "Der Plan misst {0} mal {1}: einen solchen Streifen könnte niemand lesen."
    ),
    "The drawing declares entities: save it as plain SVG.": (
        "Die Zeichnung erklärt Entitäten: sichern Sie sie als einfaches SVG."
    ),
    "There is nothing to see on the drawing.": "Auf der Zeichnung ist nichts zu sehen.",
    "The drawing does not say how large it is: it needs a view box (viewBox).": (
        "Die Zeichnung sagt nicht, wie groß sie ist: sie braucht eine viewBox."
    ),
    "The drawing's view box is {0} by {1}: {2} to {3} a side.": (
        "Die viewBox der Zeichnung misst {0} mal {1}: {2} bis {3} je Seite."
    ),
    "The drawing is not whole: {0}.": "Die Zeichnung ist nicht vollständig: {0}.",
    "The drawing has more than {0} parts, or {1} one in another.": (
        "Die Zeichnung hat mehr als {0} Teile oder {1} ineinander."
    ),
    "The drawing has {0}.": "Die Zeichnung hat {0}.",
    "copies of its parts (use): save it as plain SVG, with the copies resolved": (
        "Kopien ihrer Teile (use): sichern Sie sie als einfaches SVG mit aufgelösten Kopien"
    ),
    "a picture inside: save the whole as PNG or JPEG, or without the picture": (
        "ein Bild in sich: sichern Sie das Ganze als PNG oder JPEG, oder ohne das Bild"
    ),
    "another document inside (foreignObject): save it as plain SVG, texts as texts": (
        "ein anderes Dokument in sich (foreignObject): sichern Sie sie als einfaches SVG, Texte als Texte"
    ),
    "a drawing inside the drawing: save it as plain SVG": (
        "eine Zeichnung in der Zeichnung: sichern Sie sie als einfaches SVG"
    ),
    "The drawing has a style sheet: save it with “presentation attributes” in place of CSS.": (
        "Die Zeichnung hat ein Stylesheet: sichern Sie sie mit „Präsentationsattributen“ statt CSS."
    ),
    "The file is no SVG drawing.": "Die Datei ist keine SVG-Zeichnung.",
    "{0} is no version: use 1 to 32 of 0-9, A-Z, a-z, '.', '+' and '-'.": (
        "{0} ist keine Version: 1 bis 32 Zeichen aus 0-9, A-Z, a-z, '.', '+' und '-'."
    ),
    "A release is for some of these boards: {0}.": "Eine Ausgabe ist für einige dieser Platinen: {0}.",
    "The file is no release, or it is damaged: fetch it again.": (
        "Die Datei ist keine Ausgabe oder beschädigt: holen Sie sie neu."
    ),
    "The file is larger than any release.": "Die Datei ist größer als jede Ausgabe.",
    "The release has a form that this base station does not know: update it first.": (
        "Die Ausgabe hat eine Form, die diese Basisstation nicht kennt: erneuern Sie zuerst die Basisstation."
    ),
    "The release is too large for {0}.": "Die Ausgabe ist zu groß für {0}.",
    "{0}/{1} is not what the signed manifest says: fetch it again.": (
        "{0}/{1} ist nicht, was das signierte Verzeichnis sagt: holen Sie sie neu."
    ),
    "{0}/{1} cannot be a file of a release.": "{0}/{1} kann keine Datei einer Ausgabe sein.",
    "The update of {0} to {1} goes on: wait until it has ended.": (
        "{0} wird gerade auf {1} erneuert: warten Sie, bis das zu Ende ist."
    ),
    "There is no device to update.": "Es gibt kein PNG zu erneuern.",
    "What board {0} is, nobody knows yet: switch it on once with a firmware that says so.": (
        "Welche Platine {0} hat, weiß noch niemand: schalten Sie es einmal mit einer Firmware ein, die "
        "es sagt."
    ),
    "This base station has no data folder, and so trusts no release key.": (
        "Diese Basisstation hat keinen Datenordner und vertraut darum keinem Schlüssel."
    ),
    "There is no release {0}: `rufweite release list` shows them.": (
        "Es gibt keine Ausgabe {0}: `rufweite release list` zeigt sie."
    ),
    "The release {0} holds nothing for the board {1}.": "Die Ausgabe {0} enthält nichts für die Platine {1}.",
    "There is another release {0} already: number this one anew.": (
        "Es gibt schon eine andere Ausgabe {0}: geben Sie dieser eine neue Nummer."
    ),
    "The broker refuses its new configuration, the old one stays: {0}": (
        "Der Broker weist seine neuen Einstellungen ab, die alten bleiben: {0}"
    ),
    "The broker did not show its new certificate within {0} s. The old one stays.": (
        "Der Broker zeigte sein neues Zertifikat nicht innerhalb von {0} s. Das alte bleibt."
    ),
    "No broker answers at {0} within {1} s, a log-in as {2} proved nothing: is `rufweite broker` "
    "running there? The old configuration stays.": (
        "Unter {0} antwortet innerhalb von {1} s kein Broker, eine Anmeldung als {2} ergab nichts: läuft "
        "dort `rufweite broker`? Die alten Einstellungen bleiben."
    ),
    "The broker at {0} did not take its new configuration within {1} s: a log-in as {2} should be {3} "
    "and is {4}. The old one stays.": (
        "Der Broker {0} nahm seine neuen Einstellungen nicht innerhalb von {1} s an: eine Anmeldung als "
        "{2} sollte {3} sein und ist {4}. Die alten bleiben."
    ),
}
