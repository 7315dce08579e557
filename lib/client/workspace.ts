import 'client-only';
import { adoptFiles } from '@/lib/core/fs/adopt-files.ts';
import { FsError, type Files } from '@/lib/core/fs/files.ts';
import { isKeyPart } from '@/lib/core/fs/file-version.ts';
import { StorageFull, withReserve } from '@/lib/core/fs/key-value-store.ts';
import { createMountFiles } from '@/lib/core/fs/mount-files.ts';
import { openStoredFiles, type Replica, type StoredFiles } from '@/lib/core/fs/stored-files.ts';
import * as limits from '@/lib/core/limits.ts';
import { seqOfBase } from '@/lib/core/sync/base-seq.ts';
import { base64url } from '@/lib/core/sync/sha256.ts';
import type { SyncTransport } from '@/lib/core/sync/transport.ts';
import { adoptDrafts } from './adopt-drafts.ts';
import { browserHost, type BrowserHost } from './browser-host.ts';
import type { DraftsOptions } from './drafts.ts';
import { openLocalStore } from './local-store.ts';
import { storageKeys } from './storage-keys.ts';
import type { Exchange, OpenBases, SyncClient, SyncClientOptions, SyncNotes, SyncStatus } from './sync-client.ts';

export type { Exchange, SyncState, SyncStatus } from './sync-client.ts';

/**
 * The files and their sync, as the terminal sees them. Opens at once from what this browser keeps; the network
 * comes later or never. Everything is kept under its owner: `local` before the first sign-in, else the
 * person's id. Switching the owner exchanges what lies under home; nothing of one is ever shown to another.
 * Rejected: one set of files with an "owner" mark on each, where one forgotten check shows them to a stranger.
 */
export interface Person {
  id: string;
  email: string;
}

export interface Workspace {
  /** Whole tree: `/` memory, `/home/me` kept in localStorage and synced, `/tmp` memory, `/dev/null`. */
  readonly files: Files;
  /** undefined = `local` (never signed in, or after sign-out). Still set when the session expired. */
  readonly person: Person | undefined;
  readonly status: SyncStatus;
  /** False in private windows and the like: memory only, with a standing notice in `status.message`. */
  readonly durable: boolean;
  onStatus(listener: (status: SyncStatus) => void): () => void;
  /** Sentences to print above the prompt; queued until a listener is there. */
  onNotice(listener: (sentence: string) => void): () => void;
  /** The files shown have another owner (sign-in here or in another tab, wipe). */
  onOwner(listener: (person: Person | undefined) => void): () => void;
  /** Shows this person's files, takes those from before the sign-in into the account, and starts to sync. */
  signedIn(person: Person): Promise<void>;
  /** The server says that there is no session: keeps files and owner, stops syncing. */
  sessionEnded(): void;
  /** Pushes and pulls now, even while paused; resolves with how this round ended, which pausing does not hide. */
  syncNow(): Promise<SyncStatus>;
  /** Stops syncing by itself in this browser, for this person, until `resume`; outlives the page. */
  pause(): void;
  resume(): void;
  /** When the last exchange was, and when the next attempt is. */
  readonly exchange: Exchange;
  /** The way out of a stop because the store was put back or emptied: see rejoin.ts. Only by the person's explicit word. */
  rejoin(): Promise<SyncStatus>;
  /** Paths that `.selkieignore` keeps out of the account; they exist only here. */
  ignored(): string[];
  /** What history is read from; undefined when nobody is signed in. */
  readonly synced: Synced | undefined;
  /** Where the editor keeps what is not saved (drafts.ts), for those whose files are open. */
  readonly draftPlace: DraftsOptions;
  /**
   * Pushes, then counts the files that exist only here, ignored ones included; 0 means that wiping loses no file, if the
   * store was heard from.
   */
  unsynced(): Promise<{ files: number; isHeard: boolean }>;
  /** Removes every key of this person from this browser and goes back to `local`. */
  wipe(): void;
  dispose(): void;
}

/** What history, restore and undo work with: the same files by id, what the last exchange left, the way to the log. */
export interface Synced {
  owner: string;
  device: string;
  replica: Replica;
  bases: OpenBases;
  sync: SyncTransport['sync'];
}

const LOCAL = 'local';
const MEMORY_ONLY = 'This browser keeps nothing for this page, so your files are gone when you close it unless you sign in.';

/** By hand: the prompt waits for this, and a library of checks is a tenth of our code before it. */
function parsePerson(value: unknown): Person | undefined {
  if (typeof value !== 'object' || value === null || !('id' in value) || !('email' in value)) return undefined;
  const { id, email } = value;
  if (typeof id !== 'string' || !isKeyPart(id) || id === LOCAL) return undefined;
  return typeof email === 'string' && email.length <= limits.emailMaxBytes ? { id, email } : undefined;
}

export function openWorkspace(
  options: {
    transport: SyncTransport;
    sessionState: () => Promise<'live' | 'absent' | 'unknown'>;
    startSync: (options: SyncClientOptions) => SyncClient;
  },
  host: BrowserHost = browserHost(window),
): Workspace {
  const { store: plain, isDurable } = openLocalStore(() => host.storage());
  const store = withReserve(plain, storageKeys.reserve, limits.storageReserveUnits);
  const tab = base64url(host.random(9));
  const device = host.device();

  const statusListeners = new Set<(status: SyncStatus) => void>();
  const noticeListeners = new Set<(sentence: string) => void>();
  const ownerListeners = new Set<(person: Person | undefined) => void>();
  let queue: string[] = [];
  const notice = (sentence: string): void => {
    if (noticeListeners.size === 0) queue.push(sentence);
    for (const listener of [...noticeListeners]) listener(sentence);
  };

  const basesOf = (owner: string): OpenBases => (create) =>
    create(store, {
      base: storageKeys.base(owner), sent: storageKeys.sent(owner), kept: storageKeys.kept(owner), listed: storageKeys.listed(owner),
    });
  /** Without room for a note this page goes on as if it had been written. */
  const note = (key: string, value: string): void => {
    try {
      store.setUrgent(key, value);
    } catch (error) {
      if (!(error instanceof StorageFull)) throw error;
    }
  };
  const notesOf = (owner: string): SyncNotes => ({
    isPaused: () => store.get(storageKeys.paused(owner)) !== undefined,
    setPaused(isPaused) {
      if (isPaused) note(storageKeys.paused(owner), '');
      else store.remove(storageKeys.paused(owner));
    },
    exchangedMs() {
      const value = store.get(storageKeys.exchanged(owner)) ?? '';
      return /^\d{1,15}$/.test(value) ? Number(value) : undefined;
    },
    setExchangedMs: (atMs) => note(storageKeys.exchanged(owner), String(Math.trunc(atMs))),
    tellsRules(hash) {
      if (store.get(storageKeys.rulesTold(owner)) === hash) return false;
      note(storageKeys.rulesTold(owner), hash);
      return true;
    },
  });

  const openHome = (owner: string): StoredFiles => {
    const home = openStoredFiles({
      store, prefix: storageKeys.files(owner), tab, device, now: () => host.now(),
      keepsRemovals: owner !== LOCAL, newId: () => base64url(host.random(12)),
    });
    try {
      for (const sentence of home.replica.settle(seqOfBase(store.get(storageKeys.base(owner))))) notice(sentence);
    } catch (error) {
      // No room to settle: everything is still there, and the next round tries again.
      if (!(error instanceof FsError)) throw error;
    }
    const damaged = home.replica.damaged();
    if (damaged > 0) {
      notice(damaged === 1
        ? 'One file in this browser is damaged and was set aside; everything else works.'
        : `${damaged} files in this browser are damaged and were set aside; everything else works.`);
    }
    return home;
  };

  const readWho = (): Person | undefined => {
    try {
      return parsePerson(JSON.parse(store.get(storageKeys.who) ?? 'null'));
    } catch {
      return undefined;
    }
  };

  let person = readWho();
  let home = openHome(person?.id ?? LOCAL);
  const files = createMountFiles({ now: () => host.now(), home });
  let client: SyncClient | undefined;

  const withDurability = (status: SyncStatus): SyncStatus =>
    isDurable || status.message !== undefined ? status : { ...status, message: MEMORY_ONLY };
  const status = (): SyncStatus =>
    withDurability(client?.status ?? { state: 'signed-out', pending: 0, message: undefined });
  const tellStatus = (): void => {
    const now = status();
    for (const listener of [...statusListeners]) listener(now);
  };

  const startClient = (owner: string): void => {
    client = options.startSync({
      owner, files: home, transport: options.transport, sessionState: options.sessionState, host, notice,
      bases: basesOf(owner), notes: notesOf(owner),
      onStatus: tellStatus,
    });
  };

  /** Shows the files of another owner; the old client changes nothing any more. */
  const switchTo = (next: Person | undefined): void => {
    client?.dispose();
    client = undefined;
    person = next;
    home = openHome(next?.id ?? LOCAL);
  };
  const showOwner = (): void => {
    files.setHome(home);
    for (const listener of [...ownerListeners]) listener(person);
    tellStatus();
  };

  let draftSerial = 0;
  const draftPlaceOf = (owner: string): DraftsOptions => ({
    store, owner, prefix: storageKeys.drafts(owner), newName: () => `${++draftSerial}.${tab}`, now: () => host.now(),
    isOpen: () => (readWho()?.id ?? LOCAL) === owner,
  });

  const adopt = (): void => {
    if (person !== undefined) adoptDrafts(store, storageKeys.drafts(LOCAL), storageKeys.drafts(person.id));
    const local = openHome(LOCAL);
    if (local.replica.entries().size === 0) return;
    const { moved, stayed } = adoptFiles(local, home, device);
    if (moved > 0) notice(`${moved === 1 ? 'One file' : `${moved} files`} from before you signed in ${moved === 1 ? 'is' : 'are'} now in your account.`);
    if (stayed > 0) notice(`${stayed === 1 ? 'One file' : `${stayed} files`} could not be taken into your account because this browser is full; sign out to see ${stayed === 1 ? 'it' : 'them'} again.`);
  };

  let hasAskedToPersist = false;
  const stops = [
    files.onChange(() => {
      if (hasAskedToPersist || !isDurable) return;
      hasAskedToPersist = true;
      host.persist();
    }),
    host.onStorage((key) => {
      if (key === undefined || key === storageKeys.who) {
        const who = readWho();
        if (who?.id !== person?.id) {
          switchTo(who);
          if (who !== undefined) startClient(who.id);
          showOwner();
          return;
        }
      }
      home.refresh(key);
      if (key !== undefined && person !== undefined && key === storageKeys.base(person.id)) tellStatus();
      if (key !== undefined && person !== undefined && key === storageKeys.paused(person.id)) client?.pauseChanged();
    }),
  ];

  if (!isDurable) notice(MEMORY_ONLY);
  if (person !== undefined) startClient(person.id);

  return {
    files,
    get person() {
      return person;
    },
    get status() {
      return status();
    },
    durable: isDurable,
    onStatus: (listener) => subscribe(statusListeners, listener),
    onNotice(listener) {
      const stop = subscribe(noticeListeners, listener);
      const waiting = queue;
      queue = [];
      for (const sentence of waiting) listener(sentence);
      return stop;
    },
    onOwner: (listener) => subscribe(ownerListeners, listener),

    async signedIn(next) {
      if (parsePerson(next) === undefined) {
        notice('The server named a person this page cannot keep files for; nothing was changed.');
        return;
      }
      const known = person;
      if (known?.id === next.id) {
        adopt();
        if (client === undefined) startClient(next.id);
        else client.begin();
        return;
      }
      switchTo({ id: next.id, email: next.email });
      try {
        store.setUrgent(storageKeys.who, JSON.stringify({ id: next.id, email: next.email }));
      } catch (error) {
        // Not remembered for the next start, which will ask the server again.
        if (!(error instanceof StorageFull)) throw error;
      }
      adopt();
      showOwner();
      startClient(next.id);
    },

    sessionEnded() {
      client?.end();
      tellStatus();
    },

    async syncNow() {
      const done = await client?.syncNow();
      return done === undefined ? status() : withDurability(done);
    },

    pause: () => client?.setPaused(true),
    resume: () => client?.setPaused(false),
    get exchange() {
      return client?.exchange ?? { lastMs: undefined, retryAtMs: undefined };
    },
    async rejoin() {
      const done = await client?.rejoin();
      return done === undefined ? status() : withDurability(done);
    },
    ignored: () => client?.ignored() ?? [],
    get synced() {
      if (person === undefined) return undefined;
      const { id } = person;
      return { owner: id, device, replica: home.replica, bases: basesOf(id), sync: options.transport.sync };
    },

    get draftPlace() {
      return draftPlaceOf(person?.id ?? LOCAL);
    },

    async unsynced() {
      if (client === undefined) return { files: 0, isHeard: true };
      const { state, pending } = await client.syncNow();
      // A store that lost what it had, or cannot be trusted: then nothing here counts as being there.
      const count = state === 'stopped'
        ? [...home.replica.entries().values()].filter((entry) => entry.kind === 'file').length
        : pending + client.ignored().length;
      return { files: count + home.replica.damaged(), isHeard: state !== 'offline' && state !== 'unavailable' };
    },

    wipe() {
      if (person === undefined) return;
      const owner = person.id;
      client?.dispose();
      client = undefined;
      // The name first: should the page end here, the next start shows no wiped person's remains.
      store.remove(storageKeys.who);
      for (const key of store.keys(storageKeys.ofOwner(owner))) store.remove(key);
      switchTo(undefined);
      showOwner();
    },

    dispose() {
      client?.dispose();
      for (const stop of stops) stop();
      statusListeners.clear();
      noticeListeners.clear();
      ownerListeners.clear();
    },
  };
}

function subscribe<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
