import * as v from 'valibot';
import * as limits from '../limits.ts';
import { isRepoId, SEQ_MAX } from './envelope.ts';
import { isHash } from './sha256.ts';
import type { SyncCall, SyncReply } from './transport.ts';

/** Both ends of the wire: what the server lets in, and what the browser believes. */
const bytes = v.pipe(v.instance(Uint8Array), v.check((value) => value.length <= limits.commitMaxBytes));
const seq = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(SEQ_MAX));
const hash = v.pipe(v.string(), v.check((text) => isHash(text)));
const pack = v.object({ hash, bytes });
const entry = v.object({ seq, bytes });
const receipt = v.pipe(v.string(), v.maxLength(200));

const callSchema = v.object({
  forUser: v.pipe(v.string(), v.maxLength(128)),
  repo: v.exactOptional(v.pipe(v.string(), v.check((text) => isRepoId(text)))),
  have: seq,
  receipt: v.exactOptional(receipt),
  commit: v.exactOptional(bytes),
  checked: v.exactOptional(v.boolean()),
  listed: v.exactOptional(v.object({ seq, hash: v.union([v.literal(''), hash]) })),
  holds: v.exactOptional(hash),
  mayJump: v.exactOptional(v.boolean()),
  snapshot: v.exactOptional(bytes),
  packs: v.exactOptional(v.pipe(v.array(pack), v.maxLength(limits.syncWantMax))),
  want: v.exactOptional(v.object({
    seqs: v.pipe(v.array(seq), v.maxLength(limits.syncWantMax)),
    packs: v.pipe(v.array(hash), v.maxLength(limits.syncWantMax)),
    snapshot: v.exactOptional(seq),
  })),
});

const text = v.pipe(v.string(), v.maxLength(500));
const replySchema = v.variant('status', [
  v.object({
    status: v.literal('ok'),
    head: seq,
    // A server of the version before does not say it, while one replaces the other.
    listed: v.optional(v.boolean(), false),
    committed: v.exactOptional(v.picklist(['yes', 'taken', 'undecided'])),
    entries: v.array(entry),
    more: v.boolean(),
    receipt: v.exactOptional(receipt),
    jump: v.exactOptional(v.object({ snapshot: entry, have: v.exactOptional(bytes) })),
    wanted: v.object({ commits: v.array(entry), packs: v.array(pack), snapshot: v.exactOptional(entry) }),
  }),
  v.object({ status: v.literal('absent') }),
  v.object({ status: v.literal('unavailable'), retryAfterSeconds: v.pipe(v.number(), v.minValue(0)), message: text }),
  v.object({
    status: v.literal('refused'),
    code: v.picklist([
      'other-user', 'invalid-call', 'too-large', 'receipt', 'other-repository', 'rolled-back', 'damaged',
      'unsafe-store', 'reload',
    ]),
    message: text,
  }),
]);

/** undefined when `input` is not a call within the limits. */
export function parseSyncCall(input: unknown): SyncCall | undefined {
  const parsed = v.safeParse(callSchema, input);
  return parsed.success ? parsed.output : undefined;
}

/** undefined when `input` is not a reply; it then counts as if it had been lost. */
export function parseSyncReply(input: unknown): SyncReply | undefined {
  const parsed = v.safeParse(replySchema, input);
  return parsed.success ? parsed.output : undefined;
}
