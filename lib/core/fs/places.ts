/** Where things are in a person's file system. Only what is under `HOME` is kept and synced. */
export const HOME = '/home/me';
export const TMP = '/tmp';
