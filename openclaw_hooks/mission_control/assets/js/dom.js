// Builds nodes without ever reading text as HTML, so that no title, owner or path can become markup.

const SVG = "http://www.w3.org/2000/svg";
const URL_ATTRIBUTES = new Set(["href", "src", "action", "formaction", "xlink:href"]);
const NEVER = new Set(["srcdoc", "innerhtml", "outerhtml"]);

/** The address when it is relative or of a harmless scheme, else "": `javascript:` and its disguises end here. */
export function safeUrl(url) {
  const text = String(url ?? "");
  // Browsers drop control characters and blanks before they look for the scheme, and so must we.
  const bare = text.replace(/[\u0000-\u0020\u007f-\u00a0\u2028\u2029]/g, "");
  const scheme = /^([^/?#]*?):/.exec(bare);
  if (scheme) return /^(https?|mailto)$/i.test(scheme[1]) ? text : "";
  return /^[\\/]{2}/.test(bare) || bare.startsWith("\\") ? "" : text;
}

function setAttribute(node, name, value) {
  const lower = name.toLowerCase();
  if (lower.startsWith("on") || NEVER.has(lower)) throw new Error(`refused attribute ${name}`);
  if (value === false || value === null || value === undefined) return;
  if (URL_ATTRIBUTES.has(lower)) {
    const safe = safeUrl(value);
    if (safe) node.setAttribute(name, safe);
    return;
  }
  node.setAttribute(name, value === true ? "" : String(value));
}

function setProperty(node, name, value) {
  if (name === "class") {
    const classes = Array.isArray(value) ? value.filter(Boolean).join(" ") : value;
    if (classes) node.setAttribute("class", classes);
  } else if (name === "on") {
    for (const [type, listener] of Object.entries(value)) if (listener) node.addEventListener(type, listener);
  } else if (name === "dataset") {
    for (const [key, entry] of Object.entries(value)) if (entry !== undefined && entry !== null) node.dataset[key] = entry;
  } else if (name === "style") {
    for (const [key, entry] of Object.entries(value)) node.style.setProperty(key, String(entry));
  } else if (name === "value" || name === "checked") {
    node[name] = value;
  } else {
    setAttribute(node, name, value);
  }
}

function append(node, child) {
  if (child === null || child === undefined || child === false || child === true) return;
  if (Array.isArray(child)) for (const each of child) append(node, each);
  else node.appendChild(child instanceof Node ? child : document.createTextNode(String(child)));
}

function fill(node, props, children) {
  if (props) for (const [name, value] of Object.entries(props)) setProperty(node, name, value);
  for (const child of children) append(node, child);
  return node;
}

/** An element. `props`: class (string or list), on {click: f}, dataset, style {"--x": 1}, any attribute; text is text. */
export function h(tag, props, ...children) {
  return fill(document.createElement(tag), props, children);
}

/** The same for SVG elements. */
export function svg(tag, props, ...children) {
  return fill(document.createElementNS(SVG, tag), props, children);
}

/** Puts HTML that the site's own cleaner made (task, rule and memory bodies) into `node`; for nothing else. */
export function html(node, trustedHtml) {
  node.innerHTML = trustedHtml || "";
  return node;
}

/** Replaces what `node` holds. */
export function replace(node, ...children) {
  node.textContent = "";
  return fill(node, null, children);
}
