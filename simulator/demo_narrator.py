"""Tells in the terminal what the system did: one line for each thing that changed.

Reads the snapshot that consoles get, and what the devices themselves report. Decides only the words.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.markup import escape

from simulator import narration
from simulator.device import VirtualDevice

_COLOURS = {"PRE_ALARM": "yellow", "RECEIVED": "bold red", "GONE": "yellow"}
#: Messages of a device that are part of the story; the rest is routine.
_TOLD = ("pre-alarm", "cancelled", "raised", "reset", "self-test")


class Narrator:
    """Remembers what was told."""

    def __init__(self, console: Console, counts: dict[str, int]) -> None:
        self._console = console
        #: What each device had done before the story began.
        self._counts = counts
        self._states: dict[int, tuple[str | None, ...]] = {}
        self._signals: dict[str, str] = {}

    def tell_cases(self, snapshot: dict[str, Any]) -> None:
        """Say which cases came, changed or went."""
        seen = set()
        for case in snapshot["cases"]:
            seen.add(case["id"])
            known = (case["state"], case["next_step"], case["near"])
            if self._states.get(case["id"]) != known:
                self._tell_case(case, is_new=case["id"] not in self._states)
                self._states[case["id"]] = known
        for gone in set(self._states) - seen:
            del self._states[gone]
            self._line("green", f"base station   case {gone} has ended")

    def tell_effects(self, name: str, device: VirtualDevice) -> Iterator[Mapping[str, Any]]:
        """Say what the device did since the last look, and yield it."""
        effects = device.effects(self._counts[name])
        self._counts[name] = device.count
        for effect in effects:
            self._tell_effect(name, effect)
            yield effect

    def _tell_case(self, case: dict[str, Any], *, is_new: bool) -> None:
        who = case["worker"] or f"device {case['device']}"
        words = (
            f"base station   case {case['id']}: {case['kind']}, {who}, {case['workplace'] or 'place unknown'}"
        )
        words += f": {case['state']}" if is_new else f" is now {case['state']}"
        if case["accepted_by"]:
            words += f" (taken by {case['accepted_by']})"
        if case["near"]:
            words += f"; near {case['near']}"
        if case["next_step"]:
            words += f"; next: {case['next_step']}"
        self._line(_COLOURS.get(case["state"], "green"), words)

    def _tell_effect(self, name: str, effect: Mapping[str, Any]) -> None:
        kind = effect.get("effect")
        if kind == "publish" and effect["message"]["kind"] in _TOLD and not effect["message"].get("repeat"):
            self._line("cyan", f"{name:14} device sends: {_sent(effect['message'])}")
        elif kind == "signal" and self._signals.get(name) != effect["name"]:
            self._signals[name] = effect["name"]
            self._line("magenta", f"{name:14} feels: {narration.SIGNALS[effect['name']]}")
        elif kind == "link":
            self._line("dim", f"{name:14} radio {'connected' if effect['is_up'] else 'lost'}")
        elif kind == "refused":
            self._line("red", f"{name:14} device refused: {effect['reason']}")

    def _line(self, style: str, words: str) -> None:
        at = datetime.now().astimezone().strftime("%H:%M:%S")
        self._console.print(f"[dim]{at}[/dim]  [{style}]{escape(words)}[/{style}]")


def _sent(message: Mapping[str, Any]) -> str:
    return f"{message['kind']} {message.get('result') or '(' + message['alarm_kind'] + ')'}"
