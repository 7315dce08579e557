/** After the pressed button has gone: a screen reader, and the next Tab, go on from the heading of its section. */
export function focusHeading(id: string): void {
  // Once React has put the new content on the page.
  requestAnimationFrame(() => document.getElementById(id)?.focus());
}
