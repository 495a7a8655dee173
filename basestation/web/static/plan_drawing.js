// A drawing that comes ready from the base station: read with a document parser and never as markup of this
// page, and put where it is shown only when it differs, so that nothing blinks and the focus stays.
import { language } from "./language.js";

const ANSWER_MS_MAX = 8000;

/** Ask for a page with drawings in the language of this page; `take` gets their element, or null where none could be read. */
export function readDrawing(path, take) {
  const request = new XMLHttpRequest();
  request.open("GET", `${path}?language=${language}`);
  request.responseType = "document";
  request.timeout = ANSWER_MS_MAX;
  request.onload = () => take(request.status === 200 ? request.responseXML?.getElementById("plans") : null);
  request.onerror = request.ontimeout = () => take(null);
  request.send();
  return request;
}

/** Show it in `place`; `shown` is a reference that remembers what is there. Tells whether it is new. */
export function showDrawing(place, shown, drawing) {
  if (!place.current || shown.current?.isEqualNode(drawing)) return false;
  shown.current = drawing.cloneNode(true);
  place.current.replaceChildren(...drawing.childNodes);
  return true;
}
