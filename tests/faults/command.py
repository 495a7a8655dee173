"""`make faults`: every fault on every store, one table, and an exit code of 1 where a bound was broken.

    python -m tests.faults [--store sqlite|postgresql] [--only NAME ...] [--seed N] [--write FILE] [--list]

Without `--store` both stores are gone through side by side. The seed decides when the alarms are raised.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.faults import moments, table, workload
from tests.faults.catalogue import FAULTS
from tests.faults.database import SQLITE, STORES
from tests.faults.fault import Fault
from tests.faults.kills import MOMENTS, MOMENTS_OF, MOMENTS_S
from tests.faults.site import chance_of
from tests.faults.template import Template
from tests.system.nursery import Nursery

#: Whom to kill, and when.
Plan = list[tuple[str, moments.Moment]]
NAMES = [*(one.name for one in FAULTS), *MOMENTS_OF]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--store", choices=STORES)
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", choices=NAMES)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", type=Path, help="put the table into this file")
    parser.add_argument("--rows", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--list", action="store_true", help="name the faults and do nothing")
    return parser.parse_args()


def _of_store(store: str, only: list[str], seed: int) -> Iterator[table.Row]:
    """Go through the faults with one store; yield each row as it comes."""
    with Nursery() as nursery, tempfile.TemporaryDirectory(prefix="faults-") as common:
        template = Template(Path(common, "template"), store, nursery)
        for fault in FAULTS:
            if (only and fault.name not in only) or store not in fault.stores:
                continue
            missing = fault.missing()
            if missing:
                yield table.skipped(fault, store, missing)
                continue

            def one_fault(folder: Path, fault: Fault = fault) -> table.Row:
                return table.row_of(workload.run(fault, template, seed, folder, nursery))

            yield _tried(one_fault, table.plain(fault, store))
        template.close()
    for name, victims in MOMENTS_OF.items():
        if store == SQLITE and (not only or name in only):
            plan = [(victims, moments.drawn(chance_of("moments", victims, seed)))] * MOMENTS

            def many(folder: Path, name: str = name, plan: Plan = plan) -> table.Row:
                return table.of_moments(name, moments.kill_at(plan, folder), MOMENTS_S)

            plain = table.Row(name, store, name, "-", 0.0, "-", MOMENTS_S, "from the kill")
            yield _tried(many, plain)


def _tried(act: Callable[[Path], table.Row], plain: table.Row) -> table.Row:
    """Do it in a folder of its own; one that fails must not hide the others."""
    with tempfile.TemporaryDirectory(prefix="faults-", ignore_cleanup_errors=True) as folder:
        try:
            row = act(Path(folder))
        except Exception as error:  # noqa: BLE001 (whatever it was, it is this row's)
            traceback.print_exc()
            log = Path(folder, "station.log")
            print(log.read_text()[-2000:] if log.exists() else "", file=sys.stderr)
            row = table.broken(plain, f"{type(error).__name__}: {error}")
    return row


def _side_by_side(arguments: argparse.Namespace) -> list[table.Row]:
    """Go through all stores at once, each in a process of its own."""
    found: list[table.Row] = []
    with tempfile.TemporaryDirectory() as folder:
        running = []
        for store in STORES:
            rows = Path(folder, store)
            words = ["--store", store, "--seed", str(arguments.seed), "--rows", str(rows)]
            if arguments.only:
                words += ["--only", *arguments.only]
            running.append((subprocess.Popen([sys.executable, "-m", "tests.faults", *words]), rows))
        for process, rows in running:
            process.wait()
            found += [table.Row(**one) for one in json.loads(rows.read_text())] if rows.exists() else []
            if not rows.exists():
                sys.exit(f"{rows.name}: the run ended with code {process.returncode} and without a table")
    return found


def main() -> None:
    """Run, print the table, and exit with 1 on a violation."""
    arguments = _arguments()
    if arguments.list:
        print("\n".join(NAMES))
        return
    if arguments.store is None:
        found = _side_by_side(arguments)
    else:
        found = []
        began = time.monotonic()
        for row in _of_store(arguments.store, arguments.only, arguments.seed):
            print(f"{time.monotonic() - began:5.0f} s  {table.line(row)}", flush=True)
            found.append(row)
            if arguments.rows is not None:
                arguments.rows.write_text(json.dumps([one._asdict() for one in found]))
    if arguments.rows is not None:
        return
    print(table.markdown(found))
    if arguments.write is not None:
        table.write(arguments.write, found)
    violated = [one for one in found if one.violations]
    for one in violated:
        print(f"{one.name} ({one.store}): {'; '.join(one.violations)}", file=sys.stderr)
    sys.exit(bool(violated))
