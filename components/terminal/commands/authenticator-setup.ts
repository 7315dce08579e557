import type { CommandContext } from '@/lib/core/shell/command.ts';
import { plainText } from '../plain-text.ts';
import { remark, say } from './account-tools.ts';
import { drawQrCode } from './draw-qr-code.ts';

const encoder = new TextEncoder();

/** Rows that the question below the picture takes. */
const ROWS_BELOW = 4;

/**
 * Shows an authenticator app's secret, as a picture where one can stand and as text always. All of it goes to standard
 * error, so that a redirected output holds the recovery codes alone.
 */
export async function showAuthenticatorSecret(
  context: CommandContext,
  { secret, uri }: { secret: string; uri: string },
  isPlain = false,
): Promise<void> {
  const { terminal, env } = context;
  const picture = terminal === undefined || isPlain || env['TERM'] === 'dumb' ? undefined
    : drawQrCode(uri, { columns: terminal.columns(), rows: terminal.rows() - ROWS_BELOW });
  if (picture !== undefined) {
    await remark(context, 'Scan this with an authenticator app:');
    await context.stderr.write(encoder.encode(picture));
  }
  await remark(context, `${picture === undefined ? 'Type this secret into an authenticator app' : 'Or type its secret'}: ${inGroups(secret)}`);
}

/** In fours, as apps show it; they take it with the spaces. */
const inGroups = (secret: string): string => secret.replace(/.{4}(?=.)/g, '$& ');

/** The only time that they are shown: one a line on the output, what they are for beside it. */
export async function showRecoveryCodes(context: CommandContext, codes: readonly string[]): Promise<void> {
  await remark(context, 'Your recovery codes. Each works once, in place of a code of the app, when you have lost it:');
  await context.stdout.write(encoder.encode(codes.map((code) => `${plainText(code)}\n`).join('')));
  if (context.isTerminalOutput) await say(context, 'They are not shown again; keep them outside Selkie.');
  else await remark(context, 'They are written; keep a copy outside Selkie, where you can read it without signing in.');
}
