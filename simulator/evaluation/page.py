"""The page of an evaluation: its tables, and a picture of every miss and every false alarm.

Decides which runs are drawn, at most so many, fairly over the groups, and says what was left out. One file:
no script, nothing from outside, so that it can be kept with a release and read in ten years.
"""

import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import zip_longest
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from simulator.evaluation import verdicts
from simulator.evaluation.figures import is_down_unnoticed
from simulator.evaluation.options import OptionRefused
from simulator.evaluation.picture import STYLE, picture
from simulator.evaluation.pool import Job, Result
from simulator.evaluation.samples import Library
from simulator.evaluation.table import NOTES, SCRIPTED, tables
from simulator.evaluation.view import look

PICTURES_MAX = 200
#: What of a session is drawn around one of its alarms, in ms.
SESSION_BEFORE_MS, SESSION_AFTER_MS = 90_000, 60_000
#: Width of a table in the page, in characters.
TABLE_WIDTH = 168
LEGEND = (
    "Pictures: blue ground is the lead, orange ground is held, red ground in the tilt counts as tilted. "
    "Dashed red lines are limits, dotted grey ones joins of recordings. The lowest box shows how long "
    "each kind still waits for its pre-alarm."
)
_PAGE_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;max-width:1080px;margin:2rem auto;padding:0 1rem}
body{color:#222;background:#fff}
pre{font:12px/1.25 ui-monospace,monospace;overflow-x:auto}svg{width:100%;height:auto;border:1px solid #8884;
border-radius:6px;margin:.5rem 0}@media (prefers-color-scheme:dark){body{color:#e4e6e8;background:#16191d}}
""".strip()


@dataclass(frozen=True, slots=True)
class Subject:
    """One picture that is due: why, of which run, and which stretch of it."""

    group: str
    remark: str
    result: Result
    window_ms: tuple[int, int] | None = None


def write_page(path: Path, job: Job, results: Sequence[Result], progress: Progress) -> None:
    """Write the page of an evaluation, with its pictures made anew.

    Raises:
        OptionRefused: the file cannot be written.
    """
    whole = [result for result in results if result.is_whole]
    every = list(subjects(job, whole))
    chosen = choose(every, PICTURES_MAX)
    sections = _sections(every, chosen, _drawn(job, chosen, progress))
    drawn = f"{len(chosen)} of {len(every)} misses and false alarms are drawn; at most {PICTURES_MAX} are."
    notes = [
        f"Plan {job.plan.name}, kinds {', '.join(job.kinds) or 'none'}, {len(whole)} runs. {drawn}",
        NOTES[job.plan.name],
        SCRIPTED,
        LEGEND,
    ]
    tables = [_text(job, whole)]
    try:
        path.write_text(page("Evaluation of the alarms", notes, sections, tables), encoding="utf-8")
    except OSError as error:
        raise OptionRefused(f"{path} cannot be written: {error.strerror}.") from error


def page(
    title: str,
    notes: Sequence[str],
    sections: Sequence[tuple[str, Sequence[str]]],
    tables: Sequence[str] = (),
) -> str:
    """Return a page with notes, tables as text, and sections of pictures."""
    parts = [f"<h1>{escape(title)}</h1>", *(f"<p>{escape(note)}</p>" for note in notes)]
    parts += [f"<pre>{escape(table)}</pre>" for table in tables]
    for heading, svgs in sections:
        parts += [f"<h2>{escape(heading)}</h2>" if heading else "", *svgs]
    body = "\n".join(parts)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width"><title>{escape(title)}</title><style>{STYLE}\n{_PAGE_STYLE}</style>'
        f"</head><body>{body}</body></html>\n"
    )


def subjects(job: Job, results: Sequence[Result]) -> Iterator[Subject]:
    """Yield every miss and every false alarm of an evaluation."""
    for result in results:
        if job.plan.name == "sessions":
            yield from _session_subjects(job, result)
            continue
        if job.plan.name == "held" and is_down_unnoticed(result):
            yield Subject("stays down unnoticed", "NOBODY NOTICES", result)
        for kind in job.kinds:
            verdict = verdicts.judge(job.plan.name, kind, result)
            if verdict.is_miss:
                yield Subject(f"{kind} missed", f"MISSED: {kind}", result)
            elif verdict.is_false:
                yield Subject(f"{kind} false", f"FALSE: {kind}", result)


def choose(every: Sequence[Subject], count: int) -> list[Subject]:
    """Return at most `count` subjects: from each group in turn, so that none crowds out another."""
    groups: dict[str, list[Subject]] = {}
    for subject in every:
        groups.setdefault(subject.group, []).append(subject)
    turns = [found for turn in zip_longest(*groups.values()) for found in turn if found is not None]
    chosen = turns[:count]
    return sorted(chosen, key=lambda subject: list(groups).index(subject.group))


def _drawn(job: Job, chosen: Sequence[Subject], progress: Progress) -> dict[int, str]:
    """Return the picture of each subject by its place in `chosen`; a run that has several runs once."""
    library = Library(job.folder)
    task = progress.add_task("pictures", total=len(chosen))
    svgs: dict[int, str] = {}
    view = None
    for place in sorted(range(len(chosen)), key=lambda place: chosen[place].result.run.name):
        subject = chosen[place]
        if view is None or view.run.name != subject.result.run.name:
            view = look(job, subject.result.run, library)
        svgs[place] = picture(view, subject.remark, subject.window_ms)
        progress.advance(task)
    return svgs


def _sections(
    every: Sequence[Subject], chosen: Sequence[Subject], svgs: Mapping[int, str]
) -> list[tuple[str, list[str]]]:
    groups: dict[str, list[str]] = {}
    for place, subject in enumerate(chosen):
        groups.setdefault(subject.group, []).append(svgs[place])
    counts = Counter(subject.group for subject in every)
    return [(f"{group}: {len(found)} of {counts[group]}", found) for group, found in groups.items()]


def _session_subjects(job: Job, result: Result) -> Iterator[Subject]:
    for kind in job.kinds:
        for alarm in verdicts.session_alarms(result, kind):
            if alarm.is_hit:
                continue
            end_ms = result.total_ms - result.lead_ms
            start_ms = max(alarm.at_ms - SESSION_BEFORE_MS, -result.lead_ms)
            group = f"{kind} {'raised' if alarm.is_raised else 'pre-alarm'}"
            words = f"{group.upper()} during {alarm.during.name} ({alarm.during.description})"
            yield Subject(group, words, result, (start_ms, min(alarm.at_ms + SESSION_AFTER_MS, end_ms)))


def _text(job: Job, results: Sequence[Result]) -> str:
    console = Console(file=io.StringIO(), width=TABLE_WIDTH, highlight=False, record=True)
    for table in tables(job.plan.name, job.kinds, results):
        console.print(table)
    return console.export_text()
