/**
 * The few globals that every JavaScript runtime we use has (browser, edge, Node) and that `lib/core` may
 * rely on. Everything else (clock, random, network, storage, crypto) comes in as an argument, so that a seed
 * replays any run. Only lib/core/tsconfig.json reads this file; elsewhere the real types apply.
 */
declare class TextEncoder {
  encode(text?: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(bytes?: Uint8Array, options?: { stream?: boolean }): string;
}
