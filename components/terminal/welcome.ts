const NAME = '\x1b[1;36mSelkie\x1b[0m';
const KEY = '\x1b[1m';
const DIM = '\x1b[90m';
const RESET = '\x1b[0m';

/** Lines of at most 44 cells, so that they stand on a phone as they do on a desk. */
export function welcome(options: { isFirstVisit: boolean; email: string | undefined }): string {
  if (!options.isFirstVisit) {
    const who = options.email === undefined ? `${DIM}files stay in this browser${RESET}` : `${DIM}${options.email}${RESET}`;
    return `${NAME} ${DIM}·${RESET} ${who} ${DIM}· help${RESET}\n\n`;
  }
  return [
    `${NAME} ${DIM}· your own terminal, in any browser${RESET}`,
    `${DIM}Files stay in this browser and work offline.${RESET}`,
    '',
    `  ${KEY}help${RESET}    what you can type`,
    `  ${KEY}signup${RESET}  the same files on every device`,
    '',
    '',
  ].join('\n');
}
