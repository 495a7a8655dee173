"""What happens to a journal, written down as steps, beside what must be found in it afterwards."""

from firmware import journal
from firmware.journal_open import open_ring
from firmware.journal_ring import Ring
from simulator.flash import PowerCut, SimulatedFlash

#: A ring so small that a short life goes round it several times: seven records beside the head.
SECTOR_BYTES, SECTOR_COUNT = 256, 4
MANUAL = 1
QUIET_TURNS_MAX = 20

#: Boots, alarms in all their stages, shifts, directions; quiet moments where a device has them.
LIFE = (
    "shift on", "quiet", "upright 1", "raise a", "quiet", "receipt a", "reset a", "shift off", "quiet",
    "boot", "quiet", "raise b", "boot", "quiet", "quiet", "shift on", "upright 2", "raise c", "receipt b",
    "quiet", "quiet", "boot", "reset b", "raise d", "receipt c", "receipt d", "reset d", "shift off",
    "quiet", "quiet", "boot", "raise e", "raise f", "receipt e", "shift on", "shift off", "reset c",
    "receipt f", "reset e", "quiet", "quiet", "boot", "quiet", "shift on", "upright 3", "raise g",
    "reset f", "receipt g", "boot", "boot", "quiet", "quiet", "raise h", "shift off", "shift on", "reset g",
    "quiet", "quiet", "upright 4", "shift off", "boot", "quiet",
)  # fmt: skip


class Life:
    """One device's journal in a flash, and what it must say."""

    def __init__(self, flash=None):
        self.flash = flash or SimulatedFlash(SECTOR_BYTES, SECTOR_COUNT)
        self.ring = None
        #: Alarm (a letter) -> its key (boot, seq) and whether its receipt is written.
        self.alarms = {}
        self.is_on = None
        self.upright = None
        #: The highest number of a start that has said anything.
        self.boot = 0

    def start(self):
        """Open the ring as a device does; nothing is said before the number is written."""
        self.ring, standing, _ = open_ring(self.flash)
        assert self.ring.boot > self.boot, "a boot number came twice"
        self.ring.append(journal.boot_record(self.ring.boot))
        self.boot = self.ring.boot
        return standing

    def do(self, step):
        """Do one step; the power may go in the middle."""
        word, _, what = step.partition(" ")
        if word == "boot":
            self.start()
        elif word == "quiet":
            if self.ring.is_tending_due():
                assert self.ring.tend()
        else:
            assert self.ring.append(self.record(word, what))
        self.note(word, what)

    def record(self, word, what):
        """Return the record of a step."""
        ring = self.ring
        if word == "shift":
            return journal.shift_record(ring.boot, 60, 0, what == "on")
        if word == "upright":
            return journal.upright_record(ring.boot, -int(what), 5, 1000)
        if word == "raise":
            return self._alarm_record(journal.RAISED, (ring.boot, ord(what)))
        kind = journal.RECEIPTED if word == "receipt" else journal.RESET
        return self._alarm_record(kind, self.alarms[what][0])

    def note(self, word, what):
        """Note what a step that is done has changed."""
        if word == "shift":
            self.is_on = what == "on"
        elif word == "upright":
            self.upright = (-int(what), 5, 1000)
        elif word == "raise":
            self.alarms[what] = ((self.ring.boot, ord(what)), False)
        elif word == "receipt":
            self.alarms[what] = (self.alarms[what][0], True)
        elif word == "reset":
            del self.alarms[what]

    def expected(self):
        """Return what must be found: alarms (key, is receipted), shift, upright."""
        return sorted(self.alarms.values()), self.is_on, self.upright

    def twin(self):
        """Return the same device with a flash of its own."""
        twin = Life(self.flash.copy())
        twin.alarms, twin.is_on, twin.upright = self.alarms.copy(), self.is_on, self.upright
        twin.boot = self.boot
        if self.ring is not None:
            twin.ring = Ring(twin.flash, self.ring.boot)
            for name in ("sequence", "slot", "is_prepared", "carried_sequence", "is_carry_due"):
                setattr(twin.ring, name, getattr(self.ring, name))
            twin.ring.standing = [bytearray(known) for known in self.ring.standing]
        return twin

    def _alarm_record(self, kind, key):
        return journal.alarm_record(kind, key, 61, 0, key[1], MANUAL, "real")


def told(standing):
    """Return what records say, in the form of `Life.expected`."""
    alarms, is_on, upright = [], None, None
    for record in standing:
        if record.kind == journal.RAISED:
            assert (record.code, record.value, record.mark) == (MANUAL, record.seq, 0), record
            alarms.append(((record.boot, record.seq), record.flags == journal.FLAG_RECEIPTED))
        elif record.kind == journal.SHIFT:
            is_on = record.flags == journal.FLAG_ON
        else:
            upright = journal.upright_of(record)
    return sorted(alarms), is_on, upright


def found(flash):
    """Return what a start finds in this flash, without writing to it."""
    return told(open_ring(flash.copy())[1])


def cut_lives(script, every=1):
    """Give (life, what it may say) for the cuts of each step; `every` 1 is every byte and every stage."""
    life = Life()
    life.start()
    for number, step in enumerate(script):
        before = life.expected()
        whole = life.twin()
        whole.do(step)
        for cut in range(number % every, whole.flash.steps, every):
            torn = life.twin()
            torn.flash.cut_after = cut
            try:
                torn.do(step)
                raise AssertionError("no cut")
            except PowerCut:
                torn.flash.cut_after = None
            yield torn, (before, whole.expected())
        life = whole
        life.flash.steps = 0
    assert found(life.flash) == life.expected()


def quieten(life):
    """Let the device have its quiet moments."""
    for _ in range(QUIET_TURNS_MAX):
        if not life.ring.is_tending_due():
            return
        assert life.ring.tend()
    raise AssertionError("there is always something to do")


def restarted_after_cuts(every):
    """Start again after these cuts of the life, check what is found, and return how many there were."""
    cuts = 0
    for torn, allowed in cut_lives(LIFE, every):
        cuts += 1
        said = told(torn.start())
        assert said in allowed, (said, allowed)
        # The next start finds the same, also after the ring was put in order.
        quieten(torn)
        assert found(torn.flash) == said
    return cuts
