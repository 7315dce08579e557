import { randomBytes } from 'node:crypto';
import type { LoadStack } from '../load/load-stack.ts';
import type { Rehearsal } from './rehearsal.ts';
import { settled } from './rehearse-redis.ts';
import { createPerson } from './rehearsed-person.ts';

/** Every secret that this machine can change: first both are taken, then the new one is used, then the old one goes. */
export async function rehearseRotation(stack: LoadStack, on: Rehearsal): Promise<void> {
  on.act('Rotation of secrets, with nobody signed out');
  const person = await createPerson(stack);
  const stays = async (what: string) => {
    person.device.write();
    on.check(what, (await settled(person.sessionStatus)) === 200 && (await person.device.round()).result === 'synced');
  };

  const one = stack.secrets.sessionSecret;
  const two = randomBytes(32).toString('base64');
  await stack.restartInstances({ SESSION_SECRET: JSON.stringify({ 1: one, 2: two }) });
  on.did('SESSION_SECRET={"1":OLD,"2":NEW}, instance by instance');
  await stays('a session of before goes on, tokens and files included');
  const young = await createPerson(stack);
  await stack.restartInstances({ SESSION_SECRET: JSON.stringify({ 2: two }) });
  on.did('SESSION_SECRET={"2":NEW}: on a real deployment after the longest session, 30 days; here at once');
  on.check('who signed in since stays', (await settled(young.sessionStatus)) === 200);
  on.check('only who has not been back for so long signs in again', (await person.sessionStatus()) === 401 && (await person.signIn()) === 200);
  young.close();

  const [oldToken, newToken] = [stack.frontTokens()[0]!, randomBytes(32).toString('hex')];
  await stack.restartFront({ tokens: [newToken, oldToken] });
  on.did('REDIS_FRONT_TOKEN=NEW,OLD');
  await stays('instances with the old token are served');
  await stack.restartInstances({ UPSTASH_REDIS_REST_TOKEN: newToken });
  await stack.restartFront({ tokens: [newToken] });
  on.did('UPSTASH_REDIS_REST_TOKEN=NEW, instance by instance; REDIS_FRONT_TOKEN=NEW');
  await stays('nobody was signed out');
  on.check('the old token opens nothing', (await frontStatus(stack, oldToken)) === 401 && (await frontStatus(stack, newToken)) === 200);

  const [oldPassword, newPassword] = [stack.redisPassword(), randomBytes(24).toString('base64url')];
  await stack.restartRedis(async () => undefined, { password: newPassword, alsoPassword: oldPassword });
  on.did('redis.conf: user selkie on >NEW >OLD');
  await stays('the front goes on with the old password');
  await stack.restartFront({ password: newPassword });
  await stack.restartRedis(async () => undefined, { password: newPassword });
  on.did('REDIS_URL with NEW; redis.conf: user selkie on >NEW');
  await stays('nobody was signed out');
  person.close();
}

async function frontStatus(stack: LoadStack, token: string): Promise<number> {
  return (await fetch(stack.frontUrl, { method: 'POST', headers: { authorization: `Bearer ${token}` }, body: '["PING"]' })).status;
}
