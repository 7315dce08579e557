import { eraserSession, personSession, roleArn } from '../../../local/iam/testing/test-rules.ts';
import type { RoleSession } from '../../../local/iam/temporary-credentials.ts';
import { ada, eve, senders, type AttackBench, type SenderName } from './attack-bench.ts';

/** What somebody could try to become: with credentials, or through an identity pool. Every one of these is to be refused. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html */
export type RoleAttack = readonly [who: SenderName | 'another pool' | 'a guest', what: string, session: RoleSession];

const app = (tags: Readonly<Record<string, string>> = {}): RoleSession => ({ roleArn: roleArn('AppRole'), sessionName: 'app', tags });

export const roleAttacks: readonly RoleAttack[] = [
  ['app', 'the eraser for nobody', eraserSession({})],
  ['app', 'the eraser by another tag', eraserSession({ person: eve })],
  ['app', 'the eraser by an empty tag', eraserSession({ sub: '' })],
  ['app', 'the eraser for a part of a name', eraserSession({ sub: eve.slice(0, 8) })],
  ['app', 'the eraser for one folder too deep', eraserSession({ sub: `${eve}/log` })],
  ['app', 'the eraser with a second tag', eraserSession({ sub: eve, admin: 'yes' })],
  ['app', 'a person', personSession({ sub: ada })],
  ['app', 'itself again', app()],
  ['person', 'the eraser of their own', eraserSession({ sub: eve })],
  ['person', 'another person', personSession({ sub: ada })],
  ['person', 'the app', app()],
  ['eraser', 'the eraser for another person', eraserSession({ sub: ada })],
  ['eraser', 'a person', personSession({ sub: eve })],
  ['eraser', 'the app', app()],
  ['root', 'the eraser', eraserSession({ sub: ada })],
  ['root', 'a person', personSession({ sub: ada })],
  ['another pool', 'a person', personSession({ sub: ada })],
  ['a guest', 'a person', personSession({ sub: ada })],
];

export function tryRole({ iam, mint }: AttackBench, [who, , session]: RoleAttack): 'refused' | 'taken' {
  if (who === 'another pool' || who === 'a guest') {
    const poolId = `eu-west-1:00000000-0000-4000-8000-00000000000${who === 'a guest' ? 1 : 2}`;
    const given = iam.personCredentials({ poolId, amr: [who === 'a guest' ? 'unauthenticated' : 'authenticated'], identityId: 'eu-west-1:0', claims: session.tags });
    return 'refused' in given ? 'refused' : 'taken';
  }
  const { accessKeyId, sessionToken } = senders(mint)[who];
  const opened = iam.open(accessKeyId, sessionToken);
  if (opened.kind !== 'known') throw new Error(`${who} has no good key`);
  return 'refused' in iam.assumeRole(opened.principal, session, { externalId: undefined, lifeSeconds: 900 }) ? 'refused' : 'taken';
}
