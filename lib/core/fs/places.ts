/** Where things are in a person's file system. Only what is under `HOME` is kept and synced. */
export const HOME = '/home/me';
export const TMP = '/tmp';
/** The files of history, one device's beside another's; see lib/client/history-files.ts. */
export const HISTORY_DIRECTORY = `${HOME}/.local/state/selkie/history`;
