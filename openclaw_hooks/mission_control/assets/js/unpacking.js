// Numbers that scripts carry as text; openclaw_hooks/knowledge/browser/packing.py writes them.

const ZERO = 72; // the letter H

export function unpackBytes(text) {
  const decoded = atob(text);
  const bytes = new Uint8Array(decoded.length);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = decoded.charCodeAt(at);
  return bytes;
}

export function unpackNumbers(text) {
  const bytes = unpackBytes(text);
  const numbers = new Int32Array(bytes.length);
  let count = 0;
  for (let at = 0; at < bytes.length; count += 1) {
    let number = bytes[at] & 127;
    for (let shift = 7; bytes[at] > 127; shift += 7) {
      at += 1;
      number |= (bytes[at] & 127) << shift;
    }
    at += 1;
    numbers[count] = number;
  }
  return numbers.subarray(0, count);
}

// A matrix of small whole numbers, one letter each: row r is its numbers times scales[r].
export function unpackRows(packed) {
  const bytes = unpackBytes(packed.scales);
  const scales = new Float32Array(bytes.length / 4);
  const view = new DataView(bytes.buffer);
  for (let row = 0; row < scales.length; row += 1) scales[row] = view.getFloat32(row * 4, true);
  const levels = new Int8Array(packed.rows.length);
  for (let at = 0; at < levels.length; at += 1) levels[at] = packed.rows.charCodeAt(at) - ZERO;
  return { scales, levels, width: scales.length ? levels.length / scales.length : 0 };
}
