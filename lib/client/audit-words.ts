import 'client-only';
import type { AuditKind } from '@/lib/core/session/scripts/audit-log.ts';
import { proofWords } from './proof-words.ts';

/**
 * What an event of the audit trail was, in plain words for the person it happened to. A kind that is newer than this
 * page shows its own name: an event may never be left out.
 */
export function auditWords(kind: string, detail?: string): string {
  if (kind === 'sign-in') {
    const proof = proofWords(detail);
    return proof === undefined ? WORDS[kind] : `${WORDS[kind]} ${proof}`;
  }
  return Object.hasOwn(WORDS, kind) ? WORDS[kind as AuditKind] : kind.replaceAll('-', ' ');
}

const WORDS: Readonly<Record<AuditKind, string>> = {
  'sign-up': 'Account created',
  confirmed: 'Address confirmed',
  'sign-in': 'Signed in',
  'sign-in-failed': 'Sign-in refused',
  challenge: 'Second step of a sign-in asked',
  'challenge-failed': 'Second step of a sign-in refused',
  'new-id': 'Session renewed its key',
  refresh: 'Session renewed',
  'refresh-refused': 'Session ended: it could not be renewed',
  'refresh-discarded': 'Renewal came after the session had ended',
  'sign-out': 'Signed out',
  revoke: 'Session ended by you',
  'revoke-all': 'Several sessions ended',
  'theft-alarm': 'ALARM: a copied session was used; it has ended',
  'password-changed': 'Password changed',
  'password-reset': 'Password set anew by mail',
  'code-requested': 'Code sent by mail',
  'recovery-code-used': 'Recovery code used; the authenticator app is off',
  'totp-on': 'Authenticator app set up',
  'totp-off': 'Authenticator app turned off',
  'recovery-codes': 'New recovery codes made',
  'step-up': 'Proved anew for a sensitive act',
  'step-up-failed': 'Proof for a sensitive act refused',
  'passkey-added': 'Passkey added',
  'passkey-renamed': 'Passkey renamed',
  'passkey-removed': 'Passkey removed',
  'account-deletion': 'Deletion of the account begun',
  'account-deleted': 'Account deleted',
  'admin-refused': 'Administration refused',
  'admin-revoke': 'Session ended by an administrator',
  'admin-sign-out': 'Signed out everywhere by an administrator',
};
