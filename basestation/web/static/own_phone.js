// The button by which responders let the phone in their hand be told, too, at the end of a page of theirs.
// Offered only where the base station says so; what it answers is shown as it comes.
import { ASKED_NO, NOT_POSSIBLE, subscribe } from "./push_subscribe.js";

const WORDS = {
  en: {
    ask: "Tell me on this phone, too",
    [ASKED_NO]: "This browser does not allow notifications. Allow them in its settings, then press again.",
    [NOT_POSSIBLE]: "This browser cannot do that. On an iPhone put this page on the home screen first.",
    failed: "This browser could not reach its push service. You are told as before. Try again later.",
    unsent: "The base station does not answer. Press again.",
  },
  de: {
    ask: "Auch auf diesem Telefon melden",
    [ASKED_NO]: "Dieser Browser erlaubt keine Mitteilungen. Bitte in seinen Einstellungen erlauben, dann noch einmal drücken.",
    [NOT_POSSIBLE]: "Dieser Browser kann das nicht. Auf einem iPhone die Seite zuerst auf den Home-Bildschirm legen.",
    failed: "Dieser Browser hat seinen Push-Dienst nicht erreicht. Sie werden wie bisher gerufen. Bitte später noch einmal.",
    unsent: "Die Basisstation antwortet nicht. Bitte noch einmal drücken.",
  },
};

// `holder`: whose page it is, "link/…" or "proof/…"; `languages`: what the page speaks.
export async function offer(holder, languages = [document.documentElement.lang]) {
  const path = `/api/v1/own-phone/${holder}`;
  let key;
  let nonce;
  try {
    ({ public_key: key, nonce } = await (await fetch(path)).json());
  } catch {
    return;
  }
  if (!key || document.querySelector(".own-phone")) return;
  const { button, answer } = drawn(languages);
  button.addEventListener("click", async () => {
    button.disabled = true;
    answer.textContent = "…";
    const told = await added(path, key, nonce);
    answer.replaceChildren(...(told.sentence ? [told.sentence] : inEach(languages, told.fault)));
    button.hidden = Boolean(told.isAdded);
    button.disabled = false;
  });
}

async function added(path, key, nonce) {
  let asked;
  try {
    asked = await subscribe(key, trusted);
  } catch {
    return { fault: "failed" };
  }
  if (asked.fault) return asked;
  try {
    const body = JSON.stringify({ subscription: asked.subscription, nonce });
    const response = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body });
    const told = await response.json();
    return { sentence: told.sentence || told.detail, isAdded: response.ok };
  } catch {
    return { fault: "unsent" };
  }
}

function drawn(languages) {
  const place = document.createElement("section");
  place.className = "own-phone";
  const button = document.createElement("button");
  button.type = "button";
  button.append(...inEach(languages, "ask"));
  const answer = document.createElement("p");
  answer.setAttribute("role", "status");
  place.append(button, answer);
  document.querySelector("main").append(place);
  return { button, answer };
}

function inEach(languages, name) {
  return languages.map((language) => {
    const words = document.createElement("div");
    words.lang = language in WORDS ? language : "en";
    words.textContent = WORDS[words.lang][name];
    return words;
  });
}

// Whatever a browser makes of it, the only worker of this page is this one.
function trusted(url) {
  policy ??= globalThis.trustedTypes?.createPolicy("rufweite", { createScriptURL: () => "/push.js" });
  return policy?.createScriptURL(url) ?? url;
}
let policy;
