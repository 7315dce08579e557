/** A promise of the session core that did not hold. */
export class Violation extends Error {}
