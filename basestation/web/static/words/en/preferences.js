// What is said of the language and the theme of the page.
export const preferenceWords = {
  languages: { en: "EN", de: "DE" },
  speak: { en: "EN: The console in English", de: "DE: Die Konsole auf Deutsch" },
  theme: { dark: "Dark theme", light: "Light theme" },
};
