import { HOME } from '../../fs/places.ts';
import { FsError, type Files } from '../../fs/files.ts';
import { copyTree } from '../../fs/files-contract.ts';
import { contentOf, parseVersion } from '../../fs/file-version.ts';
import { createMemoryFiles } from '../../fs/memory-files.ts';
import type { LocalEntry } from '../../fs/stored-files.ts';
import { keysOf, type Browsers, type Tab } from './simulated-browser.ts';
import { Violation } from './watched-log.ts';

/**
 * Somebody who writes, renames and removes files. Each write carries a token of its own. A token may vanish only
 * when the person overwrote or removed it knowingly, or when the only browser that had it was cleared; every other
 * one is `required` in the files of every device in the end, wherever it went on the way.
 */
export interface Person {
  readonly required: Set<string>;
  /** Every token ever written. */
  readonly tokens: readonly string[];
  act(tab: Tab): void;
  /** This tab's browser is about to be forgotten: what only it had may be lost. */
  forget(tab: Tab, hasElsewhere: (token: string) => boolean): void;
}

export const NAMES = ['a', 'b', 'c.md', 'd', 'd/a', 'd/b.bin', 'e/f', 'e'];
const decoder = new TextDecoder();
const encoder = new TextEncoder();

export const tokensIn = (text: string): string[] => text.match(/[TS]\d+/g) ?? [];

/** Text that no compression makes smaller, in a line that is no token. */
function noise(random: () => number): string {
  return `${Array.from({ length: 4000 }, () => String.fromCharCode(0x21 + Math.floor(random() * 47))).join('')}\n`;
}

export interface PersonOptions {
  browsers: Browsers;
  random: () => number;
  /** What tokens begin with. */
  letter: 'T' | 'S';
  /** How many different names; the fewer, the more often two meet at one. */
  nameCount: number;
  /** Somebody moved this file, or changed its permissions, to be like this. */
  moved: (entry: LocalEntry) => void;
  /** Where this tab writes; everything elsewhere is only read. */
  scopeOf: (tab: Tab) => string;
  /** Holds exactly what has to be there in the end, when each tab writes in a place of its own. */
  model: Files | undefined;
}

export function createPerson(options: PersonOptions): Person {
  const { browsers, random, letter, nameCount, scopeOf, model, moved } = options;
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const chance = (probability: number): boolean => random() < probability;
  /** How often another tab's change is seen before one's own: storage events come late, or never. */
  const attention = pick([0.2, 0.7, 1]);
  const first = Math.floor(random() * NAMES.length);
  const names = Array.from({ length: nameCount }, (_, index) => NAMES[(first + index) % NAMES.length] ?? '');
  const tokens: string[] = [];
  const required = new Set<string>();

  /** Empty when there is nothing to see. Where another tab has just put something else they look again, and see that. */
  const look = (see: () => string): string => {
    for (let tries = 0; ; tries++) {
      try {
        return see();
      } catch (error) {
        if (!(error instanceof FsError) || !['ENOENT', 'EISDIR', 'EBUSY', 'EIO'].includes(error.code)) throw error;
        if (!['EBUSY', 'EIO'].includes(error.code) || tries > 2) return '';
      }
    }
  };
  const read = (files: Files, path: string): string => (files.stat(path)?.kind === 'file' ? decoder.decode(files.read(path)) : '');
  const textAt = (files: Files, path: string): string => look(() => read(files, path));
  /** What is at this name: the content of a file, the target of a link. */
  const entryAt = (files: Files, path: string): string => look(() => (files.linkStat(path)?.kind === 'link' ? files.readLink(path) : read(files, path)));

  /** What the person decided, seeing these files: what to do, what it adds, and what they know that it destroys. */
  const decide = (files: Files, scope: string): { work: (target: Files) => void; gains: string[]; gone: string[] } => {
    const place = (): string => `${HOME}/${scope}${pick(names)}`;
    const [path, to] = [place(), place()];
    const kind = random();
    if (kind < 0.54) {
      const token = `${letter}${tokens.length + 1}`;
      tokens.push(token);
      const old = textAt(files, path);
      const isAppend = chance(0.6);
      const lines = isAppend ? old.split('\n').filter((line) => line !== '' && line !== '\0' && line.length < 100) : [];
      lines.splice(Math.floor(random() * (lines.length + 1)), 0, token);
      // Too much for one commit, so that it travels in packs.
      const bulk = path.endsWith('.bin') && chance(0.1) ? noise(random) : '';
      const content = encoder.encode(`${path.endsWith('.bin') ? '\0\n' : ''}${lines.join('\n')}\n${bulk}`);
      return {
        gains: [token],
        gone: isAppend ? [] : tokensIn(old),
        work: (target) => {
          for (let cut = path.indexOf('/', HOME.length + 1); cut > 0; cut = path.indexOf('/', cut + 1)) {
            if (target.stat(path.slice(0, cut)) === undefined) target.makeDirectory(path.slice(0, cut));
          }
          target.write(path, content);
        },
      };
    }
    if (kind < 0.72) return { gains: [], gone: tokensIn(entryAt(files, path)), work: (target) => target.remove(path) };
    if (kind < 0.9) {
      const gone = files.linkStat(path) === undefined || path === to ? [] : tokensIn(entryAt(files, to));
      return { gains: [], gone, work: (target) => target.rename(path, to) };
    }
    if (kind < 0.94) return { gains: [], gone: [], work: (target) => target.makeDirectory(path) };
    if (kind < 0.97) {
      const token = `${letter}${tokens.length + 1}`;
      tokens.push(token);
      return { gains: [token], gone: [], work: (target) => target.link(token, path) };
    }
    const mode = pick([0o644, 0o755]);
    return { gains: [], gone: [], work: (target) => target.setMode(path, mode) };
  };

  return {
    required,
    tokens,
    act(tab) {
      const scope = scopeOf(tab);
      // What the person saw when they decided; another tab may have changed it since.
      if (chance(attention)) browsers.guarded(tab, () => tab.files.refresh(undefined));
      const keys = (): string => tab.browser.raw.keys(keysOf(tab.owner).files).sort().join(' ');
      const before = model === undefined ? '' : keys();
      const { work, gains, gone } = decide(tab.files, scope);
      let refusal: string | undefined;
      const entries = (): Map<string, LocalEntry> => tab.files.replica.entries();
      const old = entries();
      // Before the work: another tab may see it and knowingly remove it before this one is through.
      for (const token of gains) required.add(token);
      const outcome = browsers.guarded(tab, () => {
        try {
          work(tab.files);
        } catch (error) {
          if (!(error instanceof FsError)) throw error;
          refusal = error.code;
        }
      });
      const isDone = outcome === 'done' && refusal === undefined;
      for (const [id, entry] of entries()) {
        const was = old.get(id);
        if (was !== undefined && was.hash === entry.hash && (was.path !== entry.path || was.mode !== entry.mode)) moved(entry);
      }
      if (outcome === 'crashed' || isDone) for (const token of gone) required.delete(token);
      if (!isDone) for (const token of gains) required.delete(token);
      if (model === undefined) return;
      if (isDone) {
        work(model);
        return;
      }
      if (refusal !== undefined && refusal !== 'ENOSPC') {
        if (keys() !== before) throw new Violation(`a refused operation (${refusal}) changed the files`);
        return;
      }
      // A page that ended in the middle: what is there now is what the person sees and goes on from.
      copyScope(tab.files, model, scope);
    },
    forget(tab, hasElsewhere) {
      const { raw } = tab.browser;
      const prefix = keysOf(tab.owner).files;
      // Of a file that two tabs have just written only one version is shown; the other goes with it.
      for (const key of raw.keys(prefix)) {
        const value = raw.get(key) ?? '';
        const version = parseVersion(prefix, key, value);
        const content = version === undefined ? undefined : contentOf(version, value);
        for (const token of tokensIn(decoder.decode(content))) if (!hasElsewhere(token)) required.delete(token);
      }
    },
  };
}

/** Makes `to` hold what `from` holds under `scope`: the whole home, or one directory of it (`name/`). */
function copyScope(from: Files, to: Files, scope: string): void {
  if (scope === '') {
    copyTree(from, to, HOME);
    return;
  }
  const root = `${HOME}/${scope.slice(0, -1)}`;
  if (to.stat(root) === undefined) {
    if (from.stat(root) === undefined) return;
    to.makeDirectory(root);
  }
  if (from.stat(root) !== undefined) copyTree(from, to, root);
  else {
    copyTree(createMemoryFiles({ now: () => 0 }), to, root);
    to.remove(root);
  }
}
