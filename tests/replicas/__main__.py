"""`make replicas`: two real base stations on a real PostgreSQL under alarms, killed at random many times."""

import argparse
import os
import tempfile
from pathlib import Path

from tests.postgres import PostgresServer
from tests.replicas.run import run


def main() -> None:
    """Run, and end with 1 if anything was lost or came twice."""
    parser = argparse.ArgumentParser(prog="make replicas", description=__doc__)
    parser.add_argument("--rate", type=float, default=20.0, help="alarms a second")
    parser.add_argument("--quiet", type=float, default=30.0, help="seconds before the first kill")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="rufweite-replicas-") as folder,
        PostgresServer(is_synced=True) as server,
    ):
        print(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
        result = run(
            Path(folder), server, rate=chosen.rate, quiet_s=chosen.quiet, kills=chosen.kills,
            seed=chosen.seed, note=lambda line: print(line, flush=True),
        )  # fmt: skip
        print(f"load of the machine after: {os.getloadavg()[0]:.1f}")
    print("\n".join(result.lines()))
    raise SystemExit(1 if result.faults else 0)


if __name__ == "__main__":
    main()
