"""A board at the end of a serial line: real MicroPython behind a pty, and what is no such board."""

import sys

import pytest

from basestation.devices.board import Board, _judged
from basestation.devices.board_files import PIECE_BYTES
from basestation.devices.errors import BoardFailed, BoardRefused, LineFailed
from basestation.devices.raw_repl import RawRepl
from basestation.devices.serial_line import SerialLine
from simulator.runtime import find_runtime
from tests.basestation.devices.cut_line import CutLine
from tests.basestation.devices.pty_board import PtyBoard

pytestmark = pytest.mark.skipif(
    find_runtime("micropython").name != "micropython", reason="no MicroPython wheel here"
)
PATH = "slot/a.bin"
OLD, NEW = bytes(range(256)) * 2, bytes(range(255, -1, -1)) * 7
#: Long enough for a program to begin to talk.
STRANGER_S_MAX = 1.5
_BABBLE = "import os\nwhile os.read(0, 9): print('\\x01\\x04>OK\\x04\\n' + 'yes ' * 10)"
assert len(NEW) > 2 * PIECE_BYTES


@pytest.fixture(scope="module")
def pty_board(tmp_path_factory):
    """One board for the tests of this file; its flash stays as the tests leave it."""
    with PtyBoard(tmp_path_factory.mktemp("flash")) as board:
        yield board


def test_a_file_is_in_its_place_only_after_it_was_read_back(pty_board):
    """Written, summed by the board, renamed; a folder is made where it is needed."""
    with SerialLine(pty_board.port) as line:
        board = Board(line)
        assert board.facts.version >= (1, 29)
        board.files.write(PATH, NEW)
        assert (pty_board.folder / PATH).read_bytes() == NEW == board.files.read(PATH)
        assert board.files.listed("slot") == [PATH]
        assert board.files.are_right({PATH: NEW})
        assert not board.files.are_right({PATH: OLD})
        assert board.files.write_all({PATH: NEW}, str) == 0
        board.files.remove([PATH, "never-there"])
        assert board.files.sums([PATH]) == {PATH: ""}
        assert board.files.read(PATH) == b""


def test_a_flipped_byte_is_noticed_and_sent_again_and_twice_is_refused(pty_board):
    """On the line, and in the flash."""
    # In base64, as it goes over the line.
    noise = (b"_put('AAEC", b"_put('AAEE")
    with SerialLine(pty_board.port) as line:
        board = Board(line)
        pty_board.noise = [noise]
        board.files.write(PATH, OLD)
        assert pty_board.noise == []
        assert (pty_board.folder / PATH).read_bytes() == OLD
        pty_board.noise = [noise, noise]
        with pytest.raises(BoardFailed, match="otherwise than it was sent"):
            board.files.write("other.bin", OLD)
        assert not list(pty_board.folder.glob("other.bin*"))
        (pty_board.folder / PATH).write_bytes(OLD[:-1] + b"\0")
        assert not board.files.are_right({PATH: OLD})
        assert board.files.write_all({PATH: OLD}, str) == 1


def test_a_line_cut_at_any_moment_leaves_the_old_file_or_the_new_one(pty_board):
    """Every transfer of a write is the last one once; afterwards the board listens and the write goes on."""
    target = pty_board.folder / PATH
    count, is_whole, seen = 0, False, set()
    while not is_whole:
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(OLD)
        with CutLine(pty_board.port) as line:
            board = Board(line)
            line.cut_after(count)
            try:
                board.files.write(PATH, NEW)
                is_whole = True
            except LineFailed:
                pass
        seen.add(target.read_bytes())
        assert seen <= {OLD, NEW}
        count += 1
    assert seen == {OLD, NEW}
    assert count > 10


def test_a_board_without_flow_control_is_given_small_pieces(pty_board):
    """It does not know the question and greets again."""
    pty_board.noise = [(b"\x05A\x01", b"\x01")]
    with SerialLine(pty_board.port) as line:
        board = Board(line)
        assert pty_board.noise == []
        board.files.write(PATH, NEW)
        assert (pty_board.folder / PATH).read_bytes() == NEW


def test_what_fails_on_the_board_is_told_in_its_own_words(pty_board):
    """The last line of its traceback; and the board listens on."""
    with SerialLine(pty_board.port) as line:
        board = Board(line)
        with pytest.raises(BoardFailed, match="divide by zero"):
            board.run("1//0")
        assert board.run("print(6*7)").strip() == "42"


@pytest.mark.parametrize(
    ("program", "refusal", "words"),
    [
        (("-i", "-q"), BoardRefused, "is no board with MicroPython"),
        (("-c", "import sys; sys.stdin.read()"), LineFailed, "Nothing answers at"),
        (("-uc", _BABBLE), BoardRefused, "it said 'yes yes yes yes yes yes yes yes yes yes'"),
    ],
)
def test_what_is_no_board_is_refused_with_a_sentence(tmp_path, program, refusal, words):
    """Python at a prompt, a port where nobody answers, somebody who talks something else."""
    with (
        PtyBoard(tmp_path / "flash", (sys.executable, *program)) as stranger,
        SerialLine(stranger.port) as line,
        pytest.raises(refusal, match=words),
    ):
        RawRepl(line).enter(STRANGER_S_MAX)


def test_a_port_that_is_not_there_or_in_use_is_refused_with_a_sentence(pty_board):
    """Before anything is asked."""
    with pytest.raises(LineFailed, match="cannot be opened"):
        SerialLine("/dev/no-such-port")
    with SerialLine(pty_board.port), pytest.raises(LineFailed, match="cannot be opened"):
        SerialLine(pty_board.port)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (["circuitpython", [9, 2, 0], 2822, "linux", 10**7], "runs circuitpython 9.2.0; the firmware needs"),
        (
            ["micropython", [1, 24, 9], 2822, "linux", 10**7],
            "runs MicroPython 1.24.9; the firmware needs 1.25.0",
        ),
        (["micropython", [1, 29, 0], 2821, "linux", 10**7], "needs 1.25.0 or newer"),
        (["micropython", [1, 29, 0], 2822, "linux", 249_999], "has 249 kB free"),
        (["micropython", [1, 29, 0], 2822, "Raspberry Pi Pico with RP2040", 10**7], "there is no firmware"),
        ("no list", "does not say what it is"),
    ],
)
def test_a_board_on_which_the_firmware_does_not_run_is_refused(facts, words):
    """Another interpreter, too old, another format of modules, too little room."""
    with pytest.raises(BoardRefused, match=words):
        _judged(repr(facts).encode(), "COM3")


def test_the_modules_are_compiled_for_the_processor_that_the_board_names():
    """As its interpreter says it; where it makes no machine code, any will do."""
    for mpy, machine, processor, kind in (
        (2822, "linux [GCC 14.2.1] version", "x64", "unix"),
        (10 << 10 | 3 << 8 | 6, "Generic ESP32S3 module with ESP32S3", "xtensawin", "esp32s3"),
        (6, "M5 StickC Plus2 with ESP32", "armv6m", "m5stickc_plus2"),
    ):
        facts = _judged(repr(["micropython", [1, 25, 0], mpy, machine, 250_000]).encode(), "COM3")
        assert (facts.processor, facts.kind) == (processor, kind)
