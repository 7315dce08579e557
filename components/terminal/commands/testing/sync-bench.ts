import type { Draft } from '@/lib/client/drafts.ts';
import { fileHistories } from '@/lib/client/file-history.ts';
import type { SyncStatus, Synced } from '@/lib/client/workspace.ts';
import { createMountFiles } from '@/lib/core/fs/mount-files.ts';
import { Interrupted } from '@/lib/core/shell/command.ts';
import { coreCommands } from '@/lib/core/shell/core-commands.ts';
import { createShell } from '@/lib/core/shell/shell.ts';
import { readIgnoreRules } from '@/lib/core/sync/ignore-rules.ts';
import { createTestCloud, createTestDevice, type TestCloud, type TestDevice } from '@/lib/core/sync/test-device.ts';
import type { RoundResult } from '@/lib/core/sync/round-context.ts';
import type { SyncCall, SyncReply } from '@/lib/core/sync/transport.ts';
import { pendingOperations } from '@/lib/core/sync/tree.ts';
import type { ImportItem } from '@/lib/core/zip/import-files.ts';
import type { SettleQuestion } from '../../settle-document.ts';
import { accountCommands } from '../account-commands.ts';
import { ANN } from './run-account-command.ts';

/** A cloud in memory and terminals at it, with the real shell: what a person types is what a test says. */
export interface SyncBench {
  cloud: TestCloud;
  terminal(name: string): BenchTerminal;
}

type OnCall = (moment: { printed: string; interrupt: () => void }) => void;

export interface BenchTerminal {
  device: TestDevice;
  write(name: string, text: string): void;
  sync: TestDevice['sync'];
  /** False: no answer comes. */
  network: { isUp: boolean };
  /** Whose page it is; undefined: nobody is signed in. */
  isSignedIn: boolean;
  /** What the chooser gives, and what was dropped. */
  chosen: ImportItem[] | undefined;
  dropped: ImportItem[] | undefined;
  /** What the editor has not saved. */
  drafts: Draft[];
  /** Files that the browser was asked to save, by name. */
  saved: Map<string, Uint8Array>;
  /** Answers what the person settles; undefined leaves it open. */
  settle: (question: SettleQuestion) => string | undefined;
  /** Milliseconds since the epoch, for commands. */
  nowMs: number;
  /**
   * @param options.answers each answer of the person, one after the other; after the last one, Ctrl-C.
   * @param options.onCall while an answer of the server is on its way; `printed` is what is on standard output by then.
   */
  run(line: string, options?: { answers?: string[]; isTerminalOutput?: boolean; onCall?: OnCall }): Promise<{ out: string; err: string; exit: number; stdout: Uint8Array }>;
  /** `name=content` of all files, a directory as `name/`. */
  list(): string[];
}

export function createSyncBench(): SyncBench {
  const cloud = createTestCloud();
  return { cloud, terminal: (name) => createTerminal(cloud, name) };
}

function createTerminal(cloud: TestCloud, name: string): BenchTerminal {
  const network = { isUp: true };
  let onServerCall: (() => void) | undefined;
  const transport = async (call: SyncCall): Promise<SyncReply> => {
    onServerCall?.();
    if (!network.isUp) throw new TypeError('Failed to fetch');
    return cloud.serve(call);
  };
  const device = createTestDevice(cloud, name, { transport });
  const saved = new Map<string, Uint8Array>();
  let stop: string | undefined;
  let isOffline = false;
  const pendingCount = (): number => {
    const { replica } = device.files;
    const { tree } = device.bases.load();
    return new Set(pendingOperations(tree, replica.entries(), replica.removed(), readIgnoreRules(replica, tree).isIgnored).map(({ id }) => id)).size;
  };
  const ignored = (): string[] => {
    const { replica } = device.files;
    const { tree } = device.bases.load();
    const { isIgnored } = readIgnoreRules(replica, tree);
    return [...replica.entries().values()].flatMap(({ id, path, kind }) => (!tree.has(id) && isIgnored(path, kind) ? [path] : [])).sort();
  };
  const status = (): SyncStatus => ({
    state: stop !== undefined ? 'stopped' : isOffline ? 'offline' : pendingCount() > 0 ? 'pending' : 'synced', pending: pendingCount(), message: stop,
  });
  const judge = async (round: Promise<RoundResult>): Promise<SyncStatus> => {
    const result = await round;
    stop = result.result === 'stopped' ? result.message : undefined;
    isOffline = result.result === 'failed';
    return status();
  };
  const synced = (): Synced | undefined => (terminal.isSignedIn ? {
    owner: 'person', device: name, replica: device.files.replica, bases: () => device.bases, sync: transport,
  } : undefined);
  const after = () => () => undefined;
  const past = fileHistories({ synced, after });
  const terminal: BenchTerminal = {
    device, write: device.write, sync: device.sync, network, isSignedIn: true, chosen: undefined, dropped: undefined, drafts: [], saved, settle: () => undefined, nowMs: 0,
    async run(line, { answers = [], isTerminalOutput = false, onCall } = {}) {
      const chunks: { to: 'out' | 'err'; bytes: Uint8Array }[] = [];
      const sink = (to: 'out' | 'err') => ({ write: async (bytes: Uint8Array) => void chunks.push({ to, bytes: bytes.slice() }) });
      const bytesOf = (to: 'out' | 'err') => join(chunks.filter((chunk) => chunk.to === to).map(({ bytes }) => bytes));
      const text = (to: 'out' | 'err') => new TextDecoder().decode(bytesOf(to));
      const files = createMountFiles({ now: () => terminal.nowMs, home: device.files });
      const ours = accountCommands(async () => ({
        workspace: {
          person: terminal.isSignedIn ? ANN : undefined,
          get status() { return status(); },
          get synced() { return synced(); },
          exchange: { lastMs: undefined, retryAtMs: undefined },
          ignored, pause: () => undefined, resume: () => undefined, rejoin: () => judge(device.rejoin()), syncNow: () => judge(device.sync()),
          signedIn: async () => undefined, sessionEnded: () => undefined, unsynced: async () => ({ files: pendingCount(), isHeard: true }), wipe: () => undefined,
        },
        past, after, unsaved: () => terminal.drafts, keepHistory: () => undefined, owed: { owe: () => false, forget: () => undefined },
        settle: async (question) => terminal.settle(question),
        page: {
          choose: async () => terminal.chosen,
          takeDropped: () => (terminal.dropped === undefined ? undefined : Promise.resolve(terminal.dropped)),
          save: (file, parts) => void saved.set(file, join(parts)),
        },
        channel: { tell: () => undefined }, notice: () => undefined, origin: 'http://localhost:3000', device: name, leaveTo: () => undefined,
      }));
      const asked = [...answers];
      const control = new AbortController();
      onServerCall = () => onCall?.({ printed: text('out'), interrupt: () => control.abort() });
      const shell = createShell({
        files, cwd: '/home/me', env: { HOME: '/home/me', PWD: '/home/me' }, now: () => terminal.nowMs, monotonic: () => 0, random: () => 0.5,
        yieldNow: () => Promise.resolve(), delay: () => Promise.resolve(), commands: [...coreCommands, ...ours],
      });
      const exit = await shell.run(line, {
        stdin: { async *[Symbol.asyncIterator]() { /* nothing is typed */ } }, stdout: sink('out'), stderr: sink('err'), signal: control.signal,
        ...(answers.length === 0 && !isTerminalOutput ? {} : { terminal: {
          columns: () => 200, rows: () => 40, clear: () => undefined, edit: async () => undefined,
          async ask(question: string) {
            const answer = asked.shift();
            chunks.push({ to: 'err', bytes: new TextEncoder().encode(`${question}${answer ?? '^C'}\n`) });
            if (answer === undefined) throw new Interrupted();
            return answer;
          },
        } }),
      });
      return { out: text('out'), err: text('err'), exit, stdout: bytesOf('out') };
    },
    list() {
      const { files } = device;
      const walk = (at: string): string[] => files.list(at).flatMap(({ name: entry, kind }) => {
        const path = `${at}/${entry}`;
        const short = path.slice('/home/me/'.length);
        if (kind === 'directory') return [`${short}/`, ...walk(path)];
        return [kind === 'link' ? `${short}@${files.readLink(path)}` : `${short}=${new TextDecoder().decode(files.read(path))}`];
      });
      return walk('/home/me');
    },
  };
  return terminal;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
