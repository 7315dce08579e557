import type { Command } from '@/lib/core/shell/command.ts';
import type { AccountTools } from './account-tools.ts';
import { accountCommand } from './account.ts';
import { auditCommand } from './audit.ts';
import { confirmCommand } from './confirm.ts';
import { downloadCommand } from './download.ts';
import { exportCommand } from './export.ts';
import { forgotCommand } from './forgot.ts';
import { importCommand } from './import.ts';
import { loginCommand } from './login.ts';
import { logoutCommand } from './logout.ts';
import { mfaCommand } from './mfa.ts';
import { passkeyCommand } from './passkey.ts';
import { passwdCommand } from './passwd.ts';
import { sessionsCommand } from './sessions.ts';
import { signupCommand } from './signup.ts';
import { syncCommand } from './sync.ts';
import { whoamiCommand } from './whoami.ts';

/** The commands that only the terminal in the page has. */
export function accountCommands(tools: AccountTools): Command[] {
  return [
    signupCommand(tools), confirmCommand, loginCommand(tools), logoutCommand(tools), whoamiCommand(tools), accountCommand(tools),
    passwdCommand(tools), forgotCommand, mfaCommand(tools), passkeyCommand(tools), sessionsCommand(tools), auditCommand(tools),
    syncCommand(tools), downloadCommand(tools), importCommand(tools), exportCommand(tools),
  ];
}
