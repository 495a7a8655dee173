"""`make demo` as somebody sees it who has never seen Rufweite: the story, told from real parts."""

import os
import re
import signal
import subprocess
import sys
import threading
import time

import pytest

from tests.system.running import ROOT

#: The first alarm is on the console within 90 s of the console answering.
FIRST_ALARM_S_MAX = 90
START_S_MAX = 60
END_S_MAX = 30


def hear_interrupts():
    """Let a process hear Ctrl-C, which a shell makes those that it starts in its background ignore."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Demo:
    """The demo in a process of its own, line by line, each with the time at which it came."""

    def __init__(self, folder, **environment):
        #: Everything it starts names a file below this folder; another demo may run on the machine.
        self.folder = folder
        environment["TMPDIR"] = str(folder)
        names = {name: value for name, value in os.environ.items() if not name.startswith("RUFWEITE_")}
        self.lines = []
        self._has_more = threading.Condition()
        self._is_ended = False
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", "basestation", "demo", "--port", "0"],
            env=names | environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True, text=True, preexec_fn=hear_interrupts,  # noqa: PLW1509 - resets one signal
        )  # fmt: skip
        threading.Thread(target=self._read, daemon=True).start()

    def until(self, pattern, wait_s):
        """Return when the first line that matches came, waiting for it for `wait_s` at most."""
        until_s = time.monotonic() + wait_s
        with self._has_more:
            while True:
                for at_s, line in self.lines:
                    if re.search(pattern, line):
                        return at_s
                assert not self._is_ended, "the demo ended:\n" + self.text()
                left_s = until_s - time.monotonic()
                assert left_s > 0, f"no {pattern!r} within {wait_s} s in:\n{self.text()}"
                self._has_more.wait(left_s)

    def text(self):
        """Return everything it said."""
        return "\n".join(line for _, line in self.lines)

    def _read(self):
        for line in self.process.stdout:
            self._add(time.monotonic(), line.rstrip())
        self._add(time.monotonic(), "", is_last=True)

    def _add(self, at_s, line, *, is_last=False):
        with self._has_more:
            self.lines.append((at_s, line))
            self._is_ended = is_last
            self._has_more.notify_all()

    def interrupt(self):
        """Ctrl-C; return the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(END_S_MAX)


def running_with(text):
    """Return the command lines of all processes that contain `text`."""
    done = subprocess.run(["ps", "-ww", "-eo", "args"], capture_output=True, text=True, check=True)
    return [line for line in done.stdout.splitlines() if text in line and "ps -ww" not in line]


def tell_the_fall(demo):
    """Follow the story until the control room has the alarm of the worker who goes down."""
    answered_s = demo.until(r"console +http://127\.0\.0\.1:\d+", START_S_MAX)
    demo.until(r"log-in +demo +password \S{12}", 5)
    demo.until(r"case \d+: fall, Anna Muster.*", FIRST_ALARM_S_MAX)
    raised_s = demo.until(r"fall, Anna Muster, Pumping station.* RECEIVED", FIRST_ALARM_S_MAX)
    assert raised_s - answered_s < FIRST_ALARM_S_MAX
    demo.until(r"Anna Muster +feels: alarm received", 10)
    demo.until(r"fall, Anna Muster.*; near Pumping station, beside pump 2", 10)


@pytest.fixture(scope="module")
def demos(tmp_path_factory):
    """Both demos side by side, by whether they have recordings: they wait most of their time."""
    folder = os.environ.get("RUFWEITE_RECORDINGS")
    running = {False: Demo(tmp_path_factory.mktemp("demo"))}
    if folder:
        running[True] = Demo(tmp_path_factory.mktemp("demo"), RUFWEITE_RECORDINGS=folder)
    yield running
    for demo in running.values():
        demo.process.kill()
        demo.process.wait()


@pytest.mark.skipif(not os.environ.get("RUFWEITE_RECORDINGS"), reason="RUFWEITE_RECORDINGS is not set")
def test_with_recordings_the_demo_plays_real_movement(demos):
    """The worker who goes down does so as somebody once did."""
    demo = demos[True]
    tell_the_fall(demo)
    demo.until(r"Anna Muster +goes down +(?!generated)\S", 1)
    assert demo.interrupt() == 0


def test_the_demo_tells_its_story_and_ends_cleanly_on_ctrl_c(demos):
    """All pass the self-test; one goes down, one cancels, one loses the radio, one just works."""
    demo = demos[False]
    tell_the_fall(demo)
    demo.until(r"Bert Beispiel +device sends: cancelled \(position\)", 30)
    demo.until(r"technical, Clara Probe", FIRST_ALARM_S_MAX)
    for name in ("Anna Muster", "Bert Beispiel", "Clara Probe", "Dora Entwurf"):
        demo.until(f"{name} +device sends: self-test passed", 1)
    demo.until("Anna Muster +goes down +generated: ", 1)
    assert not re.search("Dora.*(pre-alarm|raised)", demo.text())
    assert running_with(str(demo.folder))
    assert demo.interrupt() == 0
    assert running_with(str(demo.folder)) == []
