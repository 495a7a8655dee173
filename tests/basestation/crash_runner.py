"""Runs a base station over a folder again and again, and kills it at the stage it is told.

Started by `test_crash.py`: a line "<run> <stage> <count>" on standard input starts one run in a forked
child, which raises alarm number <run>, repeats every alarm without a receipt, and kills itself with
SIGKILL when it reaches the stage for the <count>th time (0: never). What left the station is
appended to files, as another machine would remember it. Answers each line with the exit code.
"""

import asyncio
import os
import signal
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zlib import crc32

from prometheus_client import CollectorRegistry
from sqlalchemy import event, func, select

from basestation.cases.chain import Chain, Level, Recipient, Way
from basestation.clock import FakeClock, to_ms
from basestation.engine import Engine, UnknownCase, WrongVerb
from basestation.intake.memory_link import MemoryLink
from basestation.log_lines import configure
from basestation.outgoing.channels import Delivery, Stage
from basestation.store.database import open_database
from basestation.store.tables import outbox

START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
DEVICE = "pna-01"
CHAIN = Chain(
    "Plant",
    tuple(
        Level(f"Level {n}", (Recipient("person", f"R{n}", (Way("file", 1, 300, f"r{n}"),)),), 30)
        for n in range(2)
    ),
)


class Stages:
    """Counts what happens and ends the process at one of them."""

    def __init__(self, fatal, count):
        self._fatal = fatal
        self._left = count
        #: A run that nothing ends is one in which all channels work.
        self.may_fail = fatal != "never"

    def reach(self, stage):
        """Note that something is about to happen, or has."""
        if stage == self._fatal:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


class FileChannel:
    """Appends the key of every notice, as a recipient would."""

    def __init__(self, folder, stages, number):
        self._folder = folder
        self._stages = stages
        self._number = number

    async def send(self, notice):
        """Deliver, with a chance to die before and after; a third of the notices of a run fail."""
        self._stages.reach("before_send")
        if self._stages.may_fail and (crc32(notice.key.encode()) + self._number) % 3 == 0:
            return Delivery(Stage.FAILED, "told to fail")
        _append(self._folder / "notices", notice.key)
        self._stages.reach("after_send")
        return Delivery(Stage.SENT)


class FileLink(MemoryLink):
    """Remembers receipts as the device would."""

    def __init__(self, clock, folder, stages):
        super().__init__(clock)
        self._folder = folder
        self._stages = stages

    def ack(self, tokens):
        """Acknowledge, with a chance to die before."""
        self._stages.reach("before_ack")
        super().ack(tokens)

    def publish_command(self, device, payload):
        """Send, with a chance to die before."""
        self._stages.reach("before_publish")
        is_sent = super().publish_command(device, payload)
        if self.sent[-1]["kind"] == "receipt":
            _append(self._folder / "receipts", str(self.sent[-1]["acked_seq"]))
        return is_sent


def _append(path, line):
    with path.open("a") as file:
        file.write(line + "\n")


def _lines(path):
    return path.read_text().split() if path.exists() else []


def _watch(database, stages):
    engine = database.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *_: stages.reach("before_statement"))
    event.listen(engine, "commit", lambda _: stages.reach("before_commit"))
    # The writer gives its connection back right after the commit, before anybody is told.
    event.listen(engine, "checkin", lambda *_: stages.reach("after_transaction"))


async def _run(folder, url, number, stages):
    database = open_database(url)
    clock = FakeClock(START + timedelta(seconds=40 * number))
    engine = Engine(
        database, clock, CollectorRegistry(), channels={"file": FileChannel(folder, stages, number)}
    )
    is_first = number == 1
    await engine.start()
    if is_first:
        await engine.set_chain(CHAIN)
        await engine.add_device(DEVICE)
    _watch(database, stages)
    link = FileLink(clock, folder, stages)
    engine.connect(link)
    receipted = set(_lines(folder / "receipts"))
    due = [seq for seq in range(1, number + 1) if str(seq) not in receipted]
    await asyncio.gather(
        *[link.say(DEVICE, "raised", 1, seq, alarm=f"1-{seq}", alarm_kind="rest", repeat=1) for seq in due]
    )
    await _answer(engine, number)
    await asyncio.wait_for(_quiet(engine, database, clock), 30)
    await engine.stop()


async def _answer(engine, number):
    """Let somebody accept in some runs, and lose it in others: those called are told, and called again."""
    verbs = {0: "accept", 1: "need_more", 3: "hand_over"}
    if number % 5 in verbs:
        with suppress(WrongVerb, UnknownCase):
            await engine.desk.press(1, verbs[number % 5], "Anna", to="R1" if number % 5 == 3 else "")


async def _quiet(engine, database, clock):
    """Return when nothing is left to send now; what failed is tried again in a later run."""
    changes = engine.changes()
    is_due = (outbox.c.state == "DUE") & (outbox.c.next_try_at_ms <= to_ms(clock.now()))
    while True:
        async with database.connect() as connection:
            if not (await connection.execute(select(func.count()).where(is_due))).scalar():
                break
        await anext(changes)
    await engine.dispatch.idle()


def main():
    """Serve runs until standard input ends."""
    folder, url = Path(sys.argv[1]), sys.argv[2]
    configure()
    for line in sys.stdin:
        number, stage, count = line.split()
        child = os.fork()
        if child == 0:
            asyncio.run(_run(folder, url, int(number), Stages(stage, int(count))))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
