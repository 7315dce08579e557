/**
 * The one door of every npm script. It is plain JavaScript without dependencies because it runs before
 * anything is installed: it checks Node, installs what is missing, and then loads the TypeScript command.
 *
 * Same process, not a child: one signal handler, nothing to orphan. Rejected: npm lifecycle hooks
 * (`prestart`), which can't tell "installed" from "half installed" and hide what they do.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const MINIMUM_NODE = [20, 9];
const COMMANDS = ['start', 'dev', 'test', 'bench', 'shell', 'simulate', 'pictures', 'infra', 'package', 'redis-front', 'load', 'rehearse', 'cost', 'doctor'];
const root = fileURLToPath(new URL('../..', import.meta.url));
const stampPath = `${root}node_modules/.selkie-installed`;

const command = process.argv[2];
if (command === undefined || !COMMANDS.includes(command)) {
  fail(`Unknown command ${command ?? '(none)'}. Known: ${COMMANDS.join(', ')}.`);
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor < MINIMUM_NODE[1])) {
  fail(`Selkie needs Node ${MINIMUM_NODE.join('.')} or newer; this is ${process.versions.node}. Install a newer one from your package manager.`);
}

process.env.NEXT_TELEMETRY_DISABLED ??= '1';
await installIfMissing();

const { register } = await import('tsx/esm/api');
register();
process.argv.splice(1, 2, `${root}lib/host/${command}.ts`);
await import(new URL(`./${command}.ts`, import.meta.url).href);

/** Installs when the lock file or Node's major version is another than at the last complete install. */
async function installIfMissing() {
  const wanted = createHash('sha256').update(readFileSync(`${root}package-lock.json`)).update(String(major)).digest('hex');
  if (readOrEmpty(stampPath) === wanted) return;
  // The console of `npm run shell` belongs to the script that runs in it: progress goes to standard error.
  process.stderr.write('Installing packages (first time: about a minute) …\n');
  const started = Date.now();
  const status = await run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error']);
  if (status !== 0) fail('npm install failed (its own words are above). Check the network, then run the command again.');
  writeFileSync(stampPath, wanted);
  process.stderr.write(`Installed in ${Math.round((Date.now() - started) / 1000)} s.\n`);
}

/** @param {string} program @param {string[]} argv @returns {Promise<number>} */
function run(program, argv) {
  return new Promise((resolve) => {
    const child = spawn(program, argv, {
      cwd: root,
      stdio: ['ignore', 2, 2],
      shell: process.platform === 'win32',
    });
    child.on('error', () => resolve(127));
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

/** @param {string} path */
function readOrEmpty(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** @param {string} sentence @returns {never} */
function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
