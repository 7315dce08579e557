/** A long key in groups of four, so that the eye finds its place again while typing it; apps ignore the spaces. */
export function groupsOfFour(secret: string): string {
  return secret.replace(/(.{4})(?=.)/g, '$1 ');
}
