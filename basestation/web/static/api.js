// The API over fetch: JSON there and back; an error always carries a sentence for the person.
import { language } from "./language.js";
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

/** Return a file of the base station; throws Refused with the sentence. */
export async function download(path) {
  const response = await send("GET", path);
  if (!response.ok) throw new Refused((await response.json().catch(() => null))?.detail ?? words.link.noAnswer, response.status);
  return response.blob();
}

async function request(method, path, body) {
  const response = await send(method, path, body);
  if (response.status === 204) return null;
  // An answer that broke off, or took too long, is none: nothing that hangs on it may look done.
  const answer = await response.json().catch(() => null);
  if (response.ok && answer !== null) return answer;
  // A session that ended shows at the first request, before the socket's next heartbeat.
  if (response.status === 401 && path !== "/api/v1/login" && path !== "/api/v1/me") isLoggedOut.value = true;
  throw new Refused(answer?.detail ?? words.link.noAnswer, response.ok ? 0 : response.status);
}

/** A file goes as it is, everything else as JSON. */
async function send(method, path, body) {
  const isFile = body instanceof Blob;
  try {
    return await fetch(path, {
      method,
      headers: { "Accept-Language": language, ...(body === undefined ? {} : { "Content-Type": isFile ? body.type : "application/json" }) },
      body: body === undefined || isFile ? body : JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
      redirect: "error",
    });
  } catch (error) {
    const isSlow = error.name === "TimeoutError";
    throw new Refused(isSlow ? words.link.noAnswer : words.link.notReached, 0);
  }
}
