import 'server-only';
import type { WebAuthnCredentialDescription } from '@aws-sdk/client-cognito-identity-provider';
import { changeAccount, readAccount } from './account-record.ts';

/** A passkey as its person sees it. */
export interface PasskeyView {
  id: string;
  name: string;
  /** ISO 8601. */
  created: string;
}

/** Cognito names a passkey after its provider and can't rename it; the person's own names are in the account record. */
export async function namedPasskeys(userId: string, found: readonly WebAuthnCredentialDescription[]): Promise<PasskeyView[] | 'unavailable'> {
  const record = await readAccount(userId);
  if (record === 'unavailable') return record;
  return found.map((passkey) => passkeyView(passkey, record.passkeyNames[passkey.CredentialId ?? '']));
}

export function passkeyView({ CredentialId: id = '', FriendlyCredentialName: given, CreatedAt: created }: WebAuthnCredentialDescription, name?: string): PasskeyView {
  return { id, name: name ?? (given || 'Passkey'), created: (created ?? new Date(0)).toISOString() };
}

/** Names one of the person's passkeys, and forgets the names of those that are gone. */
export async function namePasskey(userId: string, id: string, name: string, existing: readonly string[]): Promise<'named' | 'unavailable'> {
  const changed = await changeAccount(userId, (record) => {
    const kept = Object.entries(record.passkeyNames).filter(([other]) => other !== id && existing.includes(other));
    return { record: { ...record, passkeyNames: Object.fromEntries([...kept, [id, name]]) }, result: undefined };
  });
  return changed === 'unavailable' ? changed : 'named';
}
