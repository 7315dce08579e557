import { HOME } from '../fs/places.ts';
import { FsError } from '../fs/files.ts';
import { createMemoryFiles } from '../fs/memory-files.ts';
import { createMemoryStore, StorageFull, withReserve, type KeyValueStore } from '../fs/key-value-store.ts';
import { openStoredFiles, type StoredFiles } from '../fs/stored-files.ts';
import { copyTree, snapshot } from '../fs/files-contract.ts';
import { parseBase } from './base.ts';
import { createBaseStore } from './base-store.ts';
import { parseCommit } from './commit.ts';
import { requireLinearLog } from './linear-log.ts';
import { createMemoryLog, type MemoryLog } from './memory-log.ts';
import { syncRound, type Answer, type Round, type RoundParts } from './round.ts';
import { serveLog, StoreUnavailable, type LogStore, type ReceiptSigner } from './serve-log.ts';
import { seededRandom } from './seeded-random.ts';
import { hashOf } from './sha256.ts';
import { parseSyncReply } from './sync-call.ts';
import { pendingOperations, rootHash } from './tree.ts';
import type { SyncCall, SyncReply } from './transport.ts';

/**
 * Whole systems of browsers, tabs, server and store, driven by one seed through everything that can go wrong, with
 * the promises of sync checked on the way and at the end. The same seed always does the same.
 *
 * Each write carries a token of its own. A token may vanish only when a person overwrote or removed it knowingly;
 * every other one has to be in the files of every device in the end, wherever it went on the way.
 * Every third seed has a single writer: then the end is known exactly, and any copy, return or loss is a mistake.
 */
export interface Mistakes {
  parts?: Partial<RoundParts>;
  log?: (log: LogStore, memory: MemoryLog) => LogStore;
  store?: (store: KeyValueStore) => KeyValueStore;
  replica?: (files: StoredFiles) => StoredFiles;
  keepsRemovals?: boolean;
  ignoresUser?: boolean;
}

export class Violation extends Error {}
class Crash extends Error {}

const PERSON = 'person';
const PREFIX = 'selkie1:person:f:';
const FOREIGN = 'selkie1:other:f:x:1.t';
const NAMES = ['a', 'b', 'c.md', 'd', 'd/a', 'd/b.bin', 'e/f', 'e'];

interface Tab {
  device: Device;
  files: StoredFiles;
  round: Round | undefined;
  waiting: SyncCall | undefined;
  isBreathing: boolean;
}

interface Device {
  name: string;
  raw: KeyValueStore;
  store: KeyValueStore;
  fault: { crashIn: number; isFull: boolean };
  tabs: Tab[];
}

export async function simulate(seed: number, mistakes: Mistakes = {}, steps = 150): Promise<void> {
  const random = seededRandom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const chance = (probability: number): boolean => random() < probability;
  const isSingleWriter = seed % 3 === 0;

  const logs = new Map<string, MemoryLog>([[PERSON, createMemoryLog()], ['other', createMemoryLog()]]);
  const log = logs.get(PERSON) as MemoryLog;
  const user = PERSON;
  let hasFaults = true;
  const late: { user: string; call: SyncCall }[] = [];
  const signer: ReceiptSigner = {
    sign: (...parts) => hashOf(`key ${parts.join(' ')}`),
    verify: (receipt, ...parts) => receipt === hashOf(`key ${parts.join(' ')}`),
  };
  let depth = 0;

  /** The store of a person with its own bad days: rivals that slip in, answers that do not come. */
  const faultyLog = (owner: string): LogStore => {
    const inner = logs.get(owner) as MemoryLog;
    const broken = (): void => {
      if (hasFaults && chance(0.03)) throw new StoreUnavailable();
    };
    return {
      async head() {
        broken();
        return inner.head();
      },
      async read(seq) {
        broken();
        return inner.read(seq);
      },
      async create(seq, bytes) {
        const rivals = tabs.filter((tab) => tab.waiting?.commit !== undefined);
        if (hasFaults && depth < 3 && rivals.length > 0 && chance(0.4)) await answer(pick(rivals));
        // 409, or a timeout before or after the work: nobody can say.
        if (hasFaults && chance(0.08)) return 'undecided';
        const outcome = await inner.create(seq, bytes);
        return hasFaults && chance(0.08) ? 'undecided' : outcome;
      },
      readPack: (hash) => inner.readPack(hash),
      createPack: (hash, bytes) => inner.createPack(hash, bytes),
    };
  };

  const serve = async (call: SyncCall, as: string): Promise<SyncReply> => {
    depth++;
    try {
      const store = faultyLog(as);
      return await serveLog(mistakes.log?.(store, logs.get(as) as MemoryLog) ?? store, signer, as, mistakes.ignoresUser ? { ...call, forUser: as } : call);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      return { status: 'unavailable', retryAfterSeconds: 1, message: 'store' };
    } finally {
      depth--;
    }
  };

  let serial = 0;
  const devices: Device[] = [];
  const tabs: Tab[] = [];
  const openFiles = (device: Device): StoredFiles => {
    const files = openStoredFiles({
      store: withReserve(device.store, 'reserve', 10), prefix: PREFIX, tab: `t${++serial}`,
      keepsRemovals: mistakes.keepsRemovals ?? true, device: device.name,
      // Clocks are years apart: nothing may depend on them.
      now: () => devices.indexOf(device) * 3e11, newId: () => `${device.name}-${++serial}`,
    });
    return mistakes.replica?.(files) ?? files;
  };
  const addDevice = (name: string): void => {
    const raw = createMemoryStore();
    raw.set(FOREIGN, 'not yours');
    const fault = { crashIn: 0, isFull: false };
    const step = (): void => {
      if (fault.crashIn > 0 && --fault.crashIn === 0) throw new Crash();
    };
    const faulty: KeyValueStore = {
      get: raw.get,
      keys: raw.keys,
      set(key, value) {
        step();
        if (fault.isFull && chance(0.5)) throw new StorageFull();
        raw.set(key, value);
      },
      remove(key) {
        step();
        raw.remove(key);
      },
    };
    const device: Device = { name, raw, store: mistakes.store?.(faulty) ?? faulty, fault, tabs: [] };
    devices.push(device);
    const count = !isSingleWriter && chance(0.5) ? 2 : 1;
    for (let i = 0; i < count; i++) {
      const tab: Tab = { device, files: openFiles(device), round: undefined, waiting: undefined, isBreathing: false };
      device.tabs.push(tab);
      tabs.push(tab);
    }
  };
  const deviceCount = 2 + Math.floor(random() * 3);
  for (let i = 0; i < deviceCount; i++) addDevice(`dev${i}`);

  const restart = (tab: Tab): void => {
    if (tab.waiting !== undefined && chance(0.5)) late.push({ user, call: tab.waiting });
    tab.device.fault.crashIn = 0;
    tab.round = undefined;
    tab.waiting = undefined;
    tab.isBreathing = false;
    tab.files = openFiles(tab.device);
  };

  /** Runs the tab's own code; a crash of the page inside it ends in a new page. */
  const guarded = (tab: Tab, work: () => void): 'done' | 'crashed' => {
    try {
      work();
      return 'done';
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      restart(tab);
      return 'crashed';
    }
  };

  // Rounds -----------------------------------------------------------------------------------------------
  const bases = (device: Device) => createBaseStore(withReserve(device.store, 'reserve', 10), { base: 'base', sent: 'sent:' });
  const startRound = (tab: Tab): void => {
    guarded(tab, () => {
      tab.files.refresh(undefined);
      tab.round = syncRound({
        forUser: PERSON, device: tab.device.name, replica: tab.files.replica, bases: bases(tab.device),
        now: () => 0, notice: () => undefined, parts: mistakes.parts ?? {},
        random: (count) => Uint8Array.from({ length: count }, () => Math.floor(random() * 256)),
      });
    });
    advance(tab, undefined);
  };

  const advance = (tab: Tab, reply: Answer): void => {
    guarded(tab, () => {
      const { round } = tab;
      if (round === undefined) return;
      const step = round.next(reply);
      tab.waiting = step.done !== true && step.value.kind === 'call' ? step.value.call : undefined;
      tab.isBreathing = step.done !== true && step.value.kind === 'breathe';
      if (step.done !== true) return;
      tab.round = undefined;
      if (step.value.result === 'synced') checkBase(tab.device);
      if (step.value.result === 'stopped' && !/full|another person/.test(step.value.message)) {
        throw new Violation(`a healthy store stopped ${tab.device.name}: ${step.value.message}`);
      }
    });
  };

  const answer = async (tab: Tab): Promise<void> => {
    const call = tab.waiting;
    if (call === undefined) return;
    tab.waiting = undefined;
    const round = tab.round;
    const respond = (reply: Answer): void => {
      // Meanwhile the page may have crashed and begun anew.
      if (tab.round === round) advance(tab, parseSyncReply(reply));
    };
    const kind = hasFaults ? random() : 1;
    if (kind < 0.06) {
      late.push({ user, call });
      respond(undefined);
    } else if (kind < 0.14) {
      await serve(call, user);
      respond(undefined);
    } else if (kind < 0.17) {
      await serve(call, user);
      respond({ status: 'ok', head: 'garbled' } as unknown as SyncReply);
    } else if (kind < 0.19) {
      respond({ status: 'unavailable', retryAfterSeconds: 1, message: 'busy' });
    } else if (kind < 0.21) {
      respond({ status: 'absent' });
    } else if (kind < 0.23) {
      respond(await serve(call, 'other'));
    } else if (kind < 0.27) {
      await serve(call, user);
      respond(await serve(call, user));
    } else {
      respond(await serve(call, user));
    }
  };

  // Checks -----------------------------------------------------------------------------------------------
  /** Whoever says "synced" holds a base that is in the store. */
  const checkBase = (device: Device): void => {
    const base = parseBase(device.raw.get('base'));
    const bytes = log.commits.get(base.seq);
    const parsed = bytes === undefined ? undefined : parseCommit(bytes);
    if (base.seq > 0 && (parsed?.ok !== true || parsed.value.root !== rootHash(base.tree) || hashOf(bytes ?? '') !== base.parent)) {
      throw new Violation(`${device.name} believes to have synced what the store does not hold`);
    }
  };

  // The person ---------------------------------------------------------------------------------------------
  let tokens = 0;
  const required = new Set<string>();
  const model = createMemoryFiles({ now: () => 0 });
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  const tokensIn = (content: string): string[] => content.match(/T\d+/g) ?? [];

  const act = (tab: Tab): void => {
    const path = `${HOME}/${pick(NAMES)}`;
    const to = `${HOME}/${pick(NAMES)}`;
    const { files } = tab;
    // What the person saw when they decided; another tab may have removed it since.
    if (chance(0.7)) guarded(tab, () => files.refresh(undefined));
    const there = (at: string): string => {
      try {
        return files.stat(at)?.kind === 'file' ? text(files.read(at)) : '';
      } catch (error) {
        if (error instanceof FsError && (error.code === 'ENOENT' || error.code === 'EISDIR')) return '';
        throw error;
      }
    };
    const kind = random();
    let work: (target: typeof model) => void;
    let gains: string[] = [];
    let gone: string[] = [];
    if (kind < 0.55) {
      const token = `T${++tokens}`;
      gains = [token];
      const isBinary = path.endsWith('.bin');
      const old = there(path);
      const isAppend = chance(0.6);
      if (!isAppend) gone = tokensIn(old);
      const lines = isAppend ? old.split('\n').filter((line) => line !== '' && line !== '\0') : [];
      lines.splice(Math.floor(random() * (lines.length + 1)), 0, token);
      const content = new TextEncoder().encode(`${isBinary ? '\0\n' : ''}${lines.join('\n')}\n`);
      const parent = path.slice(0, path.lastIndexOf('/'));
      work = (target) => {
        if (parent !== HOME && target.stat(parent) === undefined) target.makeDirectory(parent);
        target.write(path, content);
      };
    } else if (kind < 0.72) {
      gone = tokensIn(there(path));
      work = (target) => target.remove(path);
    } else if (kind < 0.9) {
      gone = files.stat(path) === undefined || path === to ? [] : tokensIn(there(to));
      work = (target) => target.rename(path, to);
    } else if (kind < 0.95) {
      work = (target) => target.makeDirectory(path);
    } else {
      const mode = pick([0o644, 0o755]);
      work = (target) => target.setMode(path, mode);
    }
    let failure: string | undefined;
    const before = isSingleWriter ? snapshot(files, HOME) : [];
    const outcome = guarded(tab, () => {
      try {
        work(files as typeof model);
      } catch (error) {
        if (!(error instanceof FsError)) throw error;
        failure = error.code;
      }
    });
    if (outcome === 'crashed' || failure === undefined) for (const token of gone) required.delete(token);
    if (outcome === 'done' && failure === undefined) for (const token of gains) required.add(token);
    if (!isSingleWriter) return;
    if (outcome === 'done' && failure === undefined) {
      work(model);
    } else {
      // A page that ended in the middle: what is there now is what the person sees and goes on from.
      const now = snapshot(tab.files, HOME);
      if (failure !== undefined && failure !== 'ENOSPC' && JSON.stringify(now) !== JSON.stringify(before)) {
        throw new Violation(`a refused operation (${failure}) changed the files`);
      }
      copyTree(tab.files, model, HOME);
    }
  };

  const evict = (device: Device): void => {
    // The browser forgets a file that the store has: it must come back, and nobody else may lose it.
    const base = parseBase(device.raw.get('base'));
    const [tab] = device.tabs;
    if (tab === undefined || isSingleWriter) return;
    tab.files.refresh(undefined);
    const safe = [...tab.files.replica.entries().values()].filter((entry) => {
      const b = base.tree.get(entry.id);
      return b !== undefined && b.hash === entry.hash && b.path === entry.path;
    });
    if (safe.length === 0) return;
    const { id } = pick(safe);
    for (const key of device.raw.keys(`${PREFIX}${id}:`)) device.raw.remove(key);
    for (const other of device.tabs) other.files.refresh(undefined);
  };

  // Time passes --------------------------------------------------------------------------------------------
  for (let step = 0; step < steps; step++) {
    const tab = pick(tabs);
    const { device } = tab;
    const kind = random();
    if (kind < 0.28) {
      // Rather there where a round is under way: that is where it hurts.
      const applying = tabs.filter((other) => other.isBreathing);
      const busy = applying.length > 0 ? applying : tabs.filter((other) => other.waiting !== undefined);
      const actor = isSingleWriter ? tabs[0] : busy.length > 0 && chance(0.7) ? pick(busy) : tab;
      if (actor !== undefined) act(actor);
    } else if (kind < 0.5) {
      const isBusy = device.tabs.some((other) => other.round !== undefined);
      // Without locks two tabs may run at once; that too has to end well.
      if (tab.round === undefined && (!isBusy || chance(0.1))) startRound(tab);
    } else if (kind < 0.86) {
      do {
        const waiting = tabs.filter((other) => other.waiting !== undefined);
        const breathing = tabs.filter((other) => other.isBreathing);
        if (breathing.length > 0 && chance(0.4)) advance(pick(breathing), undefined);
        else if (waiting.length > 0) await answer(pick(waiting));
      } while (chance(0.6));
    } else if (kind < 0.89) {
      guarded(tab, () => restart(tab));
    } else if (kind < 0.93) {
      device.fault.crashIn = 1 + Math.floor(random() * 12);
    } else if (kind < 0.95) {
      device.fault.isFull = !device.fault.isFull;
    } else if (kind < 0.97) {
      guarded(tab, () => tab.files.refresh(undefined));
    } else if (kind < 0.985) {
      const call = late.shift();
      if (call !== undefined) await serve(call.call, call.user);
    } else {
      evict(device);
    }
  }

  // The weather clears, and everybody syncs.
  hasFaults = false;
  const settle = async (): Promise<string[]> => {
    for (let turn = 0; turn < 8; turn++) {
      for (const tab of tabs) {
        tab.device.fault.isFull = false;
        restart(tab);
        startRound(tab);
        for (let i = 0; tab.round !== undefined; i++) {
          if (i > 300) throw new Violation('a round does not end');
          if (tab.waiting !== undefined) await answer(tab);
          else advance(tab, undefined);
        }
      }
      const trees = tabs.map((tab) => {
        tab.files.refresh(undefined);
        return JSON.stringify(snapshot(tab.files, HOME));
      });
      const isEqual = trees.every((tree) => tree === trees[0]);
      const isDone = tabs.every(({ device, files }) =>
        pendingOperations(parseBase(device.raw.get('base')).tree, files.replica.entries(), files.replica.removed()).length === 0);
      if (isEqual && isDone) return JSON.parse(trees[0] ?? '[]') as string[];
    }
    throw new Violation('the devices do not converge');
  };
  let final = await settle();
  for (const { user: as, call } of late) await serve(call, as);
  final = await settle();

  requireLinearLog(log.commits);
  const all = final.join('\n');
  const present = new Set(tokensIn(all));
  for (const token of required) if (!present.has(token)) throw new Violation(`${token} is lost`);
  if (isSingleWriter) {
    const expected = snapshot(model, HOME);
    if (JSON.stringify(final) !== JSON.stringify(expected)) {
      throw new Violation(`one person wrote ${JSON.stringify(expected)} and got ${JSON.stringify(final)}`);
    }
  }
  if ((logs.get('other') as MemoryLog).commits.size > 0) throw new Violation('files went into another person\u2019s log');
  for (const device of devices) {
    if (device.raw.get(FOREIGN) !== 'not yours') throw new Violation('another person\u2019s key was touched');
  }

  // A removal that everybody has heard of is for good.
  const [first] = tabs;
  const victim = first?.files.list(HOME).find((entry) => entry.kind === 'file');
  if (first !== undefined && victim !== undefined) {
    first.files.remove(`${HOME}/${victim.name}`);
    const after = await settle();
    if (after.some((line) => line.startsWith(`${victim.name}=`))) throw new Violation(`${victim.name} came back`);
  }
}
