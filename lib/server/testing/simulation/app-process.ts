import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { createKeyRing } from '../../../core/session/key-ring.ts';
import { checkSession } from '../../../core/session/scripts/check-session.ts';
import { revokeSession } from '../../../core/session/scripts/revoke-session.ts';
import { createTokenSource, type RefreshReply, type TokenOwner } from '../../session/token-source.ts';

/**
 * One app server as a process of its own, told by its parent what to do; Cognito is the parent. It ends when the
 * parent's channel closes. argv: the socket of redis-server, the master key in hex.
 */
export type Order =
  | { kind: 'visit'; id: number; owner: TokenOwner }
  | { kind: 'sign-out'; id: number; owner: TokenOwner }
  | { kind: 'refreshed'; id: number; reply: RefreshReply }
  | { kind: 'revoked'; id: number };
export type Report =
  | { kind: 'ready' }
  | { kind: 'done'; id: number; outcome: string }
  | { kind: 'refresh' | 'revoke'; id: number; token: string };

const [, , socket = '', secret = ''] = process.argv;
const connection = new Redis({ path: socket, maxRetriesPerRequest: 1 });
const redis = { eval: (script: string, keys: string[], args: string[]) => connection.eval(script, keys.length, ...keys, ...args) };
const say = (report: Report) => void process.send?.(report);
const asked = new Map<number, (order: Order) => void>();
let questions = 0;

function ask(kind: 'refresh' | 'revoke', token: string): Promise<Order> {
  questions += 1;
  const id = questions;
  return new Promise((resolve) => {
    asked.set(id, resolve);
    say({ kind, id, token });
  });
}

const source = createTokenSource({
  redis, crypto, ring: createKeyRing(crypto, { current: 1, keys: new Map([[1, Buffer.from(secret, 'hex')]]) }),
  now: Date.now, wait: (ms) => wait(ms), note: async () => undefined,
  async refresh(token) {
    const order = await ask('refresh', token);
    return order.kind === 'refreshed' ? order.reply : { kind: 'unavailable' };
  },
  revoke: async (token) => (await ask('revoke', token)).kind === 'revoked',
});

async function act(order: Extract<Order, { kind: 'visit' | 'sign-out' }>): Promise<string> {
  if (order.kind === 'sign-out') return (await revokeSession(redis, order.owner.hash)) === undefined ? 'absent' : 'revoked';
  const check = await checkSession(redis, order.owner.hash);
  if (check.kind === 'absent') return check.kind;
  const reply = await source.accessToken(order.owner);
  return reply.kind === 'token' ? reply.accessToken : reply.kind;
}

process.on('message', (order: Order) => {
  if (order.kind === 'visit' || order.kind === 'sign-out') void act(order).then((outcome) => say({ kind: 'done', id: order.id, outcome }));
  else asked.get(order.id)?.(order);
});
process.on('disconnect', () => process.exit(0));
connection.once('ready', () => say({ kind: 'ready' }));
