import type { Command } from '@/lib/core/shell/command.ts';
import type { LateCommand } from '@/lib/core/shell/command-table.ts';
import type { AccountTools } from './account-tools.ts';

/** The commands that only the terminal in the page has; each is fetched, and `tools` asked for, when it is first used. */
export function accountCommands(tools: () => Promise<AccountTools>): LateCommand[] {
  const late = (name: string, load: () => Promise<Command>): LateCommand => ({ name, load });
  return [
    late('signup', async () => (await import('./signup.ts')).signupCommand(await tools())),
    late('confirm', async () => (await import('./confirm.ts')).confirmCommand),
    late('login', async () => (await import('./login.ts')).loginCommand(await tools())),
    late('logout', async () => (await import('./logout.ts')).logoutCommand(await tools())),
    late('whoami', async () => (await import('./whoami.ts')).whoamiCommand(await tools())),
    late('account', async () => (await import('./account.ts')).accountCommand(await tools())),
    late('passwd', async () => (await import('./passwd.ts')).passwdCommand(await tools())),
    late('forgot', async () => (await import('./forgot.ts')).forgotCommand),
    late('mfa', async () => (await import('./mfa.ts')).mfaCommand(await tools())),
    late('passkey', async () => (await import('./passkey.ts')).passkeyCommand(await tools())),
    late('sessions', async () => (await import('./sessions.ts')).sessionsCommand(await tools())),
    late('audit', async () => (await import('./audit.ts')).auditCommand(await tools())),
    late('sync', async () => (await import('./sync.ts')).syncCommand(await tools())),
    late('download', async () => (await import('./download.ts')).downloadCommand(await tools())),
    late('import', async () => (await import('./import.ts')).importCommand(await tools())),
    late('upload', async () => (await import('./upload.ts')).uploadCommand(await tools())),
    late('export', async () => (await import('./export.ts')).exportCommand(await tools())),
  ];
}
