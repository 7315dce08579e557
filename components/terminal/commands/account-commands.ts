import type { Command } from '@/lib/core/shell/command.ts';
import type { LateCommand } from '@/lib/core/shell/command-table.ts';
import type { AccountTools } from './account-tools.ts';

/** The commands that only the terminal in the page has; each is fetched when it is first used. */
export function accountCommands(tools: AccountTools): LateCommand[] {
  const late = (name: string, load: () => Promise<Command>): LateCommand => ({ name, load });
  return [
    late('signup', async () => (await import('./signup.ts')).signupCommand(tools)),
    late('confirm', async () => (await import('./confirm.ts')).confirmCommand),
    late('login', async () => (await import('./login.ts')).loginCommand(tools)),
    late('logout', async () => (await import('./logout.ts')).logoutCommand(tools)),
    late('whoami', async () => (await import('./whoami.ts')).whoamiCommand(tools)),
    late('account', async () => (await import('./account.ts')).accountCommand(tools)),
    late('passwd', async () => (await import('./passwd.ts')).passwdCommand(tools)),
    late('forgot', async () => (await import('./forgot.ts')).forgotCommand),
    late('mfa', async () => (await import('./mfa.ts')).mfaCommand(tools)),
    late('passkey', async () => (await import('./passkey.ts')).passkeyCommand(tools)),
    late('sessions', async () => (await import('./sessions.ts')).sessionsCommand(tools)),
    late('audit', async () => (await import('./audit.ts')).auditCommand(tools)),
    late('sync', async () => (await import('./sync.ts')).syncCommand(tools)),
    late('download', async () => (await import('./download.ts')).downloadCommand(tools)),
    late('import', async () => (await import('./import.ts')).importCommand(tools)),
    late('export', async () => (await import('./export.ts')).exportCommand(tools)),
  ];
}
