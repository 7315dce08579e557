import { join } from 'node:path';
import { actionIdOf } from '../load/action-transport.ts';
import type { LoadStack } from '../load/load-stack.ts';
import { copyAsBuildOfOtherKey, copyAsNextBuild } from '../load/next-build.ts';
import type { Rehearsal } from './rehearsal.ts';
import { createPerson } from './rehearsed-person.ts';
import { sees, settled } from './rehearse-redis.ts';

/** NEXT_SERVER_ACTIONS_ENCRYPTION_KEY, the salt of the actions' names: an upgrade that keeps it, and one that does not. */
export async function rehearseActionsKey(stack: LoadStack, packageFolder: string, folder: string, on: Rehearsal): Promise<void> {
  on.act('Upgrades under open pages, with the same actions key and with another');
  const person = await createPerson(stack);
  const writes = async () => {
    person.device.write();
    return (await person.device.round()).result;
  };
  on.check('somebody has a page open and a file in the account', (await writes()) === 'synced');

  await stack.restartInstances({}, copyAsNextBuild(packageFolder, join(folder, 'next-build')));
  on.did('a new build with the same key, instance by instance');
  on.check('the open page goes on writing', (await settled(person.sessionStatus)) === 200 && (await writes()) === 'synced');

  const other = copyAsBuildOfOtherKey(packageFolder, join(folder, 'other-key'));
  await stack.restartInstances({ NEXT_SERVER_ACTIONS_ENCRYPTION_KEY: Buffer.alloc(32, 9).toString('base64') }, other);
  on.did('a build with another key, instance by instance');
  on.check('nobody is signed out', (await settled(person.sessionStatus)) === 200);
  const told = await person.isOfAnotherBuild();
  on.check('the open page is told that its build is gone: it keeps what is written, and asks for a reload', told, told);
  const stuck = await writes();
  on.check('what is written meanwhile waits in the browser', stuck !== 'synced', stuck);
  person.reload(actionIdOf(other));
  on.check('after the reload it is sent', (await person.device.round()).result === 'synced');
  on.check('and nothing was lost', person.device.written.size === 3 && (await sees(person.newDevice(), new Set(person.device.written.keys()))));

  await stack.restartInstances({ NEXT_SERVER_ACTIONS_ENCRYPTION_KEY: stack.secrets.actionsKey }, packageFolder);
  on.did('the way back: the old build, with the old key');
  person.reload(stack.actionId);
  on.check('a page that is opened now works', (await settled(person.sessionStatus)) === 200 && (await writes()) === 'synced');
  person.close();
}
