import 'server-only';
import * as v from 'valibot';
import * as limits from '../../core/limits.ts';

const base64Url = (maxChars: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(maxChars), v.regex(/^[\w-]+$/));

/** RegistrationResponseJSON (WebAuthn Level 3, 5.1.8.1). Its shape is checked here; what is in it, Cognito judges. */
export const newPasskey = v.strictObject({
  id: base64Url(1_400),
  rawId: base64Url(1_400),
  type: v.literal('public-key'),
  authenticatorAttachment: v.optional(v.nullable(v.picklist(['platform', 'cross-platform']))),
  clientExtensionResults: v.optional(v.record(v.string(), v.unknown()), {}),
  response: v.strictObject({
    clientDataJSON: base64Url(4_096),
    attestationObject: base64Url(limits.passkeyMaxChars),
    authenticatorData: v.optional(base64Url(limits.passkeyMaxChars)),
    transports: v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(32))), v.maxLength(10))),
    publicKeyAlgorithm: v.optional(v.number()),
    publicKey: v.optional(v.nullable(base64Url(limits.passkeyMaxChars))),
  }),
});

export type NewPasskey = v.InferOutput<typeof newPasskey>;
