// Compares a catalogue of a language with the English one: keys, kinds, numbers of arguments, what functions say.
async ([language, catalogue, parts]) => {
  // What pages read later is read at once here, under the names that words.js gives it.
  const whole = async (language) => {
    const { words } = await import(`/static/words/${language}${catalogue}.js`);
    for (const part of parts) for (const [name, said] of Object.entries(await import(`/static/words/${language}/${part}.js`))) words[name.replace(/Words$/, "")] ??= said;
    return words;
  };
  const english = await whole("en"), other = await whole(language);
  const faults = [], same = [], keys = [];
  const kind = (value) => (Array.isArray(value) ? "array" : value === null ? "null" : typeof value);
  // An argument that names itself and each part that is asked of it.
  const named = (name) => new Proxy({}, { get: (_, key) => (typeof key === "symbol" ? () => `«${name}»` : key === "length" ? 1 : `«${name}.${key}»`) });
  const marks = (say) => {
    try {
      return [...String(say(...[...Array(say.length).keys()].map(named))).toLowerCase().matchAll(/«[^»]*»/g)].map(String).sort().join();
    } catch {
      return null;
    }
  };
  const walk = (one, two, path) => {
    if (kind(one) !== kind(two)) return faults.push(`${path}: ${kind(one)} and ${kind(two)}`);
    if (kind(one) === "function") {
      if (one.length !== two.length) faults.push(`${path}: ${one.length} and ${two.length} arguments`);
      if (new Set(marks(one)?.split(",")).size !== new Set(marks(two)?.split(",")).size) faults.push(`${path}: ${marks(one)} and ${marks(two)}`);
    } else if (kind(one) === "object" || kind(one) === "array") {
      for (const key of new Set([...Object.keys(one), ...Object.keys(two)])) {
        if (kind(one) === "object") keys.push(`${path}.${key}`);
        walk(one[key], two[key], `${path}.${key}`);
      }
    } else if (one === two && /\p{L}{2}/u.test(one)) same.push(`${path}: ${one}`);
  };
  walk(english, other, "words");
  return { faults, same, keys };
}
