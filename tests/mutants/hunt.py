"""Runs worlds over a product with a fault, until a checker speaks.

Everything is imported once; each fault gets a process of its own, forked from this one. First a product
without fault runs through all seeds and notes which places of faults each of them reaches: a seed that does
not reach a fault cannot find it. A fault counts as found when a checker speaks, when the base station does
not start any more or works without end, or when a device falls over, which its watchdog would tell; a world
that breaks otherwise finds nothing. Times in s of the processor.
"""

import gc
import logging
import multiprocessing
import os
import shutil
import signal
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

import structlog

from simulator.world import seen, virtual_time, world
from simulator.world.plan import Plan
from tests.mutants import planting
from tests.mutants.planting import Fault

#: A world that takes longer stands still.
WORLD_S_MAX = 60.0
#: A base station that turns so often at one moment works without end.
TURNS_MAX = 8000
_FORK = multiprocessing.get_context("fork")
PlanOf = Callable[[int], Plan]
#: Seed -> names of the faults whose places it reaches; the cheapest seed first.
Reached = dict[int, set[str]]


@dataclass(frozen=True)
class Finding:
    """What became of the hunt for one fault."""

    fault: Fault
    #: The claim that it broke, or how the product broke; None: nothing was found.
    words: str | None
    seed: int | None
    #: Seeds that were run, and those that reach it.
    tried: int
    reaching: int
    #: Worlds that broke without a claim being broken.
    broken: str = ""


@dataclass
class _Task:
    """What one process does: prepare the product, then worlds, one after the other."""

    key: Any
    prepare: Callable[[], None]
    seeds: Sequence[int]


def warm_up(plan_of: PlanOf) -> None:
    """Run one world, so that what is made once is made before processes are forked."""
    _be_quiet()
    world.run(plan_of(1))
    gc.collect()
    gc.freeze()


def record(
    faults: Sequence[Fault], seeds: Sequence[int], plan_of: PlanOf, jobs: int
) -> Iterator[tuple[int, float, set[str]]]:
    """Yield each seed, what it cost in s, and the faults whose places it reaches.

    Raises RuntimeError where the product breaks a claim as it is.
    """
    prepare = partial(planting.mark, tuple(faults))
    tasks = [_Task(None, prepare, tuple(seeds[job::jobs])) for job in range(jobs)]
    for _, said in _side_by_side(tasks, plan_of, jobs):
        if "found" in said or "broken" in said:
            raise RuntimeError(f"The product without a fault does not hold: {said}")
        if "seed" in said:
            yield said["seed"], said["cost_s"], set(said["reached"])


def hunt(
    faults: Sequence[Fault], reached: Reached, plan_of: PlanOf, jobs: int, seeds_max: int
) -> Iterator[Finding]:
    """Yield what became of each fault, as it becomes known."""
    reaching = {fault.name: [seed for seed in reached if fault.name in reached[seed]] for fault in faults}
    tasks = [
        _Task(fault, partial(planting.plant, fault), reaching[fault.name][:seeds_max])
        for fault in faults
        if reaching[fault.name]
    ]
    tried: dict[str, int] = {}
    broken: dict[str, str] = {}
    for fault in faults:
        if not reaching[fault.name]:
            yield Finding(fault, None, None, 0, 0)
    for fault, said in _side_by_side(tasks, plan_of, jobs):
        name, count = fault.name, len(reaching[fault.name])
        if "seed" in said:
            tried[name] = tried.get(name, 0) + 1
        broken[name] = said.get("broken", broken.get(name, ""))
        if "found" in said:
            yield Finding(fault, said["found"], said["seed"], tried[name], count)
        elif said.get("is_over"):
            yield Finding(fault, None, None, tried.get(name, 0), count, broken[name])


def _side_by_side(tasks: Iterable[_Task], plan_of: PlanOf, jobs: int) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Run tasks in processes and yield what they say; the last word of each has `is_over` or `found`."""
    waiting, running = list(reversed(list(tasks))), {}
    while waiting or running:
        while waiting and len(running) < jobs:
            task = waiting.pop()
            ours, theirs = _FORK.Pipe(duplex=False)
            folder = Path(tempfile.mkdtemp(dir=world._MEMORY if world._MEMORY.is_dir() else None))
            process = _FORK.Process(target=_run, args=(theirs, task, plan_of, folder), daemon=True)
            process.start()
            theirs.close()
            running[ours] = (process, task, folder)
        for ours in wait(list(running)):
            process, task, folder = running[ours]
            try:
                yield task.key, ours.recv()  # type: ignore[union-attr]
                continue
            except EOFError:
                pass
            process.join()
            shutil.rmtree(folder, ignore_errors=True)
            del running[ours]
            if process.exitcode == -signal.SIGVTALRM:
                yield task.key, {"broken": f"a world stood still for {WORLD_S_MAX:.0f} s"}
            if process.exitcode != 1:
                yield task.key, {"is_over": True}


def _run(to_parent: Connection, task: _Task, plan_of: PlanOf, folder: Path) -> None:
    """Prepare the product, run the worlds, and say of each what it reached; end with 1 where one found it."""

    def found(seed: int, words: str) -> None:
        to_parent.send({"seed": seed, "found": words})
        to_parent.close()
        os._exit(1)

    _be_quiet()
    # The folder of this process, which whoever started it takes away.
    world._MEMORY = folder
    task.prepare()
    now = [0]
    _listen(lambda words: found(now[0], words))
    for seed in task.seeds:
        planting.REACHED.clear()
        now[0] = seed
        signal.setitimer(signal.ITIMER_VIRTUAL, WORLD_S_MAX)
        begin_s = time.process_time()
        said: dict[str, Any] = {"seed": seed, "broken": _broken(partial(found, seed), plan_of(seed))}
        if not said["broken"]:
            del said["broken"]
        said |= {"reached": sorted(planting.REACHED), "cost_s": time.process_time() - begin_s}
        to_parent.send(said)
        gc.collect()


def _broken(found: Callable[[str], None], plan: Plan) -> str:
    """Run a world; return how it broke without breaking a claim, empty if it did not."""
    try:
        world.run(plan)
    except TimeoutError as error:
        found(f"the base station: {error}")
    except Exception as error:  # noqa: BLE001 -- of the world itself: it says nothing about the claims
        place = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__}: {error} ({Path(place.filename).name}:{place.lineno})"
    return ""


def _listen(found: Callable[[str], None]) -> None:
    """Call `found` at the first broken claim, and where a device falls over."""

    def violate(_seen: seen.Seen, checker: int, _at_ms: int, words: str) -> None:
        found(f"claim {checker}: {words}")

    def handle(_loop: virtual_time.VirtualLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        frames = [] if error is None else traceback.extract_tb(error.__traceback__)
        if any("/firmware/" in frame.filename for frame in frames):
            found(f"a device falls over: {type(error).__name__}: {error}")

    turn, now = virtual_time.VirtualLoop.turn, [0.0, 0]

    def count(loop: virtual_time.VirtualLoop, wait_s: float | None) -> None:
        now[:] = [loop.time(), now[1] + 1 if loop.time() == now[0] else 0]
        if now[1] > TURNS_MAX:
            found("the base station works without end, and nothing comes of it")
        turn(loop, wait_s)

    virtual_time.VirtualLoop.turn = count  # type: ignore[method-assign]
    seen.Seen.violate = violate  # type: ignore[method-assign]
    virtual_time.VirtualLoop.call_exception_handler = handle  # type: ignore[method-assign,assignment]


def _be_quiet() -> None:
    # What a station with a fault logs of its trouble is what is asked for here.
    logging.disable(logging.CRITICAL)
    quiet = structlog.make_filtering_bound_logger(50)
    structlog.configure(wrapper_class=quiet, cache_logger_on_first_use=False)
    gc.disable()
