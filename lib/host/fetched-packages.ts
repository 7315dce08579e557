import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { dataDirectory } from './paths.ts';

/**
 * Packages that one command of the repository needs and the product does not, in versions that stay: installed when first
 * used, beside the data and away from the product's own. Rejected: devDependencies, which everybody would install.
 * @param folder in the data directory. @param packages exact versions by name. @param what is told while they are fetched.
 * @returns a `require` that finds them; undefined when they are not there and cannot be had.
 */
export function fetchedPackages(folder: string, packages: Readonly<Record<string, string>>, what: string): NodeJS.Require | undefined {
  const directory = join(dataDirectory(process.env), folder);
  const manifest = join(directory, 'package.json');
  const require = createRequire(manifest);
  const isThere = (): boolean => Object.keys(packages).every((name) => existsSync(join(directory, 'node_modules', name, 'package.json')));
  if (!isThere()) {
    process.stderr.write(`  installing ${what}, once …\n`);
    mkdirSync(directory, { recursive: true });
    writeFileSync(manifest, JSON.stringify({ private: true, dependencies: packages }, undefined, 2));
    spawnSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'], { cwd: directory, stdio: ['ignore', 'ignore', 'inherit'] });
  }
  return isThere() ? require : undefined;
}
