// Binds htm to Preact: markup as tagged templates, where every value is text and never markup.
import htm from "htm";
import { h } from "preact";

export const html = htm.bind(h);
