import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { actionIdOf } from './action-transport.ts';

/** A copy of a package under another build id: to the clients of the first, a new version of the same sources. */
export function copyAsNextBuild(packageFolder: string, target: string): string {
  rmSync(target, { recursive: true, force: true });
  cpSync(packageFolder, target, { recursive: true, verbatimSymlinks: true });
  const next = join(target, '.next');
  const old = readFileSync(join(next, 'BUILD_ID'), 'utf8');
  const id = [...old].toReversed().join('');
  writeFileSync(join(next, 'BUILD_ID'), id);
  if (existsSync(join(next, 'static', old))) renameSync(join(next, 'static', old), join(next, 'static', id));
  return target;
}

/**
 * As above, built with another NEXT_SERVER_ACTIONS_ENCRYPTION_KEY: the key is the salt of the actions' names, so every one of them
 * has another name in all files of the build, and nothing else differs.
 */
export function copyAsBuildOfOtherKey(packageFolder: string, target: string): string {
  copyAsNextBuild(packageFolder, target);
  const old = actionIdOf(target);
  // The first two digits say what kind of action it is, and which arguments it takes.
  const name = old.slice(0, 2) + [...old.slice(2)].toReversed().join('');
  const folder = join(target, '.next');
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((each) => join(folder, each))) {
    if (!statSync(path).isFile()) continue;
    const text = readFileSync(path, 'latin1');
    if (text.includes(old)) writeFileSync(path, text.replaceAll(old, name), 'latin1');
  }
  return target;
}
