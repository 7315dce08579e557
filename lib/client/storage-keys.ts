import 'client-only';

/**
 * Every key of this origin's localStorage, and nothing else may name one. `owner` is `local` before sign-in,
 * else the person's Cognito `sub`: what belongs to one person is never read under another's name.
 */
export const STORAGE_PREFIX = 'selkie1:';

export const storageKeys = {
  /** JSON `{id,email}` of the person whose files are open; absent = `local`. */
  who: `${STORAGE_PREFIX}who`,
  /** The theme that was shown last (JSON), so that a page has its colours before it has its files; nothing else of the settings. */
  theme: `${STORAGE_PREFIX}theme`,
  /** Present once the tour was done or left; never shown by itself again in this browser. */
  toured: `${STORAGE_PREFIX}toured`,
  /** Present while the server has not been told yet that the person left (owed-sign-out.ts). */
  leaving: `${STORAGE_PREFIX}leaving`,
  /** Everything of one owner; used to wipe. */
  ofOwner: (owner: string) => `${STORAGE_PREFIX}${owner}:`,
  /** What every file version of an owner begins with; `<file id>:<lamport>.<tab>` follows (version-store.ts). */
  files: (owner: string) => `${STORAGE_PREFIX}${owner}:f:`,
  /** The base: what the last exchange with the store left (JSON). */
  base: (owner: string) => `${STORAGE_PREFIX}${owner}:b`,
  /** What the notes of sent commits begin with; `<seq>.<commit id>` follows (base-store.ts). */
  sent: (owner: string) => `${STORAGE_PREFIX}${owner}:s:`,
  /** What the keys of texts begin with that were merged and are not in the log yet; `<file id>.<hash>` follows. */
  kept: (owner: string) => `${STORAGE_PREFIX}${owner}:m:`,
  /** Seq of the head in the last listing of the store. */
  listed: (owner: string) => `${STORAGE_PREFIX}${owner}:l`,
  /** What the drafts of the editor begin with; `<n>.<tab>` follows (drafts.ts). */
  drafts: (owner: string) => `${STORAGE_PREFIX}${owner}:t:`,
  /** Present while syncing is paused in this browser. */
  paused: (owner: string) => `${STORAGE_PREFIX}${owner}:p`,
  /** When the last exchange was, milliseconds since the epoch; for telling only. */
  exchanged: (owner: string) => `${STORAGE_PREFIX}${owner}:e`,
  /** Hash of the ignore rules whose effect has been told. */
  rulesTold: (owner: string) => `${STORAGE_PREFIX}${owner}:i`,
  /** Room kept free for what must work at quota; thrown away when it is needed (key-value-store.ts). */
  reserve: `${STORAGE_PREFIX}reserve`,
  /** Command history, one key a tab so that tabs never overwrite each other. */
  history: (owner: string, tab: string) => `${STORAGE_PREFIX}${owner}:h:${tab}`,
  /** What was forgotten of the history (JSON), for tabs that still hold it. */
  historyForgotten: (owner: string) => `${STORAGE_PREFIX}${owner}:g`,
  /** The random part of the names of this browser's files of history. */
  historyDevice: (owner: string) => `${STORAGE_PREFIX}${owner}:n`,
  /** In sessionStorage, not localStorage: what the panes of this tab showed when it was left (JSON); what the keys of all owners begin with. */
  screens: `${STORAGE_PREFIX}screens:`,
  screensOf: (owner: string) => `${STORAGE_PREFIX}screens:${owner}`,
  /** Working directory of the tab that moved last; where a new tab starts. */
  directory: (owner: string) => `${STORAGE_PREFIX}${owner}:d`,
} as const;
