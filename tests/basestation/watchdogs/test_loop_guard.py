"""What ends a process that can no longer end itself, and what tells its supervisor that it lives."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from basestation.watchdogs import last_words
from basestation.watchdogs.loop_guard import HUNG_EXIT
from basestation.watchdogs.service import ServiceSupervisor

ROOT = Path(__file__).parents[3]
PROGRAM = Path(__file__).with_name("hanging_process.py")


@pytest.mark.parametrize(
    ("how", "sentence"), [("blocked", "event loop was blocked"), ("ending", "was to end and did not")]
)
def test_a_process_that_hangs_ends_with_its_own_code_and_says_where_it_stood(tmp_path, how, sentence):
    """Blocked in the event loop, or on its way out: its supervisor starts it again, and it says why."""
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(tmp_path), how],
        cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == HUNG_EXIT
    assert sentence in last_words.take(tmp_path)
    if how == "blocked":
        assert "wait_where_the_stack_shows_it" in done.stderr
    last_words.forget(tmp_path)
    assert last_words.take(tmp_path) == ""


def test_the_first_of_the_last_words_counts(tmp_path):
    """What follows from a hang does not hide it."""
    last_words.keep(tmp_path, "the committer hangs")
    last_words.keep(tmp_path, "the end took too long")
    assert last_words.take(tmp_path) == "the committer hangs"
    assert (tmp_path / "last-words").stat().st_mode & 0o777 == 0o600


def _heard(listening):
    try:
        return listening.recv(1000).decode()
    except BlockingIOError:
        return None


def test_a_supervisor_that_listens_hears_ready_signs_of_life_and_the_end(tmp_path):
    """The datagrams of sd_notify, by hand."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.setblocking(False)
        given = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "20000000"}
        service = ServiceSupervisor(given | {"WATCHDOG_PID": str(os.getpid())})
        service.ready()
        service.alive()
        service.alive()
        service.ending("the committer hangs")
        assert [_heard(listening) for _ in range(4)] == [
            "READY=1", "WATCHDOG=1", "STOPPING=1\nSTATUS=the committer hangs", None,
        ]  # fmt: skip


def test_without_a_supervisor_nothing_is_said_and_nothing_fails(tmp_path):
    """Started by hand, or with a socket that has gone, or meant for another process."""
    for given in ({}, {"NOTIFY_SOCKET": str(tmp_path / "gone")}, {"WATCHDOG_USEC": "x"}):
        service = ServiceSupervisor(given)
        service.ready()
        service.alive()
        service.ending()
    assert ServiceSupervisor({"WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "1"}).interval_s is None
