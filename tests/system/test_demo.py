"""`make demo` as somebody sees it who has never seen Rufweite: the story, told from real parts."""

import os
import re
import select
import signal
import subprocess
import sys
import time

import pytest

from tests.system.running import ROOT

#: The first alarm is on the console within 90 s of the console answering.
FIRST_ALARM_S_MAX = 90
START_S_MAX = 60
END_S_MAX = 30


class Demo:
    """The demo in a process of its own, line by line."""

    def __init__(self, **environment):
        names = {name: value for name, value in os.environ.items() if not name.startswith("RUFWEITE_")}
        self.lines = []
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", "basestation", "demo", "--port", "0"],
            env=names | environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
        os.set_blocking(self.process.stdout.fileno(), False)
        self._rest = b""

    def until(self, pattern, wait_s):
        """Return the first line that matches, reading on for `wait_s` at most."""
        until = time.monotonic() + wait_s
        seen = 0
        while True:
            for line in self.lines[seen:]:
                if re.search(pattern, line):
                    return line
            seen = len(self.lines)
            left = until - time.monotonic()
            assert left > 0, f"no {pattern!r} within {wait_s} s in:\n" + "\n".join(self.lines)
            if select.select([self.process.stdout], [], [], left)[0]:
                data = self.process.stdout.read()
                assert data, "the demo ended:\n" + "\n".join(self.lines)
                *lines, self._rest = (self._rest + data).split(b"\n")
                self.lines += [line.decode() for line in lines]

    def interrupt(self):
        """Ctrl-C; return the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(END_S_MAX)


def running_with(text):
    """Return the command lines of all processes that contain `text`."""
    done = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    return [line for line in done.stdout.splitlines() if text in line and "ps -eo" not in line]


def tell_the_fall(demo):
    """Follow the story until the control room has the alarm of the worker who goes down."""
    demo.until(r"console +http://127\.0\.0\.1:\d+", START_S_MAX)
    answered = time.monotonic()
    demo.until(r"log-in +demo +password \S{12}", 5)
    demo.until(r"case \d+: fall, Anna Muster.*", FIRST_ALARM_S_MAX)
    demo.until(r"fall, Anna Muster, Pumping station.* RECEIVED", FIRST_ALARM_S_MAX)
    assert time.monotonic() - answered < FIRST_ALARM_S_MAX
    demo.until(r"Anna Muster +feels: alarm received", 10)


def test_the_demo_tells_its_story_and_ends_cleanly_on_ctrl_c():
    """All pass the self-test; one goes down, one cancels, one loses the radio, one just works."""
    demo = Demo()
    try:
        tell_the_fall(demo)
        demo.until(r"Bert Beispiel +device sends: cancelled \(position\)", 30)
        demo.until(r"technical, Clara Probe", FIRST_ALARM_S_MAX)
        for name in ("Anna Muster", "Bert Beispiel", "Clara Probe", "Dora Entwurf"):
            demo.until(f"{name} +device sends: self-test passed", 1)
        assert not [line for line in demo.lines if re.search("Dora.*(pre-alarm|raised)", line)]
        assert [line for line in demo.lines if "generated: " in line]
        assert demo.interrupt() == 0
    finally:
        demo.process.kill()
    assert running_with("rufweite-demo-") == []


@pytest.mark.skipif(not os.environ.get("RUFWEITE_RECORDINGS"), reason="RUFWEITE_RECORDINGS is not set")
def test_with_recordings_the_demo_plays_real_movement():
    """The worker who goes down does so as somebody once did."""
    demo = Demo(RUFWEITE_RECORDINGS=os.environ["RUFWEITE_RECORDINGS"])
    try:
        tell_the_fall(demo)
        anna = next(line for line in demo.lines if "Anna Muster" in line and "goes down" in line)
        assert "generated" not in anna
        assert demo.interrupt() == 0
    finally:
        demo.process.kill()
