import 'server-only';
import * as v from 'valibot';
import type { Caller } from '../caller.ts';
import { serverEnv } from '../env.ts';
import { counterBytes } from '../keys.ts';
import { randomToken } from '../../core/session/crypto-port.ts';
import * as limits from '../../core/limits.ts';
import { follow, initiate, respond, type SignInReply } from './sign-in.ts';
import { madeUpSession } from './user-auth.ts';

/** PublicKeyCredentialRequestOptionsJSON (WebAuthn Level 3, 5.1.10), the same members for everybody. */
export interface PasskeyOptions {
  challenge: string;
  rpId: string;
  timeout: number;
  userVerification: 'required' | 'preferred' | 'discouraged';
  allowCredentials: { type: 'public-key'; id: string }[];
}

export interface PasskeyQuestion {
  publicKey: PasskeyOptions;
  cognitoSession: string;
  username: string;
}

const base64Url = v.pipe(v.string(), v.regex(/^[\w-]{1,2048}$/));

/** AuthenticationResponseJSON (WebAuthn Level 3, 5.1.8.2). Cognito judges what is in it. */
export const passkeyCredential = v.strictObject({
  id: base64Url,
  rawId: base64Url,
  type: v.literal('public-key'),
  response: v.strictObject({
    clientDataJSON: v.pipe(v.string(), v.regex(/^[\w-]{1,4096}$/)),
    authenticatorData: base64Url,
    signature: base64Url,
    userHandle: v.optional(v.nullable(base64Url)),
  }),
  clientExtensionResults: v.optional(v.record(v.string(), v.unknown()), {}),
  authenticatorAttachment: v.optional(v.nullable(v.picklist(['platform', 'cross-platform']))),
});
export type PasskeyCredential = v.InferOutput<typeof passkeyCredential>;

/** What Cognito sends as CREDENTIAL_REQUEST_OPTIONS; what else it adds (transports, say) would tell real from made up. */
const cognitoOptions = v.pipe(v.string(), v.parseJson(), v.object({
  challenge: base64Url,
  rpId: v.pipe(v.string(), v.minLength(1)),
  userVerification: v.optional(v.picklist(['required', 'preferred', 'discouraged']), 'preferred'),
  allowCredentials: v.pipe(v.array(v.object({ id: base64Url })), v.minLength(1)),
}));

/** The user handle of a passkey is the `sub` in bytes; undefined when it can't be one. */
export function parseUserHandle(handle: string): string | undefined {
  const name = Buffer.from(handle, 'base64url').toString('latin1');
  return /^[\w:.@+-]{1,128}$/.test(name) ? name : undefined;
}

/**
 * Begins a sign-in by passkey: USER_AUTH with WEB_AUTHN preferred
 * (https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html#amazon-cognito-user-pools-authentication-flow-methods-passkey).
 * For a name without an account or without a passkey it answers a question that looks the same, is the same the
 * next time, and that nobody can answer. `unavailable`: Cognito does not answer, for anybody.
 */
export async function beginPasskey(username: string, caller: Caller): Promise<PasskeyQuestion | 'unavailable'> {
  const asked = await initiate('USER_AUTH', username, { PREFERRED_CHALLENGE: 'WEB_AUTHN' }, caller);
  if (!asked.ok && asked.fault === 'unavailable') return 'unavailable';
  const found = asked.ok && asked.value.kind === 'passkey' ? asked.value : undefined;
  const options = v.safeParse(cognitoOptions, found?.options);
  if (found === undefined || !options.success) return { publicKey: await madeUpOptions(username), cognitoSession: madeUpSession(), username };
  const { challenge, rpId, userVerification, allowCredentials } = options.output;
  latest = { rpId, userVerification, challengeBytes: Buffer.from(challenge, 'base64url').length };
  return { publicKey: publicOptions(challenge, allowCredentials.map(({ id }) => id)), cognitoSession: found.cognitoSession, username: found.username };
}

export async function finishPasskey(question: { cognitoSession: string; username: string }, credential: PasskeyCredential, caller: Caller): Promise<SignInReply> {
  const { userHandle, ...signed } = credential.response;
  // Cognito does not repeat the real user name in this challenge; the passkey knows it. A false one only fails.
  const username = (userHandle && question.username.includes('@') && parseUserHandle(userHandle)) || question.username;
  const sent = { ...credential, response: userHandle ? credential.response : signed };
  return follow(await respond('WEB_AUTHN', question.cognitoSession, username, { CREDENTIAL: JSON.stringify(sent) }, caller), caller);
}

/** What belongs to the pool and not to a person; learned from its latest question, so that made-up ones carry the same. */
let latest: { rpId: string; userVerification: PasskeyOptions['userVerification']; challengeBytes: number } | undefined;

function publicOptions(challenge: string, ids: readonly string[]): PasskeyOptions {
  return {
    challenge,
    rpId: latest?.rpId ?? new URL(serverEnv().appOrigin).hostname,
    timeout: limits.signInQuestionMs,
    userVerification: latest?.userVerification ?? 'preferred',
    allowCredentials: ids.map((id) => ({ type: 'public-key', id })),
  };
}

/** Lengths of the credential ids of common providers; most people have one passkey, some two. */
const ID_BYTES = [16, 20, 32, 32] as const;

/** WebAuthn Level 3, 14.6.2: imaginary credentials are derived from the name, or asking twice would tell. */
async function madeUpOptions(username: string): Promise<PasskeyOptions> {
  const shape = await counterBytes(`passkeys ${username}`);
  const ids: string[] = [];
  for (let number = 0; number < (shape[0]! < 48 ? 2 : 1); number += 1) {
    const bytes = await counterBytes(`passkey ${number} ${username}`);
    ids.push(bytes.subarray(0, ID_BYTES[shape[number + 1]! % ID_BYTES.length]).toString('base64url'));
  }
  return publicOptions(randomToken(crypto, latest?.challengeBytes ?? 32), ids);
}
