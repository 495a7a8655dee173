# ruff: noqa: E501 -- a sentence stays in one piece, so that it can be searched for
"""What each signal of the device means to its wearer, and what each gesture of the key says, in sentences.

Holds the words of the manual; the rhythms are `firmware.signals`' own, the figures those of `firmware.button`
and the settings' defaults. Not on the device, whose heap is small.
"""

from firmware import button
from firmware.settings import Settings

_SETTINGS = Settings()
_HOLD = f"{_SETTINGS.manual_hold_ms / 1000:g} s"
_RESET = f"{_SETTINGS.reset_hold_ms / 1000:g} s"
_CLEAR = f"{_SETTINGS.position_clear_ms / 1000:g} s"
_MOVE = f"{_SETTINGS.rest_clear_ms / 1000:g} s"
_PAUSE = f"{_SETTINGS.pause_ms // 60000} min"

#: (family, what its signs have in common, {signal: (title, what it means and what to do)}).
FAMILIES: tuple[tuple[str, str, dict[str, tuple[str, str]]], ...] = (
    (
        "All is well, or you are off duty",
        "Light alone, but for the pause, which is heard and felt as well. One short flash: you are protected.",
        {
            "guarding": ("Working", "You are protected. Nothing to do."),
            "guarding_trial": ("Working, trial operation", "You are protected. Two long flashes ahead of the short one: your site tries the device out for a limited time, and the movement around an alarm that you cancel is sent to the safety officer too."),
            "off_shift": ("Off shift", "No shift runs. Only the key calls for help."),
            "charging": ("Charging", "The device is on its charger. Only the key calls for help."),
            "paused": ("Paused", f"The automatic alarms rest for {_PAUSE} at most. Only the key calls for help."),
        },
    ),
    (
        "Not protected",
        "One long pulse ahead, then why. The alarms go on working, but do not rely on them.",
        {
            "not_protected": ("Not protected", "Press the key shortly: the self-test begins. If this sign comes back, close the clip; if it stays, stop working alone and change the device."),
            "link_lost": ("No network", "Nobody may hear you. Move to where there is a connection, or stop working alone."),
            "battery_critical": ("Battery almost empty", "Stop working alone, and charge the device."),
            "upright_unknown": ("Posture unknown", "The device does not know yet how you wear it. Stand, and walk a few steps."),
            "key_stuck": ("Key stuck", "The key has been down for half a minute. Free it; if you cannot, change the device."),
        },
    ),
    (
        "Low battery",
        "Five short pulses, falling.",
        {"battery_low": ("Low battery", "You are still protected. The battery is low, or will not last until the end of your shift: charge the device before long, or change it.")},
    ),
    (
        "The device asks you for something",
        "Two short pulses ahead, rising.",
        {
            "ask": ("Question", "The control room asks whether you are all right, for instance at the end of the shift. Press the key shortly."),
            "test_press": ("Self-test: press", "Press the key shortly."),
            "test_tilt": ("Self-test: tilt", "Lie the device down for four seconds, then set it upright again."),
            "test_still": ("Self-test: hold still", "Do not move for ten seconds."),
            "test_shake": ("Self-test: shake", "Shake the device firmly, or jump a few times."),
            "test_unclip": ("Self-test: unclip", "Open the clip, and close it again."),
            "test_wait": ("Self-test: wait", "All done. The result is on its way to the control room, for a minute at most."),
        },
    ),
    (
        "Pre-alarm",
        "Again and again, every two seconds, its kind by the rhythm. A short press of the key cancels each of them.",
        {
            "pre_alarm_position": ("Position", f"You have been lying or hanging askew. Stand upright for {_CLEAR}, or press."),
            "pre_alarm_rest": ("Rest", f"You have not moved. Move for {_MOVE}, or press."),
            "pre_alarm_fall": ("Fall", "You seem to have fallen. Stand up and walk on, or press."),
            "pre_alarm_loss": ("Loss", "The device is not worn. Put it on and close the clip, or press."),
            "pre_alarm_escape": ("Escape", "You have been running. Press: nothing else cancels it."),
            "pre_alarm_time": ("Time", "Your confirmation is due. Press: nothing else cancels it."),
            "pre_alarm_manual": ("Manual", "You have called for help with the key. Press to take it back."),
        },
    ),
    (
        "Alarm",
        "Without a pause.",
        {
            "alarm": ("Sent", "Your alarm is on its way and is repeated until it has arrived."),
            "alarm_unheard": ("Not received", "Nobody has received your alarm yet. The device is loud for whoever is near; it goes on sending."),
        },
    ),
    (
        "Help",
        "One short pulse ahead, then one for each step: the more pulses, the nearer the help.",
        {
            "alarm_received": ("Received", "The control room has your alarm."),
            "help_accepted": ("Somebody has it", "A person has taken charge of your alarm."),
            "help_dispatched": ("On the way", "Help is on its way to you."),
            "help_on_scene": ("On the spot", "Help has arrived."),
        },
    ),
    (
        "Location tone",
        "Three pairs, each a short pulse high and a long one low: made to be followed by ear.",
        {"locate": ("Here I am", "Helpers are looking for the device. Until the control room switches it on, the signals of the alarm itself sound every ten seconds at least.")},
    ),
    (
        "All clear",
        "Three long pulses, rising.",
        {"all_clear": ("All clear", f"The control room has ended the alarm. Hold the key for {_RESET} to reset the device.")},
    ),
    (
        "Answers, played once",
        "Many short and rising is good, long and low is bad.",
        {
            "started": ("Started", "The device has started."),
            "shift_on": ("Protection begins", "The shift has begun."),
            "shift_off": ("Protection ends", "The shift has ended."),
            "trial_on": ("Trial operation", "Your site tries the device out for a limited time: the movement around an alarm that you cancel is sent to the safety officer too. Also at the start of each shift while it lasts."),
            "trial_off": ("Trial operation ends", "What you cancel stays on the device."),
            "cancelled": ("Cancelled", "The pre-alarm is cancelled. Nobody is called."),
            "confirmed": ("Understood", "The device has taken what you said with the key."),
            "reset_done": ("Reset", "The alarm is reset. You are watched over again at once."),
            "reset_refused": ("Refused", "Not now: the alarm has not been received yet, or the pause is used up."),
            "test_passed": ("Self-test passed", "Through to the control room. You are protected."),
            "test_failed": ("Self-test failed", "You are not protected. Press the key shortly to repeat the test."),
        },
    ),
)  # fmt: skip

#: Signal -> (title, meaning).
MEANINGS = {name: words for _, _, members in FAMILIES for name, words in members.items()}

#: (what is pressed, what it says, the actions of `firmware.button` that it means).
KEY: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (f"hold for {_HOLD}", "Call for help, at any time. While an alarm is received: hold, and let go before the reset.", ("demand",)),
    ("short press in a pre-alarm", "Cancel it: I am all right.", ("cancel",)),
    ("short press at a question or a prompt", "Yes; done.", ("confirm", "test_press")),
    ("short press while an alarm is received", "I am all right. The alarm stays until the control room ends it.", ("all_right",)),
    ("short press otherwise", "Begin a self-test that is due; confirm early where a confirmation is asked for at intervals.", ("begin_test", "confirm_early")),
    (f"hold for {_RESET} after the alarm was received", "Reset the device.", ("reset",)),
    (
        f"two short presses, a silence of {button.AGAIN_MS_MAX / 1000:g} to {button.PAIRS_MS_MAX / 1000:g} s, two short presses",
        "Pause the automatic alarms, once in a shift.",
        ("pause",),
    ),
    (
        f"three short presses, at most {button.RUN_MS_MAX / 1000:g} s apart",
        "Call for help silently, where the site has switched it on. Nothing is heard, felt or seen of it.",
        ("silent",),
    ),
    (
        f"a second short press within {button.AGAIN_MS_MAX / 1000:g} s of a cancel",
        "I was forced to cancel, where the site has switched it on. Nothing is heard, felt or seen of it.",
        ("duress",),
    ),
)  # fmt: skip
