"""`rufweite replay`: the command around `playback`, for a person (one line an event) or a program (JSON).

Decides how arguments are read and how results look. Exit codes: 0 replayed; 1 the simulated device failed, or
no base station answers; 2 the recording, the settings or an argument cannot be used, and standard error says
why in a sentence.
"""

import itertools
import json
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

import typer
from rich.console import Console

from basestation import config
from basestation.administration import ConfigFile
from basestation.local import NotReached
from simulator import narration, playback
from simulator.case_trace import CaseTrace, fetch
from simulator.lockstep import DeviceFailed, LockstepDevice, SettingsRefused
from simulator.runtime import find_runtime
from simulator.settings_file import SettingsFileRefused, read_settings
from simulator.trace import TraceError

#: Colours of a terminal, by what a line is about.
STYLES = {"raised": "bold red", "pre-alarm": "yellow", "held": "dim"}


class InputRefused(Exception):
    """An argument cannot be used; `str()` is a sentence."""


Print = Callable[[dict[str, Any], str | None], None]


RecordingArgument = Annotated[
    str | None, typer.Argument(help="CSV file, set:number (as sisfall:12) or generate:walk:10,fall,lie:60.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object a line, for programs.")]
RuntimeOption = Annotated[Literal["micropython", "cpython"], typer.Option(help="What runs the firmware.")]
SettingsOption = Annotated[
    Path | None, typer.Option(help="JSON file with the device's settings, by their names.")
]
HoldOption = Annotated[
    float,
    typer.Option(
        min=0,
        max=playback.HOLD_S_MAX,
        help="Seconds for which the last posture is held after the recording's end, 0 for none. "
        "The default lets a rest alarm of the default settings complete.",
    ),
]
AnswerOption = Annotated[
    bool, typer.Option(help="Whether a base station answers; if not, the device's local alarm comes.")
]
KeyOption = Annotated[
    list[str] | None,
    typer.Option(metavar="T_S:DURATION_S", help="Hold the key from T_S for DURATION_S; repeatable."),
]
FolderOption = Annotated[
    Path | None, typer.Option(help="Recordings folder, instead of the one RUFWEITE_RECORDINGS names.")
]
CaseOption = Annotated[
    int | None, typer.Option(min=1, help="Replay the movement kept with this case of the running station.")
]
SeedOption = Annotated[int, typer.Option(min=0, help="Seed of generated movement.")]


def replay(
    recording: RecordingArgument = None,
    *,
    case: CaseOption = None,
    config_file: ConfigFile = None,
    as_json: JsonOption = False,
    runtime: RuntimeOption = "micropython",
    settings: SettingsOption = None,
    hold_s: HoldOption = playback.HOLD_S_DEFAULT,
    answer: AnswerOption = True,
    key: KeyOption = None,
    recordings: FolderOption = None,
    seed: SeedOption = 1,
) -> None:
    """Run a recording through the real firmware in virtual time and print what happens."""
    try:
        values = read_settings(settings)
        kept = _kept_with(case, recording, config_file)
        if kept is None:
            trace = playback.find_recording(recording or "", recordings, seed)
        else:
            trace, values = kept.trace, kept.settings() | values
        plan = playback.Plan(trace, round(hold_s * 1000), answer, _read_keys(key or []))
        _check_keys(plan)
        show = _print_json if as_json else _printer()
        raised = _replay(plan, runtime, values, show)
        if kept is not None:
            show(*kept.comparison(raised))
    except (TraceError, SettingsFileRefused, SettingsRefused, InputRefused) as error:
        _stop(str(error), 2)
    except NotReached as error:
        _stop(str(error), 1)
    except DeviceFailed as error:
        _stop(str(error), 1)


def _kept_with(case: int | None, recording: str | None, config_file: Path | None) -> CaseTrace | None:
    """Return the trace of the case that was asked for, or None where a recording was."""
    if (case is None) == (recording is None):
        raise InputRefused("Name a recording, or with --case the number of a case, and not both.")
    if case is None:
        return None
    try:
        return fetch(case, config.load(config_file).data_dir)
    except config.ConfigError as error:
        raise InputRefused(str(error)) from error


def _replay(plan: playback.Plan, wanted: str, settings: dict[str, Any], show: Print) -> list[dict[str, Any]]:
    """Replay, show what happens, and return what was raised."""
    runtime = find_runtime(wanted)
    if runtime.note:
        print(runtime.note, file=sys.stderr)  # noqa: T201 -- printing is this command's job
    tally = playback.Tally()
    stopwatch = playback.Stopwatch()
    with LockstepDevice(runtime, name=playback.DEVICE, settings=settings) as device:
        facts = {
            "source": plan.trace.source,
            "is_generated": plan.trace.is_generated,
            "duration_ms": plan.trace.duration_ms,
            "hold_ms": plan.hold_ms,
        }
        header = {"event": "recording", **facts, "runtime": runtime.name, "is_answered": plan.is_answered}
        show(header, "\n".join(narration.heading(plan, runtime.name)) + "\n")
        for event in playback.run(plan, device):
            tally.add(event)
            show(event, narration.narrate(event))
    factor = stopwatch.real_time_factor(plan.end_ms)
    raised = [{"t_ms": t_ms, "alarm_kind": kind, "is_held": held} for t_ms, kind, held in tally.raised]
    counts = {"raised": raised, "pre_alarms": tally.pre_alarms, "cancelled": tally.cancelled}
    end = {"event": "summary", **facts, **counts, "real_time_factor": round(factor, 1)}
    show(end, "\n" + "\n".join(narration.summary(plan, tally, factor)))
    return raised


def _print_json(event: dict[str, Any], _line: str | None) -> None:
    print(json.dumps(event, ensure_ascii=False))  # noqa: T201 -- same


def _printer() -> Print:
    console = Console(highlight=False)

    def show(event: dict[str, Any], line: str | None) -> None:
        if line is None:
            return
        kind = event.get("message", {}).get("kind", "")
        style = STYLES.get(kind) or (STYLES["held"] if event.get("is_held") else None)
        console.print(line, style=style, markup=False, soft_wrap=True)

    return show


def _read_keys(texts: list[str]) -> list[playback.KeyPress]:
    presses = sorted((_read_key(text) for text in texts), key=lambda press: press.start_ms)
    for earlier, later in itertools.pairwise(presses):
        if later.start_ms < earlier.start_ms + earlier.duration_ms:
            raise InputRefused(f"The key is still down when it is pressed at {later.start_ms / 1000:g} s.")
    return presses


def _check_keys(plan: playback.Plan) -> None:
    late = [press.start_ms for press in plan.keys if press.start_ms > plan.end_ms]
    if late:
        raise InputRefused(
            f"The key is pressed at {late[0] / 1000:g} s, after the replay's end at {plan.end_ms / 1000:g} s."
        )


def _read_key(text: str) -> playback.KeyPress:
    start, _, duration = text.partition(":")
    try:
        start_s, duration_s = float(start), float(duration)
    except ValueError:
        start_s = duration_s = math.nan
    if not (0 <= start_s <= playback.HOLD_S_MAX and 0.02 <= duration_s <= playback.HOLD_S_MAX):
        raise InputRefused(
            f"--key {text}: give seconds as T_S:DURATION_S, such as 12.5:3 (at least 0.02 long)."
        )
    return playback.KeyPress(round(start_s * 1000), round(duration_s * 1000))


def _stop(sentence: str, code: int) -> NoReturn:
    print(sentence, file=sys.stderr)  # noqa: T201 -- same
    raise typer.Exit(code)


if __name__ == "__main__":
    typer.run(replay)
