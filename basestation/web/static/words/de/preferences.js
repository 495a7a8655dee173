// The German of en/preferences.js: the same keys; each language names itself.
export const preferenceWords = {
  languages: { en: "English", de: "Deutsch" },
  speak: { en: "The console in English", de: "Die Konsole auf Deutsch" },
  themes: { dark: "Dunkel", light: "Hell" },
  theme: { dark: "Dunkel darstellen", light: "Hell darstellen" },
};
