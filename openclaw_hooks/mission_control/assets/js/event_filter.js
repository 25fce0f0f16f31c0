// Which events are shown, and how they fall into days.

/** The events that a filter {kind, who, task, q, since} lets through; each part that is empty lets everything through. */
export function filterEvents(events, filter) {
  const words = (filter.q || "").toLowerCase().split(/\s+/).filter(Boolean);
  return events.filter((event) => {
    if (filter.kind && event.kind !== filter.kind) return false;
    if (filter.who && event.who !== filter.who && event.node !== filter.who) return false;
    if (filter.task && event.task !== filter.task && event.plan !== filter.task) return false;
    if (filter.since && event.t < filter.since) return false;
    if (!words.length) return true;
    const text = `${event.kind} ${event.who || ""} ${event.node || ""} ${event.task || ""} ${event.plan || ""} ${event.title || ""} ${event.old || ""} ${event.new || ""} ${event.what || ""}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** The events by day in the reader's own time: [{day: "2026-11-22", events}], in their order. */
export function byDay(events) {
  const days = [];
  for (const event of events) {
    const at = new Date(event.t * 1000);
    const day = `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, "0")}-${String(at.getDate()).padStart(2, "0")}`;
    if (days[days.length - 1]?.day !== day) days.push({ day, events: [] });
    days[days.length - 1].events.push(event);
  }
  return days;
}

/** Who is named in the events, those named most often first: [[name, count]]. */
export function namesOf(events, most = 40) {
  const counts = new Map();
  for (const event of events) for (const name of new Set([event.who, event.node].filter(Boolean))) counts.set(name, (counts.get(name) || 0) + 1);
  return [...counts].sort((left, right) => right[1] - left[1] || (left[0] < right[0] ? -1 : 1)).slice(0, most);
}

/** The moment a choice of time means, from `now`: "1d", "7d", "28d"; 0 for all time. */
export function sinceOf(choice, now) {
  const days = Number.parseInt(choice, 10);
  return days > 0 ? now - days * 86400 : 0;
}
