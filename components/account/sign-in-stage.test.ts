import { describe, expect, it } from 'vitest';
import { codesLeftInWords, stageAfterReply } from './sign-in-stage.ts';

const user = { id: 'ada', email: 'ada@example.com' };

describe('after an answer to a sign-in the page', () => {
  it('is left when the person is signed in', () => {
    expect(stageAfterReply({ status: 'signed-in', user }, undefined)).toEqual({ kind: 'leaving' });
  });

  it('says that the authenticator app is off when a recovery code was taken on the way', () => {
    expect(stageAfterReply({ status: 'signed-in', user }, { codesLeft: 9 })).toEqual({ kind: 'recovered', codesLeft: 9 });
  });

  it('shows the codes of a new authenticator app, also after a recovery', () => {
    const codes = { kind: 'codes', codes: ['A-B', 'C-D'], email: user.email };
    expect(stageAfterReply({ status: 'signed-in', user, recoveryCodes: ['A-B', 'C-D'] }, undefined)).toEqual(codes);
    expect(stageAfterReply({ status: 'signed-in', user, recoveryCodes: ['A-B', 'C-D'] }, { codesLeft: 9 })).toEqual(codes);
  });

  it.each(['totp', 'new-password'] as const)('asks for %s', (challenge) => {
    expect(stageAfterReply({ status: 'challenge', challenge }, { codesLeft: 9 })).toEqual({ kind: 'challenge', challenge: { name: challenge } });
  });

  it('asks for a mailed code, and knows where the embedded cloud shows the mail', () => {
    expect(stageAfterReply({ status: 'challenge', challenge: 'email-code', outbox: 'http://127.0.0.1:3900/outbox' }, undefined)).toEqual({
      kind: 'challenge', challenge: { name: 'email-code', outbox: 'http://127.0.0.1:3900/outbox' },
    });
  });

  it('shows the secret of an authenticator app that must be set up', () => {
    expect(stageAfterReply({ status: 'challenge', challenge: 'totp-setup', secret: 'JBSW', uri: 'otpauth://totp/x' }, undefined)).toEqual({
      kind: 'challenge', challenge: { name: 'totp-setup', secret: 'JBSW', uri: 'otpauth://totp/x' },
    });
  });

  it('admits a step that it does not know, or that lacks what it must show', () => {
    const unknown = { kind: 'challenge', challenge: { name: 'unknown' } };
    expect(stageAfterReply({ status: 'challenge', challenge: 'retina' }, undefined)).toEqual(unknown);
    expect(stageAfterReply({ status: 'challenge', challenge: 'totp-setup', secret: 'JBSW' }, undefined)).toEqual(unknown);
  });
});

it.each([
  [0, 'No recovery code is left.'],
  [1, 'One recovery code is left.'],
  [9, '9 recovery codes are left.'],
])('%d codes left are said in words', (count, words) => {
  expect(codesLeftInWords(count)).toBe(words);
});
