// The English words: `<file>.<key>` of assets/texts/<file>.json, put before the modules by the linker.

const FORMS = new Intl.PluralRules("en");

function find(key) {
  const dot = key.indexOf(".");
  const texts = (globalThis.MC_TEXTS || {})[key.slice(0, dot)];
  const name = key.slice(dot + 1);
  return texts && Object.hasOwn(texts, name) ? texts[name] : undefined; // what an address names may be called `constructor`
}

/** The text of `key` with `{name}` replaced; an entry {one, other} is chosen by `values.n`. A missing key shows itself. */
export function translate(key, values = {}) {
  let text = find(key);
  if (text && typeof text === "object") text = text[FORMS.select(Number(values.n) || 0)] ?? text.other;
  if (text === undefined) return key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}
