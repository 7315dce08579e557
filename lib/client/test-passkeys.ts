import 'client-only';
import { vi } from 'vitest';

/** What the browser's dialog ends in: a passkey of this user handle, or the name of a DOMException. */
export type Touch = { user: string } | { error: string };

const encoder = new TextEncoder();
const bytesOf = (text: string): ArrayBuffer => encoder.encode(text).buffer as ArrayBuffer;

/**
 * A browser with passkeys, at the boundary that every browser has (`navigator.credentials`): one `Touch` a request.
 * Answers what was asked, e.g. `get challenge=c2VydmVy allowed=1`.
 */
export function stubPasskeys(touches: Touch[]): string[] {
  const asked: string[] = [];
  const left = [...touches];
  const act = (kind: string, publicKey: { challenge: ArrayBuffer; allowCredentials?: unknown[] }) => {
    asked.push(`${kind} challenge=${Buffer.from(publicKey.challenge).toString('base64url')} allowed=${publicKey.allowCredentials?.length ?? 0}`);
    const touch = left.shift();
    if (touch === undefined) throw new Error('the page asked more often than the test allows');
    if ('error' in touch) throw new DOMException('refused', touch.error);
    const rawId = bytesOf('key-1');
    return {
      id: 'a2V5LTE', rawId, type: 'public-key', authenticatorAttachment: 'platform', getClientExtensionResults: () => ({}),
      response: {
        clientDataJSON: bytesOf('data'), authenticatorData: bytesOf('auth'), signature: bytesOf('signed'), attestationObject: bytesOf('object'),
        userHandle: touch.user === '' ? null : bytesOf(touch.user), getTransports: () => ['internal'],
      },
    };
  };
  vi.stubGlobal('PublicKeyCredential', class { static isConditionalMediationAvailable = async () => true; });
  vi.stubGlobal('navigator', {
    credentials: {
      get: async ({ publicKey }: { publicKey: { challenge: ArrayBuffer; allowCredentials?: unknown[] } }) => act('get', publicKey),
      create: async ({ publicKey }: { publicKey: { challenge: ArrayBuffer } }) => act('create', publicKey),
    },
  });
  return asked;
}
