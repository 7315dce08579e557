import * as v from 'valibot';
import { RedisUnavailable, type RedisPort } from '../redis-port.ts';
import { PRELUDE } from './prelude.ts';

export type AuditKind =
  | 'sign-up' | 'confirmed' | 'sign-in' | 'sign-in-failed' | 'challenge' | 'challenge-failed' | 'new-id' | 'refresh'
  | 'refresh-refused' | 'refresh-discarded' | 'sign-out' | 'revoke' | 'revoke-all' | 'theft-alarm' | 'password-changed'
  | 'password-reset' | 'code-requested' | 'recovery-code-used' | 'totp-on' | 'totp-off'
  | 'recovery-codes' | 'step-up' | 'step-up-failed' | 'passkey-added' | 'passkey-renamed' | 'passkey-removed'
  | 'account-deletion' | 'account-deleted' | 'admin-refused' | 'admin-revoke' | 'admin-sign-out';

export interface AuditEvent {
  kind: AuditKind;
  /** The person's id, if known. */
  user?: string;
  /** H(address) when only that is known: the event reaches the person's stream if they have sessions. */
  emailHash?: string;
  /** Public session id. */
  session?: string;
  device?: string;
  /** Coarse. */
  address?: string;
  /** A few words without any secret. */
  detail?: string;
  /** The person was deleted: the event names them, but a stream of their own must not come back. */
  gone?: true;
}

export interface AuditEntry {
  /** Where the next page starts. */
  cursor: string;
  atMs: number;
  kind: string;
  /** Empty when it is about nobody in particular. */
  user: string;
  session: string;
  device: string;
  address: string;
  detail: string;
}

const APPEND = `${PRELUDE}
local user = ARGV[1]
if user == '' and ARGV[2] ~= '' then user = get('e:' .. ARGV[2]) end
note(user, ARGV[3], ARGV[4], ARGV[5], ARGV[6], ARGV[7], ARGV[8] == '1')
return {'ok'}
`;

const PAGE = `
return redis.call('XREVRANGE', KEYS[1], ARGV[1], '-', 'COUNT', ARGV[2])
`;

const streamPage = v.array(v.tuple([v.string(), v.array(v.string())]));

export async function appendAudit(redis: RedisPort, event: AuditEvent): Promise<void> {
  await redis.eval(APPEND, ['au:all'], [
    event.user ?? '', event.emailHash ?? '', event.kind, event.session ?? '', event.device ?? '', event.address ?? '', event.detail ?? '',
    event.gone === true ? '1' : '',
  ]);
}

/** The events of everybody, for `pageAudit`; no id of a person, which Cognito makes, is this word. */
export const EVERYBODY = 'all';

/** Newest first; `cursor` is the last entry of the page before. */
export async function pageAudit(redis: RedisPort, userId: string, cursor: string | undefined, entries: number): Promise<AuditEntry[]> {
  // The cursor's own entry comes back and is dropped: an exclusive range `(` is not there on every engine.
  const reply = v.safeParse(streamPage, await redis.eval(PAGE, [`au:${userId}`], [cursor ?? '+', String(entries + 1)]));
  if (!reply.success) throw new RedisUnavailable('malformed audit page');
  return reply.output.filter(([id]) => id !== cursor).slice(0, entries).map(([id, pairs]) => {
    const field = (name: string) => {
      const at = pairs.findIndex((item, index) => index % 2 === 0 && item === name);
      return at < 0 ? '' : pairs[at + 1] ?? '';
    };
    return {
      cursor: id, atMs: Number(field('at')), kind: field('kind'), user: field('user'), session: field('session'), device: field('device'),
      address: field('address'), detail: field('detail'),
    };
  });
}
