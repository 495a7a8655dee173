// Every word the page shows, in the language of the page. The catalogues lie in words/.
import { language } from "./language.js";

export const { words } = await import(`./words/${language}.js`);
