import { confirmTotp, newRecoveryCodes, removeTotp, startTotp, totp } from '@/lib/client/account.ts';
import type { TotpState } from '@/lib/client/account.ts';
import type { Command, CommandContext, TerminalIo } from '@/lib/core/shell/command.ts';
import { parseOptions } from '@/lib/core/shell/tools/options.ts';
import { untilAborted } from '@/lib/core/shell/until-aborted.ts';
import { complain, failureSentence, readCode, remark, requirePerson, requireTerminal, say } from './account-tools.ts';
import type { AccountTools } from './account-tools.ts';
import { showAuthenticatorSecret, showRecoveryCodes } from './authenticator-setup.ts';
import { withStepUp } from './step-up-flow.ts';

/** From here on it is time for new ones. */
const FEW_CODES = 3;

export const mfaCommand = (tools: Pick<AccountTools, 'workspace'>): Command => ({
  name: 'mfa',
  section: 'account',
  summary: 'Ask for an authenticator app\'s code at sign-in, or stop asking',
  usage: 'mfa [on [--plain]|off|codes]',
  verbs: [['on', 'set up an authenticator app'], ['off', 'the password alone is enough'], ['codes', 'ten new recovery codes']],
  help: 'mfa                whether it is on, and how many recovery codes are left\n'
    + 'mfa on             set up an app: scan the picture or type the secret, then its code\n'
    + 'mfa on --plain     without the picture, for a screen reader\n'
    + 'mfa off            the password alone is enough again\n'
    + 'mfa codes          ten new recovery codes; the old ones end\n'
    + 'mfa codes > FILE   the same, kept in a file',
  async run(context) {
    const options = parseOptions(context.args, { short: '', long: { plain: 'P' } });
    const [verb, ...more] = options.operands;
    if (more.length > 0 || (options.has('P') && verb !== 'on')) return complain(context, 'Use `mfa`, `mfa on`, `mfa off` or `mfa codes`.');
    if (verb !== undefined && verb !== 'on' && verb !== 'off' && verb !== 'codes') {
      return complain(context, `There is no \`mfa ${verb}\`; use \`mfa on\`, \`mfa off\` or \`mfa codes\`.`);
    }
    if ((await requirePerson(tools, context)) === undefined) return 1;
    const reply = await untilAborted(context.signal, totp());
    if (!reply.ok) return complain(context, failureSentence(reply));
    const { enabled } = reply.data;
    if (verb === undefined) {
      await say(context, `Authenticator app: ${totpInWords(reply.data)}`);
      return 0;
    }
    if (verb === 'on') {
      if (enabled) return complain(context, 'An authenticator app is set up already; `mfa off` comes before another one.');
      const terminal = await requireTerminal(context);
      return terminal === undefined ? 1 : turnOn(context, terminal, options.has('P'));
    }
    if (!enabled) return complain(context, 'No authenticator app is set up; `mfa on` does that.');
    return verb === 'off' ? turnOff(context) : renewCodes(context);
  },
});

/** As in `mfa` and `account`. */
export function totpInWords({ enabled, recoveryCodesLeft }: TotpState): string {
  if (!enabled) return 'off; `mfa on` sets one up.';
  const left = recoveryCodesLeft === 1 ? '1 recovery code is left' : `${recoveryCodesLeft} recovery codes are left`;
  return `on; ${left}${recoveryCodesLeft < FEW_CODES ? ', `mfa codes` makes new ones' : ''}.`;
}

async function turnOn(context: CommandContext, terminal: TerminalIo, isPlain: boolean): Promise<number> {
  const started = await withStepUp(context, startTotp);
  if (started === undefined) return 1;
  if (!started.ok) return complain(context, failureSentence(started));
  await showAuthenticatorSecret(context, started.data, isPlain);
  for (;;) {
    const code = await readCode(terminal, 'Code that the app shows: ');
    const reply = await withStepUp(context, () => confirmTotp(code));
    if (reply === undefined) return 1;
    if (reply.ok) {
      await remark(context, 'From now on signing in asks for a code of the app.');
      await showRecoveryCodes(context, reply.data.recoveryCodes);
      return 0;
    }
    if (reply.code !== 'wrong-code' && reply.code !== 'invalid-request') return complain(context, `${failureSentence(reply)} Nothing was changed.`);
    await complain(context, 'That code is wrong; wait for the app\'s next one and type it. Ctrl-C changes nothing.');
  }
}

async function turnOff(context: CommandContext): Promise<number> {
  const reply = await withStepUp(context, removeTotp);
  if (reply === undefined) return 1;
  if (!reply.ok) return complain(context, failureSentence(reply));
  await say(context, 'Signing in asks for no code any more; you can delete Selkie\'s entry in the app.');
  return 0;
}

async function renewCodes(context: CommandContext): Promise<number> {
  const reply = await withStepUp(context, newRecoveryCodes);
  if (reply === undefined) return 1;
  if (!reply.ok) return complain(context, failureSentence(reply));
  await remark(context, 'The recovery codes that you had before work no more.');
  await showRecoveryCodes(context, reply.data.recoveryCodes);
  return 0;
}
