// Every word the page shows, in the language of the page. The catalogues lie in words/: what every page says is
// read at once, the parts that only some say with them (pages.js), so that the wallboard stays small.
import { language } from "./language.js";

export const { words } = await import(`./words/${language}.js`);

/** Read further parts: what a file calls `xWords` is `words.x` from then on. */
export async function readWords(parts) {
  for (const part of await Promise.all(parts.map((part) => import(`./words/${language}/${part}.js`)))) {
    for (const [name, said] of Object.entries(part)) words[name.replace(/Words$/, "")] ??= said;
  }
}
