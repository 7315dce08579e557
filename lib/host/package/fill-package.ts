import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build as bundle } from 'esbuild';
import { projectRoot } from '../paths.ts';
import { Stop } from '../stop.ts';

/** The programs of a package: bundles of ours, beside what Next traced. */
const PROGRAMS = ['serve', 'redis-front', 'doctor'];

/** Next's image resizer, which the app has switched off; its binaries are of one platform. */
const UNUSED = ['node_modules/sharp', 'node_modules/@img', 'node_modules/detect-libc', 'node_modules/semver'];

/**
 * Makes the folder anew from the build in `.next`.
 * @param stamp a file that says what it was made of.
 * @returns its size in bytes.
 * @throws Stop when a build is missing, or when the actions key would go along.
 */
export async function fillPackage(target: string, stamp: { name: string; text: string }): Promise<number> {
  const built = join(projectRoot, '.next');
  const traced = join(built, 'standalone');
  if (!existsSync(traced)) throw new Stop('The build has left no .next/standalone; run `npm run package` again.');
  rmSync(target, { recursive: true, force: true });
  // Next links a package beside itself; made absolute, as Node does by itself, the links would lead to this machine's build.
  cpSync(traced, target, { recursive: true, verbatimSymlinks: true });
  cpSync(join(built, 'static'), join(target, '.next/static'), { recursive: true });
  cpSync(join(projectRoot, 'public'), join(target, 'public'), { recursive: true });
  for (const path of ['server.js', ...UNUSED, ...readdirSync(target).filter((name) => name.startsWith('.env'))]) rmSync(join(target, path), { recursive: true, force: true });
  // The app's own dependencies are traced; the list of all of them is not needed.
  writeFileSync(join(target, 'package.json'), '{"type":"module","private":true}\n');
  writeFileSync(join(target, stamp.name), stamp.text);
  takeOutKey(target);
  await bundle({
    entryPoints: PROGRAMS.map((name) => join(projectRoot, `lib/host/${name}.ts`)),
    outdir: join(target, 'lib/host'), outExtension: { '.js': '.mjs' },
    bundle: true, splitting: true, platform: 'node', target: 'node20', format: 'esm',
    // The stand-in for Redis is the embedded cloud's, which is not in a package.
    external: ['next', '@next/env', 'ioredis-mock'], legalComments: 'none', logLevel: 'error',
    // CommonJS inside the bundle asks for Node's modules by `require`.
    banner: { js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);" },
  });
  writeFileSync(join(target, 'redis-front.mjs'), starter('redis-front', ALONE));
  writeFileSync(join(target, 'doctor.mjs'), starter('doctor', ''));
  // Last: a package that was cut off has no server.
  writeFileSync(join(target, 'server.mjs'), starter('serve', [
    'const { config } = JSON.parse(readFileSync(new URL("./.next/required-server-files.json", import.meta.url), "utf8"));',
    "process.env.NODE_ENV = 'production';",
    '// Next would look for next.config.mjs, which is not here. Without `output`, of which it says that it is for another server.',
    'process.env.__NEXT_PRIVATE_STANDALONE_CONFIG = JSON.stringify({ ...config, output: undefined });',
    'process.chdir(fileURLToPath(new URL(".", import.meta.url)));',
    ALONE,
  ].join('\n')));
  return sizeOf(target);
}

/** A service manager, not npm, holds their standard input. */
const ALONE = "process.argv.push('--alone');";

function starter(program: string, before: string): string {
  const imports = before.includes('readFileSync') ? "import { readFileSync } from 'node:fs';\nimport { fileURLToPath } from 'node:url';\n" : '';
  return `${imports}${before}\nawait import('./lib/host/${program}.mjs');\n`;
}

/** Next writes the key into its manifests; at run time the environment's comes first (encryption-utils.js of Next). */
function takeOutKey(target: string): void {
  const { encryptionKey: key } = JSON.parse(readFileSync(join(target, '.next/server/server-reference-manifest.json'), 'utf8')) as { encryptionKey?: string };
  if (typeof key !== 'string' || key === '') throw new Stop('This version of Next keeps the actions key elsewhere; lib/host/package/fill-package.ts must learn where.');
  const folder = join(target, '.next');
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    if (!/\.(js|json)$/.test(name) || !statSync(path).isFile()) continue;
    const text = readFileSync(path, 'utf8');
    if (text.includes(key)) writeFileSync(path, text.replaceAll(key, ''));
  }
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).reduce((sum, name) => {
    const entry = statSync(join(folder, name));
    return sum + (entry.isFile() ? entry.size : 0);
  }, 0);
}
