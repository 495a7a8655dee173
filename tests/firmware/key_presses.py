"""A key that is pressed as told, and what comes of it."""

from firmware.button import Button
from firmware.settings import Settings


def gestures(edges, until_ms, cause="reset"):
    """Return the gestures of a key whose edges are (t_ms, is_down), asked every millisecond."""
    key = Button(Settings(), 0, cause)
    found = []
    for now_ms in range(until_ms + 1):
        # What is complete comes before the edge, as in the device.
        gesture = key.next_gesture(now_ms)
        if gesture:
            found.append((now_ms, gesture))
        for t_ms, is_down in edges:
            if t_ms == now_ms:
                key.turn(now_ms, is_down)
    return found


def pressed(gaps_ms, held_ms=200):
    """Return the gestures of short presses, each after its gap from the release of the one before."""
    edges, now_ms = [], 0
    for gap_ms in gaps_ms:
        edges.append((now_ms + gap_ms, True))
        edges.append((now_ms + gap_ms + held_ms, False))
        now_ms += gap_ms + held_ms
    return [name for _, name in gestures(edges, now_ms + 100)]
