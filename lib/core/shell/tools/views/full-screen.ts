import type { CommandContext, TerminalIo } from '../../command.ts';

/**
 * The terminal when a view may take its screen: not in a pipe or a file, and not where views are plain text, which a
 * screen reader reads line by line (the setting, or `SELKIE_PLAIN=1` for one command).
 */
export function fullScreenOf(context: CommandContext): (TerminalIo & Required<Pick<TerminalIo, 'view'>>) | undefined {
  const { terminal, isTerminalOutput } = context;
  if (terminal?.view === undefined || !isTerminalOutput || isPlain(context)) return undefined;
  return terminal as TerminalIo & Required<Pick<TerminalIo, 'view'>>;
}

/** Whether views are to be plain text. */
export function isPlain({ terminal, env }: CommandContext): boolean {
  return env['SELKIE_PLAIN'] === '1' || terminal?.isPlain?.() === true;
}
