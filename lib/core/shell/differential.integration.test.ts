import { spawnSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { HOME } from '../fs/places.ts';
import { isUnfinished } from './parse.ts';
import { readCases } from './testing/read-cases.ts';
import { runInMemory } from './testing/run-in-memory.ts';

/**
 * The same script in the machine's bash and in ours: standard output, exit status and the files that are left must be
 * the same. Standard error is not compared (bash puts `bash: line 1:` in front). The few known differences are
 * listed here with their reasons, and must still differ, or be taken off the list.
 */
const KNOWN: Readonly<Record<string, string>> = {
  'echo ü | cut -c1 | wc -c; x=üb; echo ${#x} ${x:0:1} ${x^^}':
    'GNU cut -c counts bytes and cuts characters in two; ours counts characters, as POSIX says',
  'mkdir d; touch d/f; ln -s d l; rm -rf l/; ls d':
    'GNU rm -r empties the directory that a link with a slash leads to and leaves the link; ours refuses, because the link was named',
};

const cases = readCases(readFileSync(new URL('./differential-cases.txt', import.meta.url), 'utf8'), isUnfinished);
const hasBash = spawnSync('bash', ['-c', 'true']).status === 0;

interface Outcome {
  stdout: string;
  status: number;
  files: Record<string, string>;
}

function runInBash(script: string): Outcome {
  const home = mkdtempSync(join(tmpdir(), 'selkie-differential-'));
  try {
    const result = spawnSync('bash', ['-c', script], {
      cwd: home,
      env: { NODE_ENV: 'test', HOME: home, PATH: process.env.PATH ?? '/bin:/usr/bin', USER: 'me', LC_ALL: 'C.UTF-8', TZ: 'UTC', TERM: 'dumb' },
      input: '',
      timeout: 20_000,
    });
    const files: Record<string, string> = {};
    const walk = (folder: string, prefix: string): void => {
      for (const name of readdirSync(folder).sort()) {
        const path = join(folder, name);
        const stat = lstatSync(path);
        if (stat.isSymbolicLink()) files[prefix + name] = `-> ${readlinkSync(path).replaceAll(home, HOME)}`;
        else if (stat.isDirectory()) {
          files[`${prefix}${name}/`] = '';
          walk(path, `${prefix}${name}/`);
        } else files[prefix + name] = readFileSync(path, 'latin1').replaceAll(home, HOME);
      }
    };
    walk(home, '');
    return { stdout: result.stdout.toString('latin1').replaceAll(home, HOME), status: result.status ?? -1, files };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function runInOurs(script: string): Promise<Outcome> {
  const { stdout, status, files } = await runInMemory(script, { env: { TZ: 'UTC', LC_ALL: 'C.UTF-8' } });
  const found: Record<string, string> = {};
  const walk = (folder: string, prefix: string): void => {
    for (const { name, kind } of files.list(folder)) {
      if (kind === 'directory') {
        found[`${prefix}${name}/`] = '';
        walk(`${folder}/${name}`, `${prefix}${name}/`);
      } else if (kind === 'link') found[prefix + name] = `-> ${files.readLink(`${folder}/${name}`)}`;
      else found[prefix + name] = Buffer.from(files.read(`${folder}/${name}`)).toString('latin1');
    }
  };
  walk(HOME, '');
  return { stdout: Buffer.from(stdout).toString('latin1'), status, files: found };
}

describe.skipIf(!hasBash)('as in bash', () => {
  test('the table holds at least 250 scripts, and every known difference is one of them', () => {
    expect(cases.length).toBeGreaterThanOrEqual(250);
    expect(Object.keys(KNOWN).filter((script) => !cases.some((entry) => entry.script === script))).toEqual([]);
  });

  for (const { area, script } of cases) {
    test(`${area}: ${script}`, async () => {
      const [theirs, ours] = [runInBash(script), await runInOurs(script)];
      if (KNOWN[script] === undefined) expect(ours).toEqual(theirs);
      else expect(ours).not.toEqual(theirs);
    });
  }
});
