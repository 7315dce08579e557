/** Where an export keeps the objects of the log. */
export const HISTORY_DIRECTORY = '.selkie-history';
