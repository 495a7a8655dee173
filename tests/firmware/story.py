"""A worker with a device, told as a story: what they do, and what the device did. Virtual time."""

from firmware import journal, signals
from firmware.boards.lockstep import VirtualBoard
from firmware.effects import Publish, ShowSignal, WriteJournal
from protocol import codec

NAME = "unit-7"
#: A story is about one thing at a time: no self-test, no unnamed kind, and time may pass without samples.
#: Rest warns early enough here that a pre-alarm of half a minute can be told.
QUIET_SETTINGS = {
    "is_self_test_on": 0, "is_fall_on": 0, "is_loss_on": 0, "sensor_silent_ms": 60000,
    "rest_detection_ms": 45000, "rest_pre_alarm_ms": 30000,
}  # fmt: skip
UPRIGHT = (0, 0, 1000)
LYING = (1000, 0, 0)


class Story:
    """One start of one device, whose worker stands upright for the first 3 s."""

    def __init__(self, settings=None, data=b"", is_linked=True, stands_s=3, cause="power_on", error=""):
        self.done = []
        self.now_ms = 0
        self._command_seq = 0
        self._answered_count = 0
        values = QUIET_SETTINGS.copy()
        values.update(settings or {})
        self.board = VirtualBoard(NAME, values, data, self._note, cause, error)
        self.device = self.board.device
        if is_linked:
            self.board.link(0, True)
        if stands_s:
            self.stand(stands_s)

    def _note(self, t_ms, effect):
        self.done.append((t_ms, effect))

    def pose(self, acceleration, seconds, shake_mg=0):
        """Hold a posture, shaking twice a second and swaying once, by so much; +-3 mg of sensor noise."""
        self.pose_ms(acceleration, seconds * 1000, shake_mg)

    def pose_ms(self, acceleration, duration_ms, shake_mg=0):
        """Hold a posture for so many ms."""
        x_mg, y_mg, z_mg = acceleration
        for count in range(duration_ms // 20):
            self.now_ms += 20
            swing = shake_mg if count % 25 < 12 else -shake_mg
            noise = (count * 5) % 7 - 3
            # A body that walks sways across its steps; what shakes along one line is a machine.
            sway = shake_mg // 2 if count % 50 < 25 else -shake_mg // 2
            self.board.sample(self.now_ms, x_mg + noise, y_mg + sway - noise, z_mg + swing + noise)

    def stand(self, seconds):
        """Stand upright and still."""
        self.pose(UPRIGHT, seconds)

    def walk(self, seconds):
        """Walk upright."""
        self.pose(UPRIGHT, seconds, 300)

    def lie_ms(self, duration_ms):
        """Lie still for so many ms."""
        self.pose_ms(LYING, duration_ms)

    def lie(self, seconds):
        """Lie still."""
        self.pose(LYING, seconds)

    def wait(self, seconds):
        """Let time pass while the sensor says nothing."""
        self.wait_ms(seconds * 1000)

    def wait_ms(self, duration_ms):
        """Let time pass while the sensor says nothing."""
        self.now_ms += duration_ms
        self.board.pass_time(self.now_ms)

    def key(self, is_down):
        """Press or release the key now."""
        self.board.key(self.now_ms, is_down)

    def hold(self, duration_ms):
        """Hold the key for so long, and let the release settle."""
        self.key(True)
        self.wait_ms(duration_ms)
        self.key(False)
        self.wait_ms(60)

    def signal(self, rssi_dbm, beacons=None):
        """Let the radio hear its access point (dBm) and beacons [(name, dBm)]; None: no news."""
        self.board.signal(self.now_ms, rssi_dbm, beacons)

    def press(self):
        """Press the key shortly."""
        self.hold(200)

    def link(self, is_up, is_refused=False):
        """Bring or take the link, or let it be refused."""
        self.board.link(self.now_ms, is_up, is_refused)

    def command(self, kind, fields, seq=None, boot=1, mark="real"):
        """Let a command arrive; return its (boot, seq)."""
        if seq is None:
            self._command_seq += 1
            seq = self._command_seq
        self.board.message(self.now_ms, codec.encode(kind, NAME, boot, seq, mark, fields))
        return boot, seq

    def receipt(self, message, mark="real"):
        """Let the receipt of a message arrive."""
        fields = {"acked_boot": message["boot"], "acked_seq": message["seq"], "time_ms": 1767225600000}
        self.command("receipt", fields, mark=mark)

    def hear(self):
        """Let the base station be heard: the answer to a heartbeat arrives."""
        self.command("heartbeat-reply", {"acked_boot": 1, "acked_seq": 1, "time_ms": 1767225600000})

    def receipt_all(self):
        """Receipt every event that was sent since this was called last."""
        done = self.done[self._answered_count :]
        self._answered_count = len(self.done)
        for _, effect in done:
            if isinstance(effect, Publish) and effect.channel == "event":
                self.receipt(decoded(effect))

    def case_state(self, alarm_id, state, **kwargs):
        """Tell the device how far its case is."""
        return self.command("case-state", {"alarm": alarm_id, "state": state}, **kwargs)

    def sent(self, kind, alarm_kind=None):
        """Return (t_ms, message) of what was sent of a kind."""
        found = []
        for t_ms, effect in self.done:
            if isinstance(effect, Publish):
                message = decoded(effect)
                if message["kind"] == kind and alarm_kind in (None, message.get("alarm_kind")):
                    found.append((t_ms, message))
        return found

    def once(self, kind, alarm_kind=None):
        """Return the messages of a kind without their repeats."""
        keys, found = [], []
        for _, message in self.sent(kind, alarm_kind):
            if (message["boot"], message["seq"]) not in keys:
                keys.append((message["boot"], message["seq"]))
                found.append(message)
        return found

    def last(self, kind, alarm_kind=None):
        """Return the last message of a kind."""
        return self.sent(kind, alarm_kind)[-1][1]

    def shown(self):
        """Return the pattern that lasts now."""
        lasting = [name for name in self.signals() if signals.PATTERNS[name].is_lasting]
        return lasting[-1]

    def signals(self):
        """Return the names of all signals in order."""
        return [effect.name for _, effect in self.done if isinstance(effect, ShowSignal)]

    def records(self):
        """Return the records that this start wrote."""
        return [journal.decode(effect.record) for _, effect in self.done if isinstance(effect, WriteJournal)]

    def restarted(self, settings=None, **kwargs):
        """Return the story after a power cut now; the base station counts its commands on."""
        again = Story(settings, bytes(self.board.journal), **kwargs)
        again._command_seq = self._command_seq
        return again


def decoded(publish):
    """Return the message of a Publish, as a base station reads it."""
    return codec.decode(publish.payload, publish.channel, NAME)
