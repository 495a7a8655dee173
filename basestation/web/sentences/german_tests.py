"""The German of what is refused about test alarms."""

from typing import Final

GERMAN_TESTS: Final = {
    "A test alarm has one of these kinds: {0}.": "Ein Probealarm hat eine dieser Arten: {0}.",
    "A test of {0} is under way already.": "Für {0} läuft schon ein Probealarm.",
    "There is no test {0}.": "Es gibt keinen Probealarm {0}.",
    "This test is over already.": "Dieser Probealarm ist schon vorbei.",
    "There is no device {0} in service.": "Es gibt kein PNG {0} im Dienst.",
    "A real alarm is open: no test begins before it is closed.": (
        "Ein echter Alarm ist offen: vorher beginnt kein Probealarm."
    ),
}
