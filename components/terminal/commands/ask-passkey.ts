import { abortPasskey } from '@/lib/client/passkey.ts';
import type { PasskeyCancelled, PasskeyFailed } from '@/lib/client/passkey.ts';
import type { CommandContext, TerminalIo } from '@/lib/core/shell/command.ts';
import { untilAborted } from '@/lib/core/shell/until-aborted.ts';
import { complain, remark } from './account-tools.ts';

/**
 * Has the browser ask for a passkey; undefined, with a sentence, when it cannot. Some browsers open their dialog only
 * just after a key press and forget it when the server was slow: then, as after a dialog that was closed, Enter is a
 * new key press. Ctrl-C closes the dialog.
 */
export async function askPasskey<T extends { kind: 'made' | 'signed' | 'found' }>(
  context: CommandContext,
  terminal: TerminalIo,
  request: () => Promise<T | PasskeyCancelled | PasskeyFailed>,
): Promise<T | undefined> {
  context.signal.addEventListener('abort', abortPasskey);
  try {
    await remark(context, 'The browser asks for your passkey now; Ctrl-C leaves.');
    for (;;) {
      const outcome: T | PasskeyCancelled | PasskeyFailed = await untilAborted(context.signal, request());
      if (isAnswer(outcome)) return outcome;
      if (outcome.kind === 'failed') {
        await complain(context, outcome.message);
        return undefined;
      }
      await terminal.ask('No passkey was used. Enter asks again, Ctrl-C leaves: ');
    }
  } finally {
    context.signal.removeEventListener('abort', abortPasskey);
  }
}

function isAnswer<T extends { kind: string }>(outcome: T | PasskeyCancelled | PasskeyFailed): outcome is T {
  return outcome.kind !== 'cancelled' && outcome.kind !== 'failed';
}
