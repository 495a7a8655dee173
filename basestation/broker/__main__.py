"""`python -m basestation.broker`: the embedded broker as a process of its own."""

import argparse
import asyncio
import sys
from pathlib import Path

from basestation.broker import apart
from basestation.broker.address import PORT_DEFAULT
from basestation.broker.errors import BrokerError
from basestation.broker.events import BrokerEvent


def main() -> None:
    """Run the broker in the foreground; exit with a sentence if that fails."""
    parser = argparse.ArgumentParser(prog="python -m basestation.broker", description=__doc__)
    parser.add_argument("--data-dir", type=Path, required=True, help="the base station's folder for data")
    parser.add_argument("--host", default="127.0.0.1", help="loopback address of the MQTT listener")
    parser.add_argument("--port", type=int, default=PORT_DEFAULT, help="TCP port of the MQTT listener")
    given = parser.parse_args()
    try:
        asyncio.run(apart.run(given.data_dir, given.host, given.port, _print))
    except BrokerError as error:
        sys.exit(str(error))


def _print(event: BrokerEvent) -> None:
    sys.stdout.write(f"{event}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
