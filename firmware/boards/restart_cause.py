"""Why a device starts, as the message `started` says it, out of what the chip and the last run left behind.

Decides by a table. The chip knows five causes (`machine.reset_cause()` of MicroPython's ESP32 port: 1 power
on or brown-out, 2 software reset or panic, 3 watchdog, 4 woken from deep sleep, 5 soft reset), and the last
run leaves a word in memory that survives a reset but no real loss of power. So a start by power on that finds
the word of a device that was running was a dip of the supply: a brown-out. Never reads the chip itself.
"""

#: What a run leaves: it is running; it was switched off; it ended by an error of its own; it was told to.
RUNNING, OFF, ERROR, TOLD = b"running", b"off", b"error", b"told"

#: (cause of the chip, word of the last run) -> cause; words that were not named are the last line of each.
CAUSES = {
    1: {RUNNING: "brown_out", OFF: "power_on", ERROR: "brown_out", TOLD: "brown_out", b"": "power_on"},
    2: {RUNNING: "exception", OFF: "reset", ERROR: "exception", TOLD: "reset", b"": "reset"},
    3: {RUNNING: "watchdog", OFF: "watchdog", ERROR: "exception", TOLD: "watchdog", b"": "watchdog"},
    4: {RUNNING: "power_on", OFF: "power_on", ERROR: "power_on", TOLD: "power_on", b"": "power_on"},
    5: {RUNNING: "reset", OFF: "reset", ERROR: "exception", TOLD: "reset", b"": "reset"},
}


def cause_of(chip_cause: int, last_word: bytes) -> str:
    """Return one of the causes of `started`; "unknown" where the chip says nothing."""
    by_word = CAUSES.get(chip_cause)
    if by_word is None:
        return "unknown"
    return by_word.get(last_word, by_word[b""])
