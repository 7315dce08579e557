import { describe, expect, it } from 'vitest';
import type { AccountErrorCode, AccountReply } from '@/lib/client/account.ts';
import { runWithStepUp, stageAfter, stageAfterRefusal } from './step-up-runner.ts';

const refused = (code: AccountErrorCode): AccountReply<string> => ({ ok: false, code, message: `${code}.` });
const well: AccountReply<string> = { ok: true, status: 200, data: 'done' };

/** An action with prepared answers, and a proof; both are written down in the order they were asked for. */
function run(answers: readonly AccountReply<string>[], proved: boolean) {
  const log: string[] = [];
  const left = [...answers];
  const act = () => {
    log.push('act');
    return Promise.resolve(left.shift()!);
  };
  const prove = () => {
    log.push('prove');
    return Promise.resolve(proved);
  };
  return runWithStepUp(act, prove).then((reply) => ({ reply, log }));
}

describe('an act that may need a fresh proof', () => {
  it('asks for none when the server wants none', async () => {
    expect(await run([well], true)).toEqual({ reply: well, log: ['act'] });
  });

  it('is done once more after the proof', async () => {
    expect(await run([refused('step-up-required'), well], true)).toEqual({ reply: well, log: ['act', 'prove', 'act'] });
  });

  it('is not done when the person closes the question', async () => {
    expect(await run([refused('step-up-required'), well], false)).toEqual({
      reply: { ok: false, code: 'cancelled', message: 'Nothing was changed.' }, log: ['act', 'prove'],
    });
  });

  it.each(['forbidden', 'unavailable', 'offline', 'not-signed-in', 'too-many-attempts'] as const)('answers %s as it came, without a question', async (code) => {
    expect(await run([refused(code)], true)).toEqual({ reply: refused(code), log: ['act'] });
  });

  it('asks once only, also when the server wants a proof again', async () => {
    expect(await run([refused('step-up-required'), refused('step-up-required'), well], true)).toEqual({
      reply: refused('step-up-required'), log: ['act', 'prove', 'act'],
    });
  });
});

describe('the question', () => {
  it('ends when the server took the proof', () => {
    expect(stageAfter({ status: 'stepped-up', until: '2026-11-21T22:05:00Z' })).toEqual({ kind: 'proved' });
  });

  it.each(['totp', 'email-code'] as const)('goes on to the code when the server asks %s', (challenge) => {
    expect(stageAfter({ status: 'challenge', challenge, outbox: 'http://127.0.0.1/outbox' })).toEqual({ kind: 'code', challenge, outbox: 'http://127.0.0.1/outbox' });
  });

  it.each(['new-password', 'totp-setup', 'something-new'])('says what to do when the server asks %s, which it can’t show', (challenge) => {
    expect(stageAfter({ status: 'challenge', challenge })).toEqual({
      kind: 'stuck', message: 'Your account asks for a step that can only be done while signing in; sign out, sign in again and come back.',
    });
  });

  const code = { kind: 'code', challenge: 'totp', outbox: undefined } as const;
  it.each(['wrong-code', 'invalid-request', 'too-many-attempts', 'unavailable', 'offline'] as const)('stays at the code after %s', (reason) => {
    expect(stageAfterRefusal(code, { ok: false, code: reason, message: '' })).toEqual(code);
  });

  it.each(['expired-code', 'not-signed-in', 'not-found'] as const)('asks for the password again after %s', (reason) => {
    expect(stageAfterRefusal(code, { ok: false, code: reason, message: '' })).toEqual({ kind: 'password' });
  });

  it('stays at the password after a wrong one', () => {
    expect(stageAfterRefusal({ kind: 'password' }, { ok: false, code: 'wrong-credentials', message: '' })).toEqual({ kind: 'password' });
  });
});
