/**
 * Text of somebody else's (a device's name, a server's sentence) as text: control characters, which would steer the
 * terminal, and marks of direction, which would show one thing and mean another, become `?`.
 */
export function plainText(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replace(/[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, '?');
}
