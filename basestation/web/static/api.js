// The API over fetch: JSON there and back; an error always carries a sentence for the person.
import { isLoggedOut } from "./link.js";
import { words } from "./words.js";

/** How long an answer may take, in milliseconds. */
const ANSWER_MS_MAX = 8000;

/** What the base station refused, or that it could not be reached; `message` is the sentence. */
export class Refused extends Error {
  constructor(sentence, status) {
    super(sentence);
    this.status = status;
  }
}

export const get = (path) => request("GET", path);
export const post = (path, body = {}) => request("POST", path, body);
export const put = (path, body) => request("PUT", path, body);
export const remove = (path) => request("DELETE", path);

async function request(method, path, body) {
  const response = await send(method, path, body);
  if (response.status === 204) return null;
  // An answer that broke off is none, whatever its head said.
  const answer = await response.json().catch(() => undefined);
  if (response.ok && answer !== undefined) return answer;
  // A session that ended shows at the first request, before the socket's next heartbeat.
  if (response.status === 401 && path !== "/api/v1/login" && path !== "/api/v1/me") isLoggedOut.value = true;
  throw new Refused(answer?.error ?? words.link.noAnswer, response.status);
}

async function send(method, path, body) {
  try {
    return await fetch(path, {
      method,
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
      redirect: "error",
    });
  } catch (error) {
    const isSlow = error.name === "TimeoutError";
    throw new Refused(isSlow ? words.link.noAnswer : words.link.notReached, 0);
  }
}
