"""`make bench`: every figure, one after the other, each in a process of its own."""

import subprocess
import sys

BENCHES = (
    "sample_cost",
    "heap",
    "board_flash",
    "tls_handshake",
    "tls_keys",
    "loop_gap",
    "hand_over",
    "second_broker",
    "air",
    "trace_on_air",
    "alarm_commits",
    "timers",
    "cases_at_once",
    "mqtt_throughput",
    "time_to_screen",
    "console",
)


def main() -> None:
    """Run all, or those named on the command line; exit with 1 if one failed."""
    failed = []
    for name in sys.argv[1:] or BENCHES:
        print(f"== {name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"tests.bench.{name}"], check=False).returncode:
            failed.append(name)
    sys.exit(f"failed: {', '.join(failed)}" if failed else 0)


if __name__ == "__main__":
    main()
