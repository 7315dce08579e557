import ignore from 'ignore';
import type { Replica } from '../fs/stored-files.ts';
import { HOME } from '../fs/places.ts';
import type { Tree } from './tree.ts';

/**
 * `.selkieignore` in the home, in the syntax of gitignore(5): what it names is never sent and stays in this browser.
 * The file itself is synced, so that all devices leave out the same. What the account holds already stays there:
 * not to send a file is not to delete it.
 */
export const IGNORE_FILE = `${HOME}/.selkieignore`;

export interface IgnoreRules {
  isIgnored(path: string, kind: 'file' | 'directory'): boolean;
  /** Names these rules; empty when there are none. */
  hash: string;
}

const NONE: IgnoreRules = { isIgnored: () => false, hash: '' };
/** The rules are somewhere, and not to be read just now: rather nothing new is sent than what was to stay here. */
const UNKNOWN: IgnoreRules = { isIgnored: (path) => path !== IGNORE_FILE, hash: '' };

/** The rules as they are in these files now; `known` is given back when they have not changed. */
export function readIgnoreRules(replica: Replica, base: Tree, known: IgnoreRules = NONE): IgnoreRules {
  const local = replica.entries();
  for (const { id, path, kind, hash } of local.values()) {
    if (path !== IGNORE_FILE || kind !== 'file') continue;
    if (hash === known.hash) return known;
    const content = replica.content(id);
    return content === undefined ? UNKNOWN : parseIgnoreRules(new TextDecoder().decode(content), hash);
  }
  for (const [id, { path }] of base) {
    // Lost here, and about to be fetched again.
    if (path === IGNORE_FILE && !local.has(id) && !replica.removed().has(id)) return UNKNOWN;
  }
  return NONE;
}

export function parseIgnoreRules(text: string, hash: string): IgnoreRules {
  const rules = ignore({ ignorecase: false }).add(text);
  const known = new Map<string, boolean>();
  const matches = (name: string): boolean => {
    let answer = known.get(name);
    if (answer === undefined) known.set(name, (answer = rules.ignores(name)));
    return answer;
  };
  return {
    hash,
    isIgnored(path, kind) {
      if (path === IGNORE_FILE) return false;
      const name = path.slice(HOME.length + 1) + (kind === 'directory' ? '/' : '');
      // A conflict copy of what must not leave this browser must not leave it either.
      const plain = name.replace(/ \(conflict [^()/]*\)(?=(\.[^./]*)?\/?$)/, '');
      return matches(name) || (plain !== name && matches(plain));
    },
  };
}
