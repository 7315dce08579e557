import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { dataDirectory } from '../paths.ts';

/**
 * Packages that only peers of the benchmark need, in versions that stay: they are installed when first measured, beside the
 * data and away from the product's own. Rejected: devDependencies; everybody would install three hundred packages for a table.
 */
const PACKAGES = {
  'isomorphic-git': '1.44.11',
  'pouchdb-core': '9.0.0',
  'pouchdb-adapter-memory': '9.0.0',
  'pouchdb-adapter-http': '9.0.0',
  'pouchdb-replication': '9.0.0',
  'express': '4.22.3',
  'express-pouchdb': '4.2.0',
};

/** A `require` that finds them; undefined when they are not there and cannot be had. */
export function peerPackages(): NodeJS.Require | undefined {
  const folder = join(dataDirectory(process.env), 'bench-packages');
  const manifest = join(folder, 'package.json');
  const require = createRequire(manifest);
  const isThere = (): boolean => Object.keys(PACKAGES).every((name) => existsSync(join(folder, 'node_modules', name, 'package.json')));
  if (!isThere()) {
    process.stderr.write('  installing the packages of the peers, once …\n');
    mkdirSync(folder, { recursive: true });
    writeFileSync(manifest, JSON.stringify({ private: true, dependencies: PACKAGES }, undefined, 2));
    spawnSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  }
  return isThere() ? require : undefined;
}
