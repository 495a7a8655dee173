// The German of en/preferences.js: the same keys; each language names itself.
export const preferenceWords = {
  languages: { en: "EN", de: "DE" },
  speak: { en: "EN: The console in English", de: "DE: Die Konsole auf Deutsch" },
  theme: { dark: "Dunkel darstellen", light: "Hell darstellen" },
};
