import { rootHash } from '../tree.ts';
import type { Browsers, Tab } from './simulated-browser.ts';
import { Violation, type WatchedLog } from './watched-log.ts';

/**
 * Whoever says "synced" holds nothing that the store does not hold.
 * @throws Violation
 */
export function requireSynced(browsers: Browsers, log: WatchedLog, tab: Tab): void {
  const { browser, files } = tab;
  const base = browsers.baseOf(tab);
  const commit = log.at(base.seq);
  if (base.seq > 0 && (commit === undefined || commit.root !== rootHash(base.tree) || commit.hash !== base.parent)) {
    throw new Violation(`${browser.name} believes to have synced what the store does not hold`);
  }
  for (const [id, { hash, path, mode }] of files.replica.entries()) {
    // Another tab may have written an older base since: what counts is that the log has it.
    const stored = log.find(id, (entry) => entry.hash === hash && entry.path === path && entry.mode === mode);
    if (stored === undefined) {
      // Another tab has just removed it: this one cannot push what it merely remembers.
      if (hash !== '' && files.replica.content(id) === undefined) continue;
      throw new Violation(`${browser.name} is synced without ${path}`);
    }
    if (hash !== '' && !log.holds(stored.at, hash)) throw new Violation(`the content of ${path} is not in the store`);
  }
}
