import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stop } from './stop.ts';

/**
 * One stack a data folder: two would write the same stores.
 * @throws Stop when another one runs on it.
 */
export function lockData(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const lock = takeLock(join(dataDir, 'lock'));
  if (typeof lock === 'number') throw new Stop(`Selkie already runs on ${dataDir} (process ${lock}). Stop that one, or start a second stack with another PORT and SELKIE_DATA.`);
  return lock;
}

/**
 * A lock is a file with our process id; one whose process is gone (a crash, a power cut) is taken over.
 * @returns what gives it back, or the id of the process that has it.
 * @throws Stop when it can be neither taken nor given to anybody.
 */
export function takeLock(path: string): (() => void) | number {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = Number(readFileSync(path, 'utf8'));
      if (Number.isInteger(holder) && holder > 0 && holder !== process.pid && isAlive(holder)) return holder;
      rmSync(path, { force: true });
    }
  }
  throw new Stop(`The lock ${path} can't be taken. Remove that file if no other Selkie is running, then start again.`);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
