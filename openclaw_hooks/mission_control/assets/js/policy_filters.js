// Which rules and roles a filter leaves, and how they are grouped; no DOM.

export const TIERS = ["project", "framework", "universal", "harness"];

/** The group that a rule is listed in. */
export function tierOf(rule) {
  return rule.harness ? "harness" : rule.tier;
}

function words(text) {
  return (text || "").toLowerCase().split(/\s+/).filter(Boolean);
}

function ruleText(rule) {
  const checks = (rule.checks || []).flatMap((check) => [check.id, check.message]);
  return [rule.id, rule.title, rule.file, ...(rule.paths || []), ...(rule.tags || []), ...checks].join("\n").toLowerCase();
}

const KINDS = {
  active: (rule) => rule.state === "active",
  violated: (rule) => (rule.recent || 0) > 0,
  checks: (rule) => (rule.checks || []).length > 0 || Boolean(rule.harness?.enforced_by),
};

/** The rules that have every word of `text` and are of the kind `show` (active, violated, checks; else all). */
export function filterRules(rules, { text = "", show = "" } = {}) {
  const wanted = words(text);
  const passes = Object.hasOwn(KINDS, show) ? KINDS[show] : () => true;
  return rules.filter((rule) => passes(rule) && (!wanted.length || wanted.every((word) => ruleText(rule).includes(word))));
}

/** How many rules each kind has. */
export function countKinds(rules) {
  return { all: rules.length, ...Object.fromEntries(Object.entries(KINDS).map(([name, passes]) => [name, rules.filter(passes).length])) };
}

/** The rules by tier in the order of precedence: [[tier, rules], …] without empty ones. */
export function groupRules(rules) {
  return TIERS.map((tier) => [tier, rules.filter((rule) => tierOf(rule) === tier)]).filter(([, members]) => members.length);
}

/** The roles that have every word of `text`. */
export function filterRoles(roles, text) {
  const wanted = words(text);
  if (!wanted.length) return roles;
  return roles.filter((role) => {
    const all = [role.id, role.name, role.description, ...(role.scope || []), ...(role.responsibilities || [])].join("\n").toLowerCase();
    return wanted.every((word) => all.includes(word));
  });
}

/** The parts of the prompt block in percent of its budget: [{id, title, share, told}], those told whole or shortened. */
export function promptParts(rules, harness, maxChars) {
  const told = rules.filter((rule) => Boolean(rule.harness) === harness && (rule.told === "full" || rule.told === "cut"));
  return told.map((rule) => ({ id: rule.id, title: rule.title, told: rule.told, chars: rule.chars, share: Math.min(100, (100 * rule.chars) / maxChars) }));
}
