"""SIGKILL between any two things the base station does: nothing is lost and nothing doubled."""

import random
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select

from basestation.cases.chain import CONSOLE
from basestation.store import log
from basestation.store.database import open_database
from basestation.store.tables import cases, outbox
from tests.stores import store_url

#: What a run may die of, and up to which occurrence of it; before and after the commit of an alarm.
BEFORE = {"before_statement": 40, "before_commit": 2}
AFTER = {"after_transaction": 6, "before_ack": 2, "before_publish": 2, "before_send": 2, "after_send": 2}
ROUNDS = 5
SEED = 20260302
ROOT = Path(__file__).parents[2]


@contextmanager
def _runner(folder):
    command = [sys.executable, str(Path(__file__).with_name("crash_runner.py")), str(folder)]
    command.append(store_url(folder / "site.db"))
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
    ) as process:

        def run(number, stage="never", count=0):
            process.stdin.write(f"{number} {stage} {count}\n")
            return int(process.stdout.readline())

        yield run
        process.stdin.close()


#: What a console shows is on disk, and leaves by no channel.
_NOTICES = select(outbox.c.key, outbox.c.state, outbox.c.is_call).where(outbox.c.channel != CONSOLE)


async def _stored(folder):
    database = open_database(store_url(folder / "site.db"))
    async with database.connect() as connection:
        # That nobody answers is a technical alarm of the base station's own.
        query = select(cases.c.alarm).where(cases.c.is_person)
        alarms = (await connection.execute(query)).scalars().all()
        notices = (await connection.execute(_NOTICES)).all()
        faults = await log.verify(connection)
    await database.dispose()
    return alarms, notices, faults


async def test_a_station_killed_at_any_stage_loses_no_alarm_and_doubles_none(tmp_path):
    """Alarms, escalations and notices, over seeded kills, each followed by a restart on the same files."""
    chance = random.Random(SEED)
    deaths = [
        (stage, chance.randint(1, last)) for stage, last in {**BEFORE, **AFTER}.items() for _ in range(ROUNDS)
    ]
    chance.shuffle(deaths)
    kills = Counter()
    with _runner(tmp_path) as run:
        assert run(1) == 0
        for number, (stage, count) in enumerate(deaths, start=2):
            exit_code = run(number, stage, count)
            assert exit_code in {-9, 0}, f"seed {SEED}: run {number} failed by itself"
            kills[stage] += exit_code == -9
            alarms, _, faults = await _stored(tmp_path)
            receipted = {f"1-{seq}" for seq in (tmp_path / "receipts").read_text().split()}
            assert receipted <= set(alarms), f"seed {SEED}: run {number} receipted what it did not keep"
            assert faults == [], f"seed {SEED}: run {number} died at {stage} {count}"
        # The longest wait of a failed notice is longer than from run to run.
        last = len(deaths) + 4
        assert [run(number) for number in range(last - 2, last + 1)] == [0, 0, 0]

    alarms, notices, faults = await _stored(tmp_path)
    assert faults == []
    assert Counter(alarms) == Counter(f"1-{seq}" for seq in range(1, last + 1))
    # Twice rather than never: after a kill what was sent and not yet noted goes out again.
    sent = set((tmp_path / "notices").read_text().split())
    assert {key for key, state, _ in notices if state == "SENT"} <= sent <= {key for key, *_ in notices}
    # A newer call of the same recipient takes the place of one that had not left yet.
    assert {state for _, state, _ in notices} <= {"SENT", "REPLACED"}
    # News and questions are replaced by nothing: each has left.
    news = [state for _, state, is_call in notices if not is_call]
    assert news
    assert set(news) == {"SENT"}
    assert sum(kills[stage] for stage in BEFORE) >= 2 * ROUNDS - 2, kills
    assert sum(kills[stage] for stage in AFTER) >= 4 * ROUNDS, kills
