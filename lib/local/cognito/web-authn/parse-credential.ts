import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import * as v from 'valibot';
import { refuse } from '../service-error.ts';

const binary = v.pipe(v.string(), v.nonEmpty(), v.regex(/^[\w-]+$/));

const shared = {
  id: binary,
  rawId: binary,
  type: v.literal('public-key'),
  authenticatorAttachment: v.exactOptional(v.picklist(['platform', 'cross-platform'])),
};

const registration = v.pipe(
  v.object({ ...shared, response: v.object({ clientDataJSON: binary, attestationObject: binary, transports: v.optional(v.array(v.string()), []) }) }),
  v.check(({ id, rawId }) => id === rawId),
);

const authentication = v.pipe(
  v.object({
    ...shared,
    response: v.object({ clientDataJSON: binary, authenticatorData: binary, signature: binary, userHandle: v.nullish(v.string()) }),
  }),
  v.check(({ id, rawId }) => id === rawId),
);

export const invalidCredential = () => refuse.invalid('Credential data is not valid');

/** `RegistrationResponseJSON` of WebAuthn level 3, section 5.1.8.5; members that the pool does not use are dropped. */
export function parseRegistration(value: unknown): RegistrationResponseJSON {
  const parsed = v.safeParse(registration, value);
  if (!parsed.success) throw invalidCredential();
  return { ...parsed.output, clientExtensionResults: {}, response: { ...parsed.output.response, transports: parsed.output.response.transports as never } };
}

/** `AuthenticationResponseJSON`, as the text that the WEB_AUTHN challenge takes as `CREDENTIAL`. */
export function parseAuthentication(text: string): AuthenticationResponseJSON {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalidCredential();
  }
  const parsed = v.safeParse(authentication, value);
  if (!parsed.success) throw invalidCredential();
  const { userHandle, ...response } = parsed.output.response;
  return { ...parsed.output, clientExtensionResults: {}, response: { ...response, ...(userHandle ? { userHandle } : {}) } };
}
