// What is said of the language and the theme of the page.
export const preferenceWords = {
  languages: { en: "English", de: "Deutsch" },
  speak: { en: "The console in English", de: "Die Konsole auf Deutsch" },
  themes: { dark: "Dark", light: "Light" },
  theme: { dark: "Dark theme", light: "Light theme" },
};
