/** `halt` and `halt_error`: the end of everything. */
export class Halt {
  /** @param text for standard error. */
  constructor(readonly status: number, readonly text: string) {}
}
