"""Text becomes sound: espeak-ng by its C interface, 16-bit samples at the rate of a telephone call.

Decides voices and how fast they speak. Runs in the telephone process only, in a thread: espeak-ng blocks and
holds its state for the whole process. Its output is filtered before it is brought to a lower rate; without
that, what lies above half the rate would fold into the voice.
"""

import ctypes
import threading
from typing import Any, Final

import espeakng_loader
import numpy as np

from basestation.outgoing.channels.voice.telephone import Segment

#: How fast names and numbers are spoken, in percent of the rest.
SLOW_PERCENT: Final = 75
VOICES: Final = {"en": "en", "de": "de"}
#: Silence behind each piece, in milliseconds.
PAUSE_MS, SLOW_PAUSE_MS = 250, 500
_SYNCHRONOUS, _CHARS_UTF8, _POSITION_CHARACTER, _PARAMETER_RATE = 2, 1, 1, 1
_TAPS: Final = 63

_CALLBACK: Final = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)


class SpeechFailed(Exception):
    """espeak-ng cannot speak."""


class Speaker:
    """espeak-ng; one a process."""

    def __init__(self) -> None:
        library = ctypes.CDLL(espeakng_loader.get_library_path())
        rate = library.espeak_Initialize(_SYNCHRONOUS, 0, espeakng_loader.get_data_path().encode(), 0)
        if rate <= 0:
            raise SpeechFailed("espeak-ng does not start: its data are missing")
        self._library: Any = library
        self._rate_hz = rate
        self._pieces: list[bytes] = []
        self._one_at_a_time = threading.Lock()
        # Kept: the library holds no reference.
        self._callback = _CALLBACK(self._take)
        library.espeak_SetSynthCallback(self._callback)

    def speak(self, segments: tuple[Segment, ...], language: str, rate_hz: int, wpm: int) -> bytes:
        """Return samples of 16 bits at `rate_hz`, `wpm` words a minute; raises SpeechFailed."""
        with self._one_at_a_time:
            voice = VOICES.get(language, VOICES["en"])
            if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
                raise SpeechFailed(f"espeak-ng has no voice {voice}")
            return b"".join(self._segment(one, rate_hz, wpm) for one in segments)

    def _segment(self, segment: Segment, rate_hz: int, wpm: int) -> bytes:
        pause_ms = SLOW_PAUSE_MS if segment.is_slow else PAUSE_MS
        wpm = wpm * SLOW_PERCENT // 100 if segment.is_slow else wpm
        self._library.espeak_SetParameter(_PARAMETER_RATE, wpm, 0)
        self._pieces.clear()
        text = segment.text.encode() + b"\0"
        done = self._library.espeak_Synth(
            text, ctypes.c_size_t(len(text)), 0, _POSITION_CHARACTER, 0, _CHARS_UTF8, None, None
        )
        if done != 0:
            raise SpeechFailed("espeak-ng did not take the text")
        samples = np.frombuffer(b"".join(self._pieces), dtype=np.int16)
        return _at_rate(samples, self._rate_hz, rate_hz) + bytes(2 * (rate_hz * pause_ms // 1000))

    def _take(self, samples: Any, count: int, _events: Any) -> int:
        if samples and count > 0:
            self._pieces.append(ctypes.string_at(samples, 2 * count))
        return 0


def _at_rate(samples: "np.ndarray[Any, np.dtype[np.int16]]", from_hz: int, to_hz: int) -> bytes:
    """Return samples at another rate, without what lies above half of it."""
    if not len(samples):
        return b""
    voice = samples.astype(np.float64)
    if to_hz < from_hz:
        places = np.arange(_TAPS) - _TAPS // 2
        cut = 0.9 * to_hz / from_hz
        taps = np.sinc(cut * places) * np.hamming(_TAPS)
        voice = np.convolve(voice, taps / taps.sum(), mode="same")
    count = len(voice) * to_hz // from_hz
    resampled = np.interp(np.arange(count) * (from_hz / to_hz), np.arange(len(voice)), voice)
    return bytes(np.clip(resampled, -32768, 32767).astype(np.int16).tobytes())
