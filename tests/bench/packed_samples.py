"""What packing the samples of the black box costs: whether the detectors decide the same on them.

Runs recordings of each place of wear through the device core twice, as they are and as they come back from
the black box (`firmware.block.pack`, `protocol.samples.unpack`), half of them falls, and compares the alarms.

    python -m tests.bench.packed_samples FOLDER [COUNT]
"""

import sys
from array import array
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from firmware import block
from protocol.samples import unpack
from simulator.evaluation.catalogue import Recording, read_catalogue
from simulator.evaluation.plans import Plan, runs_of, spread
from simulator.evaluation.run import KINDS, Event, known_settings, run_device, settings_for
from simulator.evaluation.samples import Library, Samples
from simulator.runtime import find_runtime

PLACES = ("waist", "chest", "wrist")
#: Alarms whose times differ by no more are the same: two blocks.
SAME_MS = 400


def packed(acc_mg: Samples) -> Samples:
    """Return the samples as the black box gives them back; what does not fill a block is left as it is."""
    back = acc_mg.copy()
    state = array("i", (0,) * block.LENGTH)
    ring = bytearray(40)
    for start in range(0, len(acc_mg) - 9, 10):
        state[:30] = array("i", acc_mg[start : start + 10].ravel().tolist())
        block.pack(state, ring, 0, 1)
        back[start : start + 10] = unpack(bytes(ring))
    return back


def is_same(one: Sequence[Event], other: Sequence[Event], tolerance_ms: int) -> bool:
    """Tell whether the same alarms took the same steps, no further apart than that."""
    return [(event.kind, event.state) for event in one] == [
        (event.kind, event.state) for event in other
    ] and all(abs(a.at_ms - b.at_ms) <= tolerance_ms for a, b in zip(one, other, strict=True))


def main() -> None:
    """Print a line a place of wear, and each run that differs."""
    folder, count = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 60
    everything = read_catalogue(folder)
    library, plan, runtime = Library(folder), Plan("held", hold_ms=90_000), find_runtime("cpython")
    for place in PLACES:
        here = [recording for recording in everything if recording.place == place]
        halves: list[list[Recording]] = [
            [recording for recording in here if recording.is_fall],
            [recording for recording in here if not recording.is_fall],
        ]
        settings = settings_for(KINDS, place, {}, known_settings())
        runs = [run for half in halves for run in spread(runs_of(plan, half, everything), count)]
        total = exact = same = falls = 0
        error_mg = 0
        for run in runs:
            prepared = library.prepare(plan, run)
            if not len(prepared.acc_mg):
                continue
            back = packed(prepared.acc_mg)
            error_mg = max(error_mg, int(np.abs(back.astype(int) - prepared.acc_mg).max()))
            plain = run_device(runtime, settings, prepared.acc_mg, prepared.lead_ms)
            again = run_device(runtime, settings, back, prepared.lead_ms)
            total += 1
            falls += run.recording.is_fall
            exact += is_same(plain, again, 0)
            same += is_same(plain, again, SAME_MS)
            if not is_same(plain, again, SAME_MS):
                print(f"  {run.name}: {[*map(str, plain)]}\n    packed: {[*map(str, again)]}", flush=True)
        print(
            f"{place}: {total} runs, {falls} of them falls; to the ms {exact}, within {SAME_MS} ms {same}; "
            f"largest error {error_mg} mg",
            flush=True,
        )


if __name__ == "__main__":
    main()
