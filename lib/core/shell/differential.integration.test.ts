import { spawnSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { onPath } from '../../host/browser.ts';
import { HOME } from '../fs/places.ts';
import { programsOf, readCases } from './testing/read-cases.ts';
import { runInMemory } from './testing/run-in-memory.ts';

/**
 * The same script in the machine's bash and in ours: standard output, exit status and the files that are left must be
 * the same. Standard error is not compared (bash puts `bash: line 1:` in front). What differs on purpose says why in the
 * table, and must still differ, or lose that line. `DIFFERENTIAL=sed` runs the tables whose name holds `sed`.
 */
const folder = new URL('./differential/', import.meta.url);
const tables = readdirSync(folder).sort().map((name) => {
  const text = readFileSync(new URL(name, folder), 'utf8');
  return { table: name.replace('.txt', ''), cases: readCases(text), lacking: programsOf(text).filter((program) => onPath(program) === undefined) };
});
const chosen = tables.filter(({ table }) => table.includes(process.env.DIFFERENTIAL ?? ''));
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
  test('of all scripts at most one in fifty differs on purpose', () => {
    const cases = tables.flatMap((each) => each.cases);
    expect(cases.filter(({ differs }) => differs !== undefined).length).toBeLessThanOrEqual(cases.length / 50);
  });

  for (const { table, cases, lacking } of chosen) {
    // CI has them all, so that nothing is skipped there unnoticed.
    describe.skipIf(lacking.length > 0 && process.env.CI === undefined)(lacking.length === 0 ? table : `${table} (this machine lacks ${lacking.join(', ')})`, () => {
      for (const { area, script, differs } of cases) {
        // Where commands run side by side, the machine's scheduler may have its say in what bash prints.
        test(`${area}: ${script}`, { retry: /& |sleep|[<>]\(/.test(script) ? 2 : 0 }, async () => {
          const [theirs, ours] = [runInBash(script), await runInOurs(script)];
          if (differs === undefined) expect(ours).toEqual(theirs);
          else expect(ours, 'it no longer differs; take its `#!` line away').not.toEqual(theirs);
        });
      }
    });
  }
});
