"""The rules of CAP 1.2 that an alert of ours must keep, written down from the text of the standard.

Elements in the order of its sequence, with how often each may stand, and what may stand in it.
"""

import re
from xml.etree import ElementTree as ET

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d"
_NAME = r"[^\s,<&]+"
_ANY = r"(?s).+"
ONE, OPTIONAL, MANY = (1, 1), (0, 1), (0, 99)

ALERT = (
    ("identifier", ONE, _NAME),
    ("sender", ONE, _NAME),
    ("sent", ONE, _TIME),
    ("status", ONE, "Actual|Exercise|System|Test|Draft"),
    ("msgType", ONE, "Alert|Update|Cancel|Ack|Error"),
    ("source", OPTIONAL, _ANY),
    ("scope", ONE, "Public|Restricted|Private"),
    ("restriction", OPTIONAL, _ANY),
    ("addresses", OPTIONAL, r'("[^"]+"|[^\s"]+)( ("[^"]+"|[^\s"]+))*'),
    ("code", MANY, _ANY),
    ("note", OPTIONAL, _ANY),
    ("references", OPTIONAL, rf"{_NAME},{_NAME},{_TIME}( {_NAME},{_NAME},{_TIME})*"),
    ("incidents", OPTIONAL, _ANY),
    ("info", MANY, None),
)
INFO = (
    ("language", OPTIONAL, r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*"),
    ("category", (1, 99), "Geo|Met|Safety|Security|Rescue|Fire|Health|Env|Transport|Infra|CBRNE|Other"),
    ("event", ONE, _ANY),
    ("responseType", MANY, "Shelter|Evacuate|Prepare|Execute|Avoid|Monitor|Assess|AllClear|None"),
    ("urgency", ONE, "Immediate|Expected|Future|Past|Unknown"),
    ("severity", ONE, "Extreme|Severe|Moderate|Minor|Unknown"),
    ("certainty", ONE, "Observed|Likely|Possible|Unlikely|Unknown"),
    ("audience", OPTIONAL, _ANY),
    ("eventCode", MANY, None),
    ("effective", OPTIONAL, _TIME),
    ("onset", OPTIONAL, _TIME),
    ("expires", OPTIONAL, _TIME),
    ("senderName", OPTIONAL, _ANY),
    ("headline", OPTIONAL, _ANY),
    ("description", OPTIONAL, _ANY),
    ("instruction", OPTIONAL, _ANY),
    ("web", OPTIONAL, r"https?://\S+"),
    ("contact", OPTIONAL, _ANY),
    ("parameter", MANY, None),
    ("resource", MANY, None),
    ("area", MANY, None),
)
PARAMETER = (("valueName", ONE, _ANY), ("value", ONE, r"(?s).*"))
AREA = (("areaDesc", ONE, _ANY), ("polygon", MANY, _ANY), ("circle", MANY, _ANY))
BELOW = {"info": INFO, "parameter": PARAMETER, "area": AREA}


def broken_rules(alert):
    """Return every rule that an alert (XML, bytes) breaks, as sentences."""
    root = ET.fromstring(alert)
    broken = list(_broken(root, ALERT)) if root.tag == f"{{{NAMESPACE}}}alert" else ["it is no alert"]
    told = {child.tag.partition("}")[2]: child.text for child in root}
    if told.get("scope") == "Private" and "addresses" not in told:
        broken.append("a private alert has addresses")
    if told.get("msgType") in {"Update", "Cancel"} and "references" not in told:
        broken.append("an update or a cancellation refers to what was sent before")
    return broken


def _broken(element, rules):
    names = [child.tag.removeprefix(f"{{{NAMESPACE}}}") for child in element]
    order = [name for name, _, _ in rules]
    yield from (f"{name} is not of the standard" for name in names if name not in order)
    places = [order.index(name) for name in names if name in order]
    if places != sorted(places):
        yield f"the order of {names}"
    for name, (least, most), pattern in rules:
        if not least <= names.count(name) <= most:
            yield f"{name} stands {names.count(name)} times"
        for child in element.findall(f"{{{NAMESPACE}}}{name}"):
            if name in BELOW:
                yield from _broken(child, BELOW[name])
            elif pattern and not re.fullmatch(pattern, child.text or ""):
                yield f"{name}: {child.text!r}"
