import { vi } from 'vitest';
import type { Draft } from '@/lib/client/drafts.ts';
import type { Person, SyncStatus } from '@/lib/client/workspace.ts';
import { createMemoryFiles } from '@/lib/core/fs/memory-files.ts';
import { Interrupted } from '@/lib/core/shell/command.ts';
import { UsageError } from '@/lib/core/shell/tools/options.ts';
import type { AccountTools } from '../account-tools.ts';
import { accountCommands } from '../account-commands.ts';

export const ANN: Person = { id: 'ann-id', email: 'ann@example.com' };

/** Status, body, Retry-After. */
export type Reply = [number, unknown, string?];

export interface Setting {
  /** By `METHOD /route`: status and body, one after the other; the last one stays. */
  replies?: Record<string, Reply[]>;
  /** What the person types at each question; after the last one, Ctrl-C. */
  answers?: string[];
  person?: Person;
  unsynced?: number;
  /** What the editor has not saved. */
  drafts?: Draft[];
  /** Paths that stay in this browser. */
  ignored?: string[];
  status?: SyncStatus;
  /** What an exchange ends with. */
  exchanged?: SyncStatus;
  /** Whether the browser can note that the person left. */
  hasRoom?: boolean;
  /** Whether the output goes to the screen, or to a file. */
  isTerminalOutput?: boolean;
  columns?: number;
  rows?: number;
}

/** Runs one account command against a scripted server and person; answers all that happened. */
export async function runAccountCommand(line: string, setting: Setting = {}) {
  const { replies = {}, answers = [], person, unsynced = 0, drafts = [], ignored = [], status, exchanged = { state: 'synced', pending: 0, message: undefined }, hasRoom = true, isTerminalOutput = true, columns = 400, rows = 24 } = setting;
  const [name = '', ...args] = line.split(' ');
  const events: string[] = [];
  const requests: string[] = [];
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const route = `${init.method} ${url.replace('/api/', '')}`;
    requests.push(`${route}${init.body === undefined ? '' : ` ${String(init.body)}`}`);
    const script = replies[route];
    if (script === undefined) throw new TypeError('Failed to fetch');
    const [code, body, retryAfter] = script.length > 1 ? script.shift() ?? [500, {}] : script[0] ?? [500, {}];
    return new Response(code === 204 ? null : JSON.stringify(body), {
      status: code, headers: retryAfter === undefined ? {} : { 'Retry-After': retryAfter },
    });
  });
  let who = person;
  const control = new AbortController();
  const files = createMemoryFiles({ now: () => 0 });
  const tools: AccountTools = {
    workspace: {
      get person() { return who; },
      status: status ?? { state: who === undefined ? 'signed-out' as const : 'synced' as const, pending: 0, message: undefined },
      async signedIn(next: Person) {
        // As the terminal does: one person's command ends when another person's files come.
        if (who !== undefined && who.id !== next.id) control.abort();
        who = next;
        events.push(`signed in ${next.id}`);
      },
      sessionEnded() { events.push('session ended'); },
      syncNow: async () => exchanged,
      unsynced: async () => ({ files: unsynced, isHeard: !['offline', 'unavailable'].includes(status?.state ?? '') }),
      ignored: () => ignored,
      exchange: { lastMs: undefined, retryAtMs: undefined },
      synced: undefined,
      pause() { events.push('paused'); },
      resume() { events.push('resumed'); },
      rejoin: async () => ({ state: 'synced' as const, pending: 0, message: undefined }),
      wipe() { who = undefined; events.push('wiped'); },
    },
    past: () => undefined,
    unsaved: () => drafts,
    page: {
      choose: async () => undefined,
      takeDropped: () => undefined,
      save: (file: string) => void events.push(`saved ${file}`),
    },
    owed: { owe: () => { events.push('owed'); return hasRoom; }, forget: () => undefined },
    after: () => () => undefined,
    keepHistory: () => undefined,
    settle: async () => undefined,
    channel: { tell: (event: string) => void events.push(`told ${event}`) },
    notice: (sentence: string) => void events.push(`notice ${sentence}`),
    origin: 'http://localhost:3000',
    device: 'firefox-linux',
    leaveTo: (path: string) => void events.push(`left to ${path}`),
  };
  const command = await accountCommands(async () => tools).find((each) => each.name === name)?.load();
  if (command === undefined) throw new Error(`no command ${name}`);
  let out = '';
  let stdout = '';
  const sink = (onText: (text: string) => void) => ({ write: async (bytes: Uint8Array) => onText(new TextDecoder().decode(bytes)) });
  const asked = [...answers];
  const exit = await command.run({
    name, args, stdin: { async *[Symbol.asyncIterator]() { /* nothing is typed */ } },
    stdout: sink((text) => { out += text; stdout += text; }), stderr: sink((text) => { out += text; }),
    files, cwd: '/', env: {}, signal: control.signal, now: () => 0,
    breathe: () => undefined, delay: () => Promise.resolve(), random: () => 0.5, isTerminalOutput, history: undefined,
    terminal: {
      columns: () => columns, rows: () => rows, clear: () => undefined, edit: async () => undefined,
      async ask(question, options) {
        const answer = asked.shift();
        out += `${question}${options?.secret === true && answer !== undefined ? '' : answer ?? '^C'}\n`;
        if (answer === undefined) throw new Interrupted();
        return answer;
      },
    },
  }).catch((error: unknown) => {
    if (error instanceof Interrupted) return 130;
    // The interpreter's part: name and words, and where to look.
    if (!(error instanceof UsageError)) throw error;
    out += `${name}: ${error.message}\n`;
    return 1;
  });
  return { out: out.split('\n').slice(0, -1), stdout, exit, events, requests, left: asked };
}

export const problem = (status: number, code: string, detail = 'A detail.', retryAfter?: string): Reply =>
  retryAfter === undefined ? [status, { code, detail }] : [status, { code, detail }, retryAfter];

export const SIGNED_IN: Reply = [200, { status: 'signed-in', user: ANN }];
