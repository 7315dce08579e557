import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../../../', import.meta.url);
const isSource = (file: string) => /\.tsx?$/.test(file) && !/\.test\.ts$|(^|\/)testing\//.test(file);
const sources = ['app', 'lib/server', 'lib/edge'].flatMap((folder) =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' }).filter(isSource).map((file) => `${folder}/${file}`));
const text = (file: string) => readFileSync(new URL(file, root), 'utf8');
const importersOf = (name: string) => sources.filter((file) => new RegExp(`from '[^']*/${name}\\.ts'`).test(text(file))).toSorted();

test('every way to a session is one of those that SECURITY.md names, and leads through startSession', () => {
  expect(importersOf('create-session')).toEqual(['lib/server/session/start-session.ts']);
  expect(importersOf('start-session')).toEqual(['app/api/auth/callback/route.ts', 'lib/server/session/continue-sign-in.ts']);
  const doors = importersOf('continue-sign-in');
  expect(doors).toEqual(['app/api/auth/challenge/route.ts', 'app/api/auth/passkey/route.ts', 'app/api/auth/sign-in/route.ts']);
  const ways = text('SECURITY.md').split('## Ways in')[1]!.split('\n## ')[0]!;
  for (const door of [...doors, 'app/api/auth/email-code/route.ts', 'app/api/auth/login/route.ts']) {
    const path = door.replace('app', '').replace('/route.ts', '');
    expect([path, ways.includes(path)]).toEqual([path, true]);
  }
  expect(ways).toContain('/callback');
});
