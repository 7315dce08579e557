import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockData } from './data-lock.ts';
import { loadSecrets } from './secrets.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'selkie-secrets-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('secrets are made once, readable by their owner only, and are the same at the next start', () => {
  const said: string[] = [];
  const first = loadSecrets(directory, (s) => said.push(s));
  expect(loadSecrets(directory, (s) => said.push(s))).toEqual(first);
  expect(statSync(join(directory, 'secrets.json')).mode & 0o777).toBe(0o600);
  expect(Buffer.from(first.sessionSecret, 'base64')).toHaveLength(32);
  expect(new Set(Object.values(first)).size).toBe(8);
  expect(said).toEqual([]);
});

test('secrets from before the app had a key of its own get one, keep all others, and are the same from then on', () => {
  const path = join(directory, 'secrets.json');
  const { appAccessKeyId: _, appSecretAccessKey: __, ...older } = loadSecrets(directory, () => {});
  writeFileSync(path, JSON.stringify(older));
  const said: string[] = [];
  const upgraded = loadSecrets(directory, (s) => said.push(s));
  expect(upgraded).toEqual({ ...older, appAccessKeyId: expect.stringMatching(/^SELKIE[0-9A-F]{14}$/), appSecretAccessKey: expect.stringMatching(/^[\w-]{40}$/) });
  expect([loadSecrets(directory, (s) => said.push(s)), said]).toEqual([upgraded, []]);
});

test('truncated secrets are kept aside and told in one sentence; new ones are made', () => {
  const path = join(directory, 'secrets.json');
  const first = loadSecrets(directory, () => {});
  truncateSync(path, 40);
  const damaged = readFileSync(path, 'utf8');
  const said: string[] = [];
  const second = loadSecrets(directory, (s) => said.push(s));
  expect(second).not.toEqual(first);
  expect(said).toHaveLength(1);
  expect(said[0]).toContain('Accounts and files are untouched');
  const aside = readdirSync(directory).find((name) => name.includes('damaged'));
  expect(readFileSync(join(directory, aside!), 'utf8')).toBe(damaged);
});

test('a second stack on the same data is refused while the first lives, and a dead one’s lock is taken over', () => {
  const unlock = lockData(directory);
  writeFileSync(join(directory, 'lock'), String(process.ppid));
  expect(() => lockData(directory)).toThrow(`Selkie already runs on ${directory} (process ${process.ppid}).`);
  // Above every real process id (Linux ends at 4,194,304).
  writeFileSync(join(directory, 'lock'), '99999999');
  lockData(directory)();
  expect(readdirSync(directory)).toEqual([]);
  unlock();
});
