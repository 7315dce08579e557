import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from './paths.ts';

/**
 * SECURITY.md answers each requirement of the OWASP ASVS 5.0 (levels 1 and 2, the chapters that are about what
 * Selkie does) with a test or with a reason. A table like that is worth what its references are worth: here
 * every one is followed.
 */
const REQUIRED = [
  '3.2.1 3.2.2 3.3.1 3.3.2 3.3.3 3.3.4 3.4.1 3.4.2 3.4.3 3.4.4 3.4.5 3.4.6 3.5.1 3.5.2 3.5.3 3.5.4 3.5.5 3.7.1 3.7.2',
  '6.1.1 6.1.2 6.1.3 6.2.1 6.2.2 6.2.3 6.2.4 6.2.5 6.2.6 6.2.7 6.2.8 6.2.9 6.2.10 6.2.11 6.3.1 6.3.2 6.3.3 6.3.4 6.4.1 6.4.2 6.4.3 6.4.4',
  '6.5.1 6.5.2 6.5.3 6.5.4 6.5.5 6.6.1 6.6.2 6.6.3 6.8.1 6.8.2 6.8.3 6.8.4',
  '7.1.1 7.1.2 7.1.3 7.2.1 7.2.2 7.2.3 7.2.4 7.3.1 7.3.2 7.4.1 7.4.2 7.4.3 7.4.4 7.4.5 7.5.1 7.5.2 7.6.1 7.6.2',
  '10.1.1 10.1.2 10.2.1 10.2.2 10.3.1 10.3.2 10.3.3 10.3.4 10.4.1 10.4.2 10.4.3 10.4.4 10.4.5 10.4.6 10.4.7 10.4.8 10.4.9 10.4.10 10.4.11',
  '10.5.1 10.5.2 10.5.3 10.5.4 10.5.5 10.6.1 10.6.2 10.7.1 10.7.2 10.7.3',
  '14.1.1 14.1.2 14.2.1 14.2.2 14.2.3 14.2.4 14.3.1 14.3.2 14.3.3',
].join(' ').split(' ');

/** A row: `| 3.3.1 | what it asks | answer |`. */
const rows = readFileSync(join(projectRoot, 'SECURITY.md'), 'utf8').split('\n').flatMap((line) => {
  const [, id, , answer] = /^\| (\d+\.\d+\.\d+) \| ([^|]+) \| (.+) \|$/.exec(line) ?? [];
  return id === undefined || answer === undefined ? [] : [{ id, answer }];
});

/** A test is named as `file`: "its name". */
const REFERENCE = /`([\w./()[\]-]+\.(?:test|spec)\.ts)`: "([^"]+)"/g;
const REASON = /^(Not applicable|Cognito|Documented|Not met|By construction|The operator): \S/;

function unfounded(answer: string): string[] {
  const references = [...answer.matchAll(REFERENCE)];
  if (references.length === 0) return REASON.test(answer) ? [] : ['neither a test nor a reason'];
  return references.flatMap(([, file = '', name = '']) => {
    const path = join(projectRoot, file);
    if (!existsSync(path)) return [`${file} is not there`];
    // As it stands in the source, quotes and all.
    const source = readFileSync(path, 'utf8');
    const isNamed = [`test('${name}'`, `test("${name}"`, `test(\`${name}\``, `)('${name}'`, `)(\`${name}\``, `it('${name}'`].some((start) => source.includes(start));
    return isNamed ? [] : [`${file} has no test "${name}"`];
  });
}

test('every applicable requirement has one row, in order, and no row is made up', () => {
  expect(rows.map(({ id }) => id)).toEqual(REQUIRED);
});

test('every row names a test that exists, or gives a reason', () => {
  expect(rows.flatMap(({ id, answer }) => unfounded(answer).map((what) => `${id}: ${what}`))).toEqual([]);
  // The check itself can fail.
  expect(unfounded('`e2e/api.spec.ts`: "no such test"')).toEqual(['e2e/api.spec.ts has no test "no such test"']);
  expect(unfounded('It is secure.')).toEqual(['neither a test nor a reason']);
});
