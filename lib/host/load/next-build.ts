import { cpSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A copy of a package under another build id: to the clients of the first, a new version of the same sources. */
export function copyAsNextBuild(packageFolder: string, target: string): string {
  rmSync(target, { recursive: true, force: true });
  cpSync(packageFolder, target, { recursive: true });
  const next = join(target, '.next');
  const old = readFileSync(join(next, 'BUILD_ID'), 'utf8');
  const id = [...old].toReversed().join('');
  writeFileSync(join(next, 'BUILD_ID'), id);
  if (existsSync(join(next, 'static', old))) renameSync(join(next, 'static', old), join(next, 'static', id));
  return target;
}
