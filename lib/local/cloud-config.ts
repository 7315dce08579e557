import * as v from 'valibot';

const text = v.pipe(v.string(), v.nonEmpty());

const schema = v.strictObject({
  /** First of four: control, S3, Cognito, Redis; 0 = four free ones. */
  port: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535 - 3)),
  dataDir: text,
  region: text,
  bucket: text,
  /** The account's root: for tests and tools, not for the app. */
  s3AccessKeyId: text,
  s3SecretAccessKey: text,
  /** The app's role. */
  appAccessKeyId: text,
  appSecretAccessKey: text,
  /** A second one, while it replaces the first. */
  otherAppKey: v.exactOptional(v.strictObject({ id: text, secret: text })),
  redisToken: text,
  /** `redis-server` or `mock`; absent: whichever is there. */
  redisEngine: v.optional(v.picklist(['redis-server', 'mock'])),
  cognito: v.strictObject({
    userPoolId: text, clientId: text, clientSecret: text, issuer: text, identityPoolId: text,
    /** WebAuthn's relying party: the app's host name, without scheme and port. */
    relyingPartyId: text,
    /** Where managed login may send people back to: after a sign-in, and after a sign-out. */
    callbackUrls: v.array(text), logoutUrls: v.array(text),
    mfa: v.exactOptional(v.picklist(['OFF', 'OPTIONAL', 'ON'])),
  }),
});

export type CloudConfig = v.InferOutput<typeof schema>;

export const CLOUD_CONFIG_VARIABLE = 'SELKIE_CLOUD_CONFIG';

/**
 * The embedded cloud's whole configuration, from the JSON of one environment variable.
 * @throws Error with one sentence that names the field and repeats no value, since some are secret.
 */
export function parseCloudConfig(json: string | undefined): CloudConfig {
  if (json === undefined || json === '') throw new Error(`${CLOUD_CONFIG_VARIABLE} is not set; start the embedded cloud with \`npm start\`.`);
  let input: unknown;
  try {
    input = JSON.parse(json);
  } catch {
    throw new Error(`${CLOUD_CONFIG_VARIABLE} is not JSON.`);
  }
  const parsed = v.safeParse(schema, input);
  if (parsed.success) return parsed.output;
  const path = v.getDotPath(parsed.issues[0]);
  throw new Error(`${CLOUD_CONFIG_VARIABLE} ${path ? `has a missing, unknown or wrong field \`${path}\`` : 'must be a JSON object'}.`);
}
