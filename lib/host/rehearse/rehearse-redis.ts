import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadStack } from '../load/load-stack.ts';
import type { Rehearsal } from './rehearsal.ts';
import { createPerson } from './rehearsed-person.ts';

/** Redis: kept over a restart; lost; and why an old copy of it is not put back. */
export async function rehearseRedis(stack: LoadStack, folder: string, on: Rehearsal): Promise<void> {
  on.act('Redis: a restart, a loss, and a copy that is too old');
  const person = await createPerson(stack);
  person.device.write();
  on.check('somebody is signed in and has a file in the account', (await person.sessionStatus()) === 200 && (await person.device.round()).result === 'synced');

  const copy = join(folder, 'redis-copy');
  await stack.restartRedis(async () => cpSync(stack.folders.redis, copy, { recursive: true }));
  on.did('stopped Redis in order, copied its folder, started it');
  on.check('nobody was signed out', (await settled(person.sessionStatus)) === 200);

  const { cookie } = person;
  on.check('the person signs out', (await person.signOut()) === 204);
  person.cookie = cookie;
  on.check('and that session is dead', (await person.sessionStatus()) === 401);

  await stack.restartRedis(async () => emptied(stack.folders.redis));
  on.did('lost Redis: its folder is empty');
  person.cookie = undefined;
  on.check('everybody signs in again', (await settled(person.signIn)) === 200);
  on.check('and nothing else: the files are all there', (await person.device.round()).result === 'synced' && (await sees(person.newDevice(), person.device.paths())));

  await stack.restartRedis(async () => {
    emptied(stack.folders.redis);
    cpSync(copy, stack.folders.redis, { recursive: true });
  });
  person.cookie = cookie;
  on.check('a copy brings sessions back that were ended after it was made: so a copy is for looking at, never for putting back', (await settled(person.sessionStatus)) === 200);
  await stack.restartRedis(async () => emptied(stack.folders.redis));
  on.did('emptied Redis again: that ends them');
  on.check('the ended session is dead for good', (await settled(person.sessionStatus)) === 401);
  person.close();
}

function emptied(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}

/** The first answer that is not 503: Redis has just come back. */
export async function settled(ask: () => Promise<number>): Promise<number> {
  for (let left = 40; ; left -= 1) {
    const status = await ask();
    if (status !== 503 || left === 0) return status;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** Whether a browser that has nothing gets all of these files. */
export async function sees(device: { round(): Promise<{ result: string }>; paths(): Set<string> }, paths: ReadonlySet<string>): Promise<boolean> {
  const { result } = await device.round();
  const found = device.paths();
  return result === 'synced' && [...paths].every((path) => found.has(path));
}
