import { deflateSync } from 'fflate';
import * as limits from '../limits.ts';
import { inflateExactly } from './inflate-exactly.ts';
import { hashOf } from './sha256.ts';
import type { SnapshotPack } from './snapshot.ts';
import type { Pack } from './transport.ts';

/**
 * Many small contents in one object, one after the other: `0 | bytes` as they are, `1 | bytes` deflated. Which they
 * are, and how long, the snapshot says that names the pack.
 */
const STORED = 0;
const DEFLATED = 1;

export interface ContentPack extends SnapshotPack {
  pack: Pack;
}

/** As many packs as these contents need; each of them fits one object. */
export function makeContentPacks(contents: readonly Uint8Array[]): ContentPack[] {
  const whole = new Uint8Array(contents.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const content of contents) {
    whole.set(content, at);
    at += content.length;
  }
  const deflated = deflateSync(whole, { level: 6 });
  const body = deflated.length < whole.length && whole.length <= limits.unpackedMaxRatio * deflated.length ? deflated : whole;
  if (body.length + 1 > limits.commitMaxBytes && contents.length > 1) {
    const half = Math.ceil(contents.length / 2);
    return [...makeContentPacks(contents.slice(0, half)), ...makeContentPacks(contents.slice(half))];
  }
  const bytes = new Uint8Array(body.length + 1);
  bytes[0] = body === whole ? STORED : DEFLATED;
  bytes.set(body, 1);
  const hash = hashOf(bytes);
  return [{ hash, contents: contents.map((content) => ({ hash: hashOf(content), size: content.length })), pack: { hash, bytes } }];
}

/** The contents by hash; undefined when the pack is not what the snapshot says. */
export function openContentPack({ contents }: SnapshotPack, bytes: Uint8Array): Map<string, Uint8Array> | undefined {
  const length = contents.reduce((sum, { size }) => sum + size, 0);
  if (length > limits.unpackedMaxBytes || length > limits.unpackedMaxRatio * bytes.length) return undefined;
  const body = bytes.subarray(1);
  const whole = bytes[0] === DEFLATED ? inflateExactly(body, length) : bytes[0] === STORED && body.length === length ? body : undefined;
  if (whole === undefined) return undefined;
  const found = new Map<string, Uint8Array>();
  let at = 0;
  for (const { hash, size } of contents) {
    const content = whole.slice(at, at + size);
    at += size;
    if (hashOf(content) !== hash) return undefined;
    found.set(hash, content);
  }
  return found;
}
