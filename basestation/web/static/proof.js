// The button of a test message. Nothing is sent before it is pressed; the answer is shown as it comes.

import { offer } from "./own_phone.js";

const button = document.getElementById("confirm");
const answer = document.getElementById("answer");
const code = location.pathname.split("/").pop();

const NO_ANSWER = "The base station does not answer. Try again. / Die Basisstation antwortet nicht. Bitte noch einmal.";

async function press() {
  button.disabled = true;
  answer.textContent = "…";
  try {
    const response = await fetch(`/api/v1/proofs/${encodeURIComponent(code)}`, { method: "POST" });
    const told = await response.json();
    answer.textContent = told.sentence || told.detail || NO_ANSWER;
    button.hidden = response.ok;
    if (response.ok) offer(`proof/${encodeURIComponent(code)}`, ["en", "de"]);
  } catch {
    answer.textContent = NO_ANSWER;
  }
  button.disabled = false;
}

button.addEventListener("click", press);
