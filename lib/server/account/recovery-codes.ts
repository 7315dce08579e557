import 'server-only';
import { createHash, timingSafeEqual } from 'node:crypto';
import * as limits from '../../core/limits.ts';
import { randomToken } from '../../core/session/crypto-port.ts';
import { changeAccount, readAccount } from './account-record.ts';
import { parseRecoveryCode, randomRecoveryCode } from './recovery-code-text.ts';

/**
 * Ten codes that stand in for a lost authenticator, since Cognito has none. Shown once; kept as salted SHA-256,
 * which is enough for 120 random bits (OWASP ASVS 5.0, 6.5.2, wants a slow hash below 112). Each works once: using one is a
 * compare-and-set on the account record.
 */

/** New codes in the place of all former ones. */
export async function newRecoveryCodes(userId: string): Promise<string[] | 'unavailable'> {
  const codes = Array.from({ length: limits.recoveryCodes }, randomRecoveryCode);
  const recoveryCodes = codes.map((code) => {
    const salt = randomToken(crypto, 16);
    return { salt, hash: hashOf(userId, salt, parseRecoveryCode(code)!) };
  });
  const changed = await changeAccount(userId, (record) => ({ record: { ...record, recoveryCodes }, result: codes }));
  return changed === 'unavailable' ? changed : changed.result;
}

export type UsedRecoveryCode = { kind: 'used'; codesLeft: number } | { kind: 'wrong' } | { kind: 'unavailable' };

/** Burns a code; of several that bring the same one at a time, one is `used`. */
export async function useRecoveryCode(userId: string, typed: string): Promise<UsedRecoveryCode> {
  const code = parseRecoveryCode(typed);
  if (code === undefined) return { kind: 'wrong' };
  const changed = await changeAccount<UsedRecoveryCode>(userId, (record) => {
    const left = record.recoveryCodes.filter(({ salt, hash }) => !isSame(hashOf(userId, salt, code), hash));
    if (left.length === record.recoveryCodes.length) return { result: { kind: 'wrong' } };
    return { record: { ...record, recoveryCodes: left }, result: { kind: 'used', codesLeft: left.length } };
  });
  return changed === 'unavailable' ? { kind: 'unavailable' } : changed.result;
}

/** Makes all codes worthless. */
export async function dropRecoveryCodes(userId: string): Promise<'dropped' | 'unavailable'> {
  const changed = await changeAccount(userId, (record) => (record.recoveryCodes.length === 0 ? { result: undefined } : { record: { ...record, recoveryCodes: [] }, result: undefined }));
  return changed === 'unavailable' ? changed : 'dropped';
}

export async function recoveryCodesLeft(userId: string): Promise<number | 'unavailable'> {
  const record = await readAccount(userId);
  return record === 'unavailable' ? record : record.recoveryCodes.length;
}

/** The person's id is part of it, so that a hash moved to somebody else's record is worth nothing there. */
function hashOf(userId: string, salt: string, code: string): string {
  return createHash('sha256').update(`selkie/1/recovery ${userId} ${salt} ${code}`).digest('base64url');
}

function isSame(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
