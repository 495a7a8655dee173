// The sounders, as waveforms computed once: each class has its own rhythm and pitch, so that it is
// known by ear. Loops, because a loop goes on where a browser slows the timers of a hidden page.

const RATE_HZ = 22050;

/** Notes of each tone: [start s, length s, from Hz, to Hz, level 0..1]; `s` is the length of the loop. */
const SCORES = {
  // A person: two tones up and down, no pause.
  person: { s: 1.2, notes: [[0, 0.3, 740, 740, 0.9], [0.3, 0.3, 1050, 1050, 0.9], [0.6, 0.3, 740, 740, 0.9], [0.9, 0.3, 1050, 1050, 0.9]] },
  // A person who must not be called: two short high notes and a long low one.
  silent: { s: 1.8, notes: [[0, 0.12, 1250, 1250, 0.9], [0.22, 0.12, 1250, 1250, 0.9], [0.5, 0.8, 420, 420, 0.9]] },
  // Somebody took it, nobody arrived: two rising calls, a short pause.
  overdue: { s: 2.4, notes: [[0, 0.45, 600, 1000, 0.8], [0.6, 0.45, 600, 1000, 0.8]] },
  // Protection is gone: three short beeps, a long pause.
  technical: { s: 3, notes: [[0, 0.14, 520, 520, 0.7], [0.28, 0.14, 520, 520, 0.7], [0.56, 0.14, 520, 520, 0.7]] },
  // A test or drill: one soft chime.
  test: { s: 4, notes: [[0, 0.5, 660, 660, 0.35], [0.5, 0.7, 880, 880, 0.3]] },
  // This page is stale or logged out: a low falling siren.
  lost: { s: 2, notes: [[0, 0.7, 480, 190, 0.9], [0.8, 0.7, 480, 190, 0.9]] },
};

export const TONES = Object.keys(SCORES);

/** Return the loop of `name` as an AudioBuffer. */
export function bufferOf(context, name) {
  const score = SCORES[name];
  const buffer = context.createBuffer(1, Math.round(score.s * RATE_HZ), RATE_HZ);
  const samples = buffer.getChannelData(0);
  for (const note of score.notes) write(samples, note);
  return buffer;
}

function write(samples, [startS, lengthS, fromHz, toHz, level]) {
  const first = Math.round(startS * RATE_HZ);
  const count = Math.round(lengthS * RATE_HZ);
  let phase = 0;
  for (let i = 0; i < count && first + i < samples.length; i += 1) {
    phase += (2 * Math.PI * (fromHz + ((toHz - fromHz) * i) / count)) / RATE_HZ;
    // A third and a fifth partial carry through walls and small loudspeakers; the edges are rounded.
    const wave = Math.sin(phase) + Math.sin(3 * phase) / 3 + Math.sin(5 * phase) / 5;
    const edge = Math.min(1, i / 150, (count - i) / 150);
    samples[first + i] += 0.75 * level * edge * wave;
  }
}
