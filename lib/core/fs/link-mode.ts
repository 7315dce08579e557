/**
 * A symbolic link among entries that are kept and synced: kind `file`, the type bits of a link in its mode (as git
 * writes it), and its target in UTF-8 as its content. Bits and content are one thing and are never merged apart.
 */
export const LINK_MODE = 0o120777;

/** Whether an entry of kind `file` with this mode is a symbolic link. */
export function isLinkMode(mode: number): boolean {
  return mode === LINK_MODE;
}

/** Whether `mode` is one that an entry may have: permission bits, or those of a link. */
export function isEntryMode(mode: unknown): mode is number {
  return typeof mode === 'number' && Number.isInteger(mode) && ((mode >= 0 && mode <= 0o777) || mode === LINK_MODE);
}
