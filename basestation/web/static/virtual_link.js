// The connection of the page to its virtual device, and the player of its signs. Plays steps of
// (value, milliseconds) on three outputs; a sign that lasts starts over, one that does not gives way to it.
import { signal } from "@preact/signals";

/** What is shown now: {name, light, isVibrating, hz}. */
export const shown = signal({ name: "", light: "off", isVibrating: false, hz: 0 });

const OUTPUTS = ["buzzer", "vibration", "light"];
let timers = [];
let lasting = null;

/** Play a sign as the device orders it. */
export function play(sign) {
  if (sign.is_lasting) lasting = sign;
  begin(sign);
}

/** Fall silent and dark. */
export function darken() {
  timers.forEach(clearTimeout);
  timers = [];
  lasting = null;
  shown.value = { name: "", light: "off", isVibrating: false, hz: 0 };
}

function begin(sign) {
  timers.forEach(clearTimeout);
  timers = [];
  shown.value = { name: sign.name, light: "off", isVibrating: false, hz: 0 };
  OUTPUTS.forEach((output) => run(sign, output, 0));
}

function run(sign, output, place) {
  const steps = sign[output];
  if (steps.length === 0) return;
  if (place === steps.length) {
    if (sign.is_lasting) return void run(sign, output, 0);
    set(output, "");
    if (output === "light" && lasting) begin(lasting);
    return;
  }
  const [value, ms] = steps[place];
  set(output, value);
  timers.push(setTimeout(() => run(sign, output, place + 1), ms));
  if (timers.length > 300) timers.splice(0, 200);
}

function set(output, value) {
  const now = { ...shown.value };
  if (output === "light") now.light = value || "off";
  if (output === "vibration") now.isVibrating = value !== "";
  if (output === "buzzer") now.hz = Number(value) || 0;
  shown.value = now;
}

/** Open a virtual device; `hear` gets all it says, `closed` a sentence or "". */
export function open(mark, hear, closed) {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const socket = new WebSocket(`${scheme}://${location.host}/api/v1/virtual?mark=${mark}`);
  let reason = null;
  socket.onmessage = (event) => {
    const said = JSON.parse(event.data);
    if (said.kind === "ended") reason = said.reason;
    else if (said.kind === "signal") play(said);
    else hear(said);
  };
  socket.onclose = () => {
    darken();
    closed(reason);
  };
  return {
    send: (deed) => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify(deed)),
    close: () => socket.close(),
  };
}

let audio = null;

/** Let the tones be heard, or not; needs a gesture of the person. */
export function hearTones(isOn) {
  if (!isOn) {
    audio?.context.close();
    audio = null;
    return;
  }
  const context = new AudioContext();
  const gain = new GainNode(context, { gain: 0 });
  const oscillator = new OscillatorNode(context, { type: "square" });
  oscillator.connect(gain).connect(context.destination);
  oscillator.start();
  audio = { context, gain, oscillator };
}

shown.subscribe(({ hz }) => {
  if (!audio) return;
  if (hz) audio.oscillator.frequency.value = hz;
  audio.gain.gain.value = hz ? 0.08 : 0;
});
