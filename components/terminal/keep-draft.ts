import type { Draft, Drafts } from '@/lib/client/drafts.ts';
import { ownerOf } from './session.ts';

/**
 * Keeps what is unsaved in an open editor as a draft: when the person pauses, at least every few seconds while they
 * do not, and when the page may be about to go.
 */
export interface DraftKeeper {
  /** The last attempt found no room. */
  readonly isFull: boolean;
  /** Something was typed. */
  touch(): void;
  /** Keeps it now; with nothing unsaved the draft goes. */
  now(): void;
  /** Goes on with a draft that was offered and taken. */
  takeOver(draft: Draft): void;
  /** Removes the draft: its text is saved, or not wanted. */
  forget(): void;
  /** Runs `work` in the room that the draft takes; when it fails the draft comes back. False also when there is none to give way. */
  giveWay(work: () => boolean): boolean;
  dispose(): void;
}

export interface DraftKeeperOptions {
  /** Of those whose files are open now. */
  drafts: () => Drafts;
  /** undefined: nothing is unsaved. */
  read: () => Pick<Draft, 'path' | 'from' | 'text'> | undefined;
  /** Runs work later; answers what cancels it. */
  after: (ms: number, work: () => void) => () => void;
  /** Milliseconds of any clock. */
  monotonic: () => number;
  /** `isFull` has changed. */
  onRoom: () => void;
}

const IDLE_MS = 1000;
const LONGEST_MS = 5000;
/** Before any sign-in; what is theirs goes along to the account. */
const NOBODY = ownerOf(undefined);

export function keepDraft({ drafts, read, after, monotonic, onRoom }: DraftKeeperOptions): DraftKeeper {
  let { owner } = drafts();
  let own: string | undefined;
  let kept: Pick<Draft, 'path' | 'from' | 'text'> | undefined;
  let isFull = false;
  let firstMs: number | undefined;
  let cancel = (): void => undefined;

  /** Undefined when the files of other people are open by now: what is typed here is not theirs. */
  const ours = (): Drafts | undefined => {
    const now = drafts();
    if (now.owner !== owner && owner !== NOBODY) return undefined;
    ({ owner } = now);
    return now.isOpen() ? now : undefined;
  };
  const forget = (): void => {
    if (own !== undefined) ours()?.drop(own);
    [own, kept] = [undefined, undefined];
  };
  const now = (): void => {
    cancel();
    firstMs = undefined;
    const unsaved = read();
    if (unsaved === undefined) {
      forget();
      return;
    }
    const to = ours();
    if (to === undefined) return;
    const isKept = own !== undefined && to.has(own) && kept?.text === unsaved.text && kept.path === unsaved.path && kept.from === unsaved.from;
    const name = isKept ? own : to.keep(unsaved, own);
    if (name !== undefined) [own, kept] = [name, unsaved];
    if (isFull === (name === undefined)) return;
    isFull = name === undefined;
    onRoom();
  };

  return {
    get isFull() {
      return isFull;
    },
    touch() {
      cancel();
      firstMs ??= monotonic();
      cancel = after(Math.max(0, Math.min(IDLE_MS, firstMs + LONGEST_MS - monotonic())), now);
    },
    now,
    takeOver(draft) {
      forget();
      [own, kept] = [draft.name, draft];
    },
    forget,
    giveWay(work) {
      const before = kept;
      if (before === undefined) return false;
      forget();
      if (work()) return true;
      own = ours()?.keep(before, undefined);
      kept = before;
      return false;
    },
    dispose: () => cancel(),
  };
}
