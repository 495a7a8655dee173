"""Blocks of samples for the watches: made by hand, or by the real `Motion` out of synthetic samples."""

import math

from firmware.motion import Motion

BLOCK_MS = 200
UPRIGHT = (0, 0, 1000)
LYING = (1000, 0, 0)


class Block:
    """What a watch reads of a block; a body at rest, upright, unless said otherwise."""

    def __init__(
        self, gravity=UPRIGHT, movement_mg=0, jerk_mg=0, peak_mg=1000, low_mg=1000, mean=None, is_across=False
    ):
        self.x_mg, self.y_mg, self.z_mg = gravity
        self.mean_x_mg, self.mean_y_mg, self.mean_z_mg = mean or gravity
        self.movement_mg = movement_mg
        self.jerk_mg = jerk_mg
        self.peak_square = peak_mg * peak_mg
        self.low_square = low_mg * low_mg
        self.is_across = is_across


def run(watch, samples, now_ms=0, posture=0):
    """Drive a watch with samples at 50 Hz; return its codes and the time of the last block in ms."""
    motion = Motion()
    codes = []
    for x_mg, y_mg, z_mg in samples:
        if motion.step(x_mg, y_mg, z_mg):
            now_ms += BLOCK_MS
            codes.append(watch.step(now_ms, motion, posture))
    return codes, now_ms


def learn(learner, samples):
    """Drive an `UprightLearner` with samples at 50 Hz; return the s at which it had new directions."""
    motion = Motion()
    found = []
    count = 0
    for x_mg, y_mg, z_mg in samples:
        if motion.step(x_mg, y_mg, z_mg):
            count += 1
            if learner.step(count * BLOCK_MS, motion):
                found.append(count * BLOCK_MS / 1000)
    return found


def still(seconds, gravity=UPRIGHT):
    """Hold a posture, with +-3 mg of noise."""
    return [tuple(value + (count * 5) % 7 - 3 for value in gravity) for count in range(round(seconds * 50))]


def walking(seconds, tilt_deg=0, bounce_mg=300, step_hz=2):
    """Walk with the device tilted in its x-z plane: a bounce along gravity, a sway across it."""
    tilt = math.radians(tilt_deg)
    up = (math.sin(tilt), 0.0, math.cos(tilt))
    samples = []
    for count in range(round(seconds * 50)):
        phase = 2 * math.pi * step_hz * count / 50
        along = 1000 + bounce_mg * math.sin(phase) + bounce_mg / 3 * math.sin(2 * phase + 0.7)
        sway = bounce_mg / 2 * math.sin(phase / 2)
        samples.append((round(along * up[0]), round(sway), round(along * up[2])))
    return samples


def shaken(seconds, amplitude_mg, hz, gravity=LYING, way=None):
    """Lie still on a floor that vibrates along `way` (as long as 1000; None: along gravity), with noise."""
    x, y, z = way or gravity
    samples = []
    for count, (x_mg, y_mg, z_mg) in enumerate(still(seconds, gravity)):
        swing = amplitude_mg * math.sin(2 * math.pi * hz * count / 50 + 0.3) / 1000
        samples.append((x_mg + round(swing * x), y_mg + round(swing * y), z_mg + round(swing * z)))
    return samples
