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
from pathlib import Path

from tests.faults import table, workload
from tests.faults.catalogue import FAULTS
from tests.faults.database import STORES
from tests.faults.template import Template
from tests.system.nursery import Nursery


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--store", choices=STORES)
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", choices=[one.name for one in FAULTS])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", type=Path, help="put the table into this file")
    parser.add_argument("--rows", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--list", action="store_true", help="name the faults and do nothing")
    return parser.parse_args()


def _of_store(store: str, only: list[str], seed: int) -> list[table.Row]:
    """Go through the faults with one store; print each row as it comes."""
    found = []
    with Nursery() as nursery, tempfile.TemporaryDirectory(prefix="faults-") as common:
        template = Template(Path(common, "template"), store, nursery)
        for fault in FAULTS:
            if (only and fault.name not in only) or store not in fault.stores:
                continue
            missing = fault.missing()
            began = time.monotonic()
            with tempfile.TemporaryDirectory(prefix="faults-", ignore_cleanup_errors=True) as folder:
                try:
                    if missing:
                        row = table.skipped(fault, store, missing)
                    else:
                        row = table.row_of(workload.run(fault, template, seed, Path(folder), nursery))
                except Exception as error:  # noqa: BLE001 (one fault must not hide the others)
                    traceback.print_exc()
                    log = Path(folder, "station.log")
                    print(log.read_text()[-2000:] if log.exists() else "", file=sys.stderr)
                    row = table.broken(fault, store, f"{type(error).__name__}: {error}")
            print(f"{table.line(row)}  ({time.monotonic() - began:.0f} s)", flush=True)
            found.append(row)
        template.close()
    return found


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
        print("\n".join(f"{one.name:28} {one.said}" for one in FAULTS))
        return
    if arguments.store is None:
        found = _side_by_side(arguments)
    else:
        found = _of_store(arguments.store, arguments.only, arguments.seed)
    if arguments.rows is not None:
        arguments.rows.write_text(json.dumps([one._asdict() for one in found]))
        return
    print(table.markdown(found))
    if arguments.write is not None:
        table.write(arguments.write, found)
    violated = [one for one in found if one.violations]
    for one in violated:
        print(f"{one.name} ({one.store}): {'; '.join(one.violations)}", file=sys.stderr)
    sys.exit(bool(violated))
