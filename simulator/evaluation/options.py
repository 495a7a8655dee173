"""The options that `evaluate` and `plot` share: what they mean, and what is refused.

Decides nothing about recordings or alarms. Whether the values of the settings are possible is for the
firmware to say; it is asked before anything runs.
"""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer

from firmware.settings import Settings, SettingsError
from simulator.evaluation.plans import PASSAGE_MS_DEFAULT, Plan, Vibration
from simulator.evaluation.pool import Job
from simulator.evaluation.run import KINDS, WORN_AT, known_settings, settings_for
from simulator.runtime import find_runtime
from simulator.settings_file import SettingsFileRefused, read_settings

HOLD_S_MAX = 3_600.0
VIBRATION_MG_MAX, VIBRATION_HZ_MAX = 4_000.0, 1_000.0


class OptionRefused(Exception):
    """An argument or the settings file cannot be used; `str()` is a sentence."""


PlanOption = Annotated[
    Literal["recordings", "held", "sessions"],
    typer.Option(
        help="recordings: each by itself. held: then its last two seconds again and again. "
        "sessions: a person's recordings without falls, joined to half an hour and more."
    ),
]
KindsOption = Annotated[
    str,
    typer.Option(help=f"Switch exactly these automatic kinds on, as fall,rest. Default: {','.join(KINDS)}."),
]
SettingsOption = Annotated[
    Path | None,
    typer.Option(help="JSON file with settings of the device, by their names; they go before all others."),
]
HoldOption = Annotated[
    float,
    typer.Option(min=0, max=HOLD_S_MAX, help="Plan held: for how long the last two seconds are repeated."),
]
PassageOption = Annotated[
    float,
    typer.Option(
        min=0,
        max=60,
        help="Plan sessions: between two recordings the body stops in its posture and turns to the next one "
        "within so long; made, not recorded, and counted in no hour. 0: end to end, with a jolt.",
    ),
]
VibrateOption = Annotated[
    str,
    typer.Option(
        metavar="MG,HZ",
        help="Plan held: a floor that vibrates along gravity from the start of the hold, with this amplitude "
        "and frequency, sampled at 50 Hz as the device does (above 25 Hz it folds). It reaches the device "
        "undamped, as it does a body on the floor; a body on its feet would damp it.",
    ),
]
SeedOption = Annotated[int, typer.Option(min=0, help="Order of sessions, and phases of vibration.")]


def words(text: str) -> tuple[str, ...]:
    """Return the words of a list such as `waist,chest`."""
    return tuple(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))


def job(
    folder: Path,
    plan: str,
    kinds: str,
    runtime: str,
    settings: Path | None,
    hold_s: float,
    vibrate: str,
    seed: int,
    passage_s: float = PASSAGE_MS_DEFAULT / 1000,
) -> Job:
    """Return what every run of an evaluation shares.

    Raises:
        OptionRefused: something cannot be used; a sentence says what.
    """
    if not folder.is_dir():
        raise OptionRefused(f"The recordings folder {folder} does not exist.")
    vibration = _vibration(vibrate)
    if vibration is not None and plan != "held":
        raise OptionRefused("--vibrate shakes the hold, so it needs --plan held.")
    found = find_runtime(runtime)
    if found.note:
        print(found.note, file=sys.stderr)  # noqa: T201 -- printing is this command's job
    planned = Plan(plan, round(hold_s * 1000), vibration, seed, round(passage_s * 1000))
    try:
        values = read_settings(settings)
    except SettingsFileRefused as error:
        raise OptionRefused(str(error)) from error
    shared = Job(folder, planned, found, _kinds(kinds), values)
    _try_settings(shared)
    return shared


def check_targets(folder: Path, paths: Iterable[Path | None]) -> None:
    """Refuse to write into the recordings folder, or where there is no folder, before anything runs."""
    for path in paths:
        if path is None:
            continue
        if path.resolve().is_relative_to(folder.resolve()):
            raise OptionRefused(f"{path} lies in the recordings folder, into which nothing is written.")
        if path.is_dir() or not path.resolve().parent.is_dir():
            raise OptionRefused(f"{path} cannot be written: it is a folder, or lies in none.")


def _kinds(text: str) -> tuple[str, ...]:
    chosen = words(text) or KINDS
    unknown = [kind for kind in chosen if kind not in KINDS]
    if unknown:
        raise OptionRefused(f"No automatic kind is called {unknown[0]}; there are {', '.join(KINDS)}.")
    missing = [kind for kind in chosen if f"is_{kind}_on" not in known_settings()]
    if missing:
        sentence = f"This firmware has no setting for {', '.join(missing)}: it runs without."
        print(sentence, file=sys.stderr)  # noqa: T201 -- same
    return tuple(kind for kind in KINDS if kind in chosen and kind not in missing)


def _try_settings(shared: Job) -> None:
    for place in ("", *WORN_AT):
        try:
            Settings.from_dict(settings_for(shared.kinds, place, shared.values, known_settings()))
        except SettingsError as error:
            raise OptionRefused(str(error)) from error


def _vibration(text: str) -> Vibration | None:
    if not text:
        return None
    parts: Sequence[str] = text.split(",")
    try:
        amplitude_mg, frequency_hz = (float(part) for part in parts)
    except ValueError:
        amplitude_mg = frequency_hz = -1.0
    if not (0 <= amplitude_mg <= VIBRATION_MG_MAX and 0 <= frequency_hz <= VIBRATION_HZ_MAX):
        raise OptionRefused(f"--vibrate {text}: give amplitude and frequency as MG,HZ, such as 100,17.")
    return Vibration(amplitude_mg, frequency_hz)
