import { afterEach, expect, test, vi } from 'vitest';
import { openHistory } from '@/lib/client/history.ts';
import { lateHistory } from '@/lib/client/late-history.ts';
import { workingDirectory } from '@/lib/client/working-directory.ts';
import { createMemoryFiles } from '@/lib/core/fs/memory-files.ts';
import { coreCommands } from '@/lib/core/shell/core-commands.ts';
import { createShell } from '@/lib/core/shell/shell.ts';
import { headlessTerminal } from '@/lib/core/tty/headless-terminal.ts';
import { Tty } from '@/lib/core/tty/tty.ts';
import { startSession } from '../session.ts';
import { accountCommands } from './account-commands.ts';
import { ANN } from './testing/run-account-command.ts';

afterEach(() => vi.unstubAllGlobals());

const PROMPT = 'me@selkie:~$';
const CODES = Array.from({ length: 10 }, (_, index) => `KEEP-${index}`);
const SECRET = 'JBSWY3DPEHPK3PXP';

/** The terminal as in the page, with keys in and the whole buffer out, before a server that answers by route. */
function setUp(replies: Record<string, [number, unknown][]>) {
  const sent: string[] = [];
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    sent.push(String(init.body ?? ''));
    const script = replies[`${init.method} ${url.replace('/api/', '')}`] ?? [[404, { code: 'not-found' }]];
    const [status, body] = script.length > 1 ? script.shift() ?? [500, {}] : script[0] ?? [500, {}];
    return new Response(status === 204 ? null : JSON.stringify(body), { status });
  });
  const head = headlessTerminal(80, 40);
  const files = createMemoryFiles({ now: () => 0 });
  const stored: string[] = [];
  const storage = { getItem: () => null, setItem: (_key: string, value: string) => void stored.push(value), removeItem: () => undefined, key: () => null, length: 0, clear: () => undefined };
  const history = openHistory({ owner: ANN.id, tab: 't', storage, now: () => 0 });
  const status = { state: 'synced' as const, pending: 0, message: undefined };
  const workspace = {
    files, person: ANN, status, synced: undefined, exchange: { lastMs: undefined, retryAtMs: undefined }, onOwner: () => () => undefined, onNotice: () => () => undefined,
    signedIn: async () => undefined, sessionEnded: () => undefined, syncNow: async () => status, unsynced: async () => ({ files: 0, isHeard: true }), wipe: () => undefined,
    ignored: () => [], pause: () => undefined, resume: () => undefined, rejoin: async () => status,
  };
  const tty: Tty = new Tty(head.port, () => session.interrupt());
  const session = startSession({
    tty, workspace, history: lateHistory(async () => history), directory: workingDirectory(undefined), loadShell: async () => createShell,
    loadCommands: async () => [...coreCommands, ...accountCommands(async () => ({
      workspace, past: () => undefined, unsaved: () => [], page: { choose: async () => undefined, takeDropped: () => undefined, save: () => undefined },
      owed: { owe: () => false, forget: () => undefined }, after: () => () => undefined, keepHistory: () => undefined, settle: async () => undefined, channel: { tell: () => undefined }, notice: () => undefined, origin: 'http://localhost:3000', device: 'firefox-linux', leaveTo: () => undefined,
    }))],
    now: () => 0, monotonic: () => performance.now(), random: () => 0.5,
    yieldNow: () => new Promise((resolve) => setImmediate(resolve)), delay: () => Promise.resolve(), painted: async () => undefined, edit: () => Promise.resolve(), onState: () => undefined,
  });
  const until = async (end: string): Promise<string> => {
    for (;;) {
      await head.settled();
      await new Promise((resolve) => setImmediate(resolve));
      if (head.text().endsWith(end)) return head.text();
    }
  };
  return { type: (data: string) => tty.input(data), until, history, files, sent, stored };
}

test('passwords and recovery codes that are typed are sent, and are nowhere on the screen, in the history, in storage or in killed text', async () => {
  const { type, until, history, sent, stored } = setUp({
    'GET auth/totp': [[200, { enabled: true, recoveryCodesLeft: 8 }]], 'DELETE auth/totp': [[403, { code: 'step-up-required' }], [204, {}]],
    'POST auth/step-up': [[200, { status: 'stepped-up', until: '2026-11-21T10:10:00.000Z' }]],
    'POST auth/sign-in': [[200, { status: 'challenge', challenge: 'totp' }], [200, { status: 'signed-in', user: ANN }]],
    'POST auth/challenge': [[200, { status: 'recovered', codesLeft: 7 }]],
  });
  type('mfa off\r');
  await until('Password:');
  // Killed and yanked within the prompt: what was cut must not come back at the next prompt.
  type('Hunter2-killed\x15Hunter2-proof\r');
  await until(PROMPT);
  type('login ann@example.com\r');
  await until('Password:');
  type('Hunter2-login\r');
  await until('(or `recovery`):');
  type('recovery\r');
  await until('Recovery code:');
  type('Hunter2-RECOVERY\r');
  await until(PROMPT);
  type('\x19\r\x1b[A\x1b[A\x1b[A');
  const screen = await until('mfa off');
  expect(sent).toEqual(expect.arrayContaining(['{"password":"Hunter2-proof"}', '{"recoveryCode":"Hunter2-RECOVERY"}']));
  expect(sent.filter((body) => body.includes('Hunter2-login')).length).toBe(2);
  expect(history.entries()).toEqual(['mfa off', 'login ann@example.com']);
  expect(`${screen}${stored.join('')}`).not.toMatch(/hunter2/i);
  expect(screen).toContain('7 are left');
});

test('mfa codes > FILE: the codes are in the file, one a line, and not on the screen', async () => {
  const { type, until, files } = setUp({
    'GET auth/totp': [[200, { enabled: true, recoveryCodesLeft: 1 }]], 'POST auth/totp/recovery-codes': [[403, { code: 'step-up-required' }], [200, { recoveryCodes: CODES }]],
    'POST auth/step-up': [[200, { status: 'stepped-up', until: '2026-11-21T10:10:00.000Z' }]],
  });
  type('mfa codes > codes.txt\r');
  await until('Password:');
  type('pw\r');
  const screen = await until(PROMPT);
  expect(new TextDecoder().decode(files.read('/home/me/codes.txt'))).toBe(`${CODES.join('\n')}\n`);
  expect(screen).not.toContain('KEEP-');
  expect(screen).toContain('They are written; keep a copy outside Selkie');
});

test('mfa on draws the picture whole: every row of it is on the screen at the question, and none is broken', async () => {
  const { type, until } = setUp({
    'GET auth/totp': [[200, { enabled: false, recoveryCodesLeft: 0 }]],
    'POST auth/totp': [[200, { secret: SECRET, uri: `otpauth://totp/Selkie:ann%40example.com?secret=${SECRET}&issuer=Selkie` }]],
  });
  await until(PROMPT);
  type('clear; mfa on\r');
  const lines = (await until('Code that the app shows:')).split('\n');
  expect(lines.length).toBeLessThanOrEqual(40);
  expect([lines[0], lines.at(-2)]).toEqual(['Scan this with an authenticator app:', 'Or type its secret: JBSW Y3DP EHPK 3PXP']);
  expect(lines.filter((line) => line.includes('▀')).length).toBeGreaterThan(15);
});
