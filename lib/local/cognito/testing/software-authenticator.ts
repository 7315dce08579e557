import { type KeyObject, createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type {
  AuthenticationResponseJSON, PublicKeyCredentialCreationOptionsJSON, PublicKeyCredentialRequestOptionsJSON, RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { isoCBOR } from '@simplewebauthn/server/helpers';

export type Algorithm = 'ES256' | 'RS256' | 'EdDSA';

/** What an attack changes of an honest answer. */
export interface Forgery {
  origin?: string;
  relyingPartyId?: string;
  challenge?: string;
  type?: string;
  crossOrigin?: boolean;
  userPresent?: boolean;
  userVerified?: boolean;
  counter?: number;
  userHandle?: string;
  /** Signs with another key than the credential's. */
  strangeKey?: boolean;
}

export interface SoftwareCredential {
  /** base64url, as are the other binary members. */
  id: string;
  relyingPartyId: string;
  userHandle: string;
  counter: number;
  privateKey: KeyObject;
}

/** What a browser and its passkey provider do together, in JSON: WebAuthn level 3, sections 5.1, 6.3 and 6.5. */
export interface SoftwareAuthenticator {
  credentials: SoftwareCredential[];
  /** As `navigator.credentials.create`. Throws InvalidStateError when it holds an excluded credential. */
  create(options: PublicKeyCredentialCreationOptionsJSON, forgery?: Forgery): RegistrationResponseJSON;
  /** As `navigator.credentials.get`: an allowed credential, or the newest of the site. Throws NotAllowedError when it has none. */
  get(options: PublicKeyCredentialRequestOptionsJSON, forgery?: Forgery): AuthenticationResponseJSON;
}

export interface SoftwareAuthenticatorOptions {
  /** Of the page that asks, such as `http://localhost:3000`. */
  origin: string;
  algorithm?: Algorithm;
  /** Whether it checks a finger or a PIN; it does by default. */
  verifiesUser?: boolean;
  /** Counts signatures, as security keys do; synced passkeys always send 0, which is the default. */
  counts?: boolean;
  /** Names the provider; 16 bytes, all zero by default. */
  aaguid?: Buffer;
}

const flag = { userPresent: 0x01, userVerified: 0x04, backupEligible: 0x08, backedUp: 0x10, attested: 0x40 };

export function createSoftwareAuthenticator({ origin, algorithm = 'ES256', verifiesUser = true, counts = false, aaguid = Buffer.alloc(16) }: SoftwareAuthenticatorOptions): SoftwareAuthenticator {
  const credentials: SoftwareCredential[] = [];

  const clientData = (type: string, challenge: string, forgery: Forgery): Buffer =>
    Buffer.from(JSON.stringify({
      type: forgery.type ?? type, challenge: forgery.challenge ?? challenge, origin: forgery.origin ?? origin, crossOrigin: forgery.crossOrigin ?? false,
    }));
  const authenticatorData = (relyingPartyId: string, counter: number, forgery: Forgery, attested?: Buffer): Buffer => {
    const flags =
      (forgery.userPresent ?? true ? flag.userPresent : 0) | (forgery.userVerified ?? verifiesUser ? flag.userVerified : 0) |
      (counts ? 0 : flag.backupEligible | flag.backedUp) | (attested === undefined ? 0 : flag.attested);
    const head = Buffer.alloc(5);
    head.writeUInt8(flags, 0);
    head.writeUInt32BE(forgery.counter ?? counter, 1);
    return Buffer.concat([sha256(forgery.relyingPartyId ?? relyingPartyId), head, attested ?? Buffer.alloc(0)]);
  };

  return {
    credentials,
    create(options, forgery = {}) {
      const relyingPartyId = options.rp.id ?? new URL(origin).hostname;
      if (options.excludeCredentials?.some(({ id }) => credentials.some((held) => held.id === id))) {
        throw new DOMException('The authenticator already holds a credential of this account.', 'InvalidStateError');
      }
      const { privateKey, coseKey } = makeKey(algorithm);
      const id = randomBytes(32);
      const credential: SoftwareCredential = { id: id.toString('base64url'), relyingPartyId, userHandle: options.user.id, counter: counts ? 1 : 0, privateKey };
      credentials.push(credential);
      const idLength = Buffer.alloc(2);
      idLength.writeUInt16BE(id.length);
      const authData = authenticatorData(relyingPartyId, credential.counter, forgery, Buffer.concat([aaguid, idLength, id, coseKey]));
      const attestationObject = isoCBOR.encode(new Map<string, unknown>([['fmt', 'none'], ['attStmt', new Map()], ['authData', new Uint8Array(authData)]]) as never);
      return {
        id: credential.id,
        rawId: credential.id,
        type: 'public-key',
        authenticatorAttachment: counts ? 'cross-platform' : 'platform',
        clientExtensionResults: {},
        response: {
          clientDataJSON: clientData('webauthn.create', options.challenge, forgery).toString('base64url'),
          attestationObject: Buffer.from(attestationObject).toString('base64url'),
          transports: counts ? ['usb'] : ['internal', 'hybrid'],
        },
      };
    },
    get(options, forgery = {}) {
      const relyingPartyId = options.rpId ?? new URL(origin).hostname;
      const allowed = options.allowCredentials?.map(({ id }) => id) ?? [];
      const credential = credentials.findLast((held) => held.relyingPartyId === relyingPartyId && (allowed.length === 0 || allowed.includes(held.id)));
      if (credential === undefined) throw new DOMException('The authenticator holds no credential for this request.', 'NotAllowedError');
      if (counts) credential.counter += 1;
      const data = clientData('webauthn.get', options.challenge, forgery);
      const authData = authenticatorData(relyingPartyId, credential.counter, forgery);
      const key = forgery.strangeKey ? makeKey(algorithm).privateKey : credential.privateKey;
      return {
        id: credential.id,
        rawId: credential.id,
        type: 'public-key',
        authenticatorAttachment: counts ? 'cross-platform' : 'platform',
        clientExtensionResults: {},
        response: {
          clientDataJSON: data.toString('base64url'),
          authenticatorData: authData.toString('base64url'),
          signature: sign(algorithm === 'EdDSA' ? null : 'sha256', Buffer.concat([authData, sha256(data)]), key).toString('base64url'),
          userHandle: forgery.userHandle ?? credential.userHandle,
        },
      };
    },
  };
}

/** A key pair, and its public half as a COSE key (RFC 9053 2 and 7, RFC 8230 4). */
function makeKey(algorithm: Algorithm): { privateKey: KeyObject; coseKey: Buffer } {
  const bytes = (text: string | undefined) => new Uint8Array(Buffer.from(text ?? '', 'base64url'));
  const pair =
    algorithm === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
    : algorithm === 'RS256' ? generateKeyPairSync('rsa', { modulusLength: 2048 })
    : generateKeyPairSync('ed25519');
  const jwk = pair.publicKey.export({ format: 'jwk' });
  const cose =
    algorithm === 'ES256' ? [[1, 2], [3, -7], [-1, 1], [-2, bytes(jwk.x)], [-3, bytes(jwk.y)]] as const
    : algorithm === 'RS256' ? [[1, 3], [3, -257], [-1, bytes(jwk.n)], [-2, bytes(jwk.e)]] as const
    : [[1, 1], [3, -8], [-1, 6], [-2, bytes(jwk.x)]] as const;
  return { privateKey: pair.privateKey, coseKey: Buffer.from(isoCBOR.encode(new Map<number, unknown>(cose) as never)) };
}

function sha256(data: string | Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}
