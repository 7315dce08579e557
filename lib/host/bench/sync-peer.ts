import type { Meter } from './sync-meter.ts';

/** What is measured, in this order: each begins where the one before it ended. */
export const SITUATIONS = ['first sync', 'one edit', 'no change', 'new device', 'two devices collide', 'restore of an old state'] as const;
export type Situation = (typeof SITUATIONS)[number];

export interface Step {
  /** Before the clock starts, uncounted: the person's own work on the files. */
  prepare?(): Promise<void>;
  run(): Promise<void>;
  /** After it: throws when what should be there is not. */
  check?(): Promise<void>;
}

/** One way of syncing a folder of small files between two devices, `a` and `b`. */
export interface SyncPeer {
  name: string;
  meter: Meter;
  /** Text: why it can't. */
  steps: Record<Situation, Step | string>;
  /** After the collision: what became of the two edits. */
  survived(): Promise<string>;
  /** Where a bare number would mislead. */
  remarks?: Partial<Record<Situation, string>>;
  dispose(): Promise<void>;
}

/** What a peer is made of, or why it is not measured. */
export type PeerMaker = (bench: SyncBench) => Promise<SyncPeer | string>;

export interface SyncBench {
  origin: string;
  cloud: string;
  dataDir: string;
  /** How many small files there are. */
  files: number;
  /** Of its own for each peer and latency. */
  folder: string;
  /** Prefix in the peers' bucket, no slash at its end; as `folder`. */
  prefix: string;
}

export const PEER_BUCKET = 'bench-peers';
/** Of each file. */
export const NOTE_LINES = 200;

export function noteName(number: number): string {
  return `note-${number}.md`;
}

/** About 1.1 KB; what the shell's `seq` of `noteCommand` prints. */
export function noteText(number: number): string {
  return Array.from({ length: NOTE_LINES }, (_, line) => `${number * 37 + line}\n`).join('');
}

/** The same files, made in our shell. */
export function noteCommand(files: number): string {
  return `for i in $(seq 1 ${files}); do seq $((i * 37)) $((i * 37 + ${NOTE_LINES - 1})) > note-$i.md; done`;
}

export const EDITED = noteName(7);
/** Both devices change this file: `a` its beginning, `b` its end. */
export const CONTESTED = noteName(1);
export const EDIT_OF_A = 'the first device was here\n';
export const EDIT_OF_B = 'the second device was here\n';

/** What became of the edits, by all texts that each device shows its person. */
export function judgeEdits(devices: readonly (readonly string[])[]): string {
  const has = (texts: readonly string[], edit: string): boolean => texts.some((text) => text.includes(edit.trim()));
  if (devices.every((texts) => texts.some((text) => has([text], EDIT_OF_A) && has([text], EDIT_OF_B)))) return 'both, merged';
  if (devices.every((texts) => has(texts, EDIT_OF_A) && has(texts, EDIT_OF_B))) return 'both, as two files';
  const all = devices.flat();
  return has(all, EDIT_OF_A) && has(all, EDIT_OF_B) ? 'each has only one' : 'one is lost';
}
