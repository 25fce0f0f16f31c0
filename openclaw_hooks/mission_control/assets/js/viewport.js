// What part of a picture is seen: screen = world * k + (x, y).

export const LEAST = 0.05;
export const MOST = 4;

/** The view that shows the box {left, top, right, bottom} in the middle of `size` {width, height}; never larger than `most`. */
export function fit(box, size, { padding = 32, most = 1.25 } = {}) {
  const width = Math.max(box.right - box.left, 1);
  const height = Math.max(box.bottom - box.top, 1);
  const k = clamp(Math.min((size.width - 2 * padding) / width, (size.height - 2 * padding) / height, most));
  return { k, x: size.width / 2 - (k * (box.left + box.right)) / 2, y: size.height / 2 - (k * (box.top + box.bottom)) / 2 };
}

/** The view with `point` of the screen kept where it is and everything `factor` times as large. */
export function zoomAt(view, factor, point) {
  const k = clamp(view.k * factor);
  const ratio = k / view.k;
  return { k, x: point.x - (point.x - view.x) * ratio, y: point.y - (point.y - view.y) * ratio };
}

/** The view moved by so many pixels. */
export function pan(view, dx, dy) {
  return { ...view, x: view.x + dx, y: view.y + dy };
}

/** The view with `point` of the world in the middle of the screen. */
export function centre(view, point, size) {
  return { ...view, x: size.width / 2 - point.x * view.k, y: size.height / 2 - point.y * view.k };
}

/** Where a point of the screen lies in the world. */
export function toWorld(view, point) {
  return { x: (point.x - view.x) / view.k, y: (point.y - view.y) / view.k };
}

/** The box around points with `margin` on every side; of none an empty one. */
export function boundsOf(points, margin = 0) {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const { x, y } of points) {
    box.left = Math.min(box.left, x);
    box.right = Math.max(box.right, x);
    box.top = Math.min(box.top, y);
    box.bottom = Math.max(box.bottom, y);
  }
  if (box.left === Infinity) return { left: 0, top: 0, right: 0, bottom: 0 };
  return { left: box.left - margin, top: box.top - margin, right: box.right + margin, bottom: box.bottom + margin };
}

function clamp(k) {
  return Math.min(Math.max(k, LEAST), MOST);
}
