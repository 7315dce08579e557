import * as v from 'valibot';
import * as limits from '../../core/limits.ts';

/** The request members that several operations share, with the bounds of AWS's API reference. */
const text = (maxChars: number, pattern: RegExp) =>
  v.pipe(
    v.string(),
    v.minLength(1, 'Member must have length greater than or equal to 1'),
    v.maxLength(maxChars, `Member must have length less than or equal to ${maxChars}`),
    v.regex(pattern, `Member must satisfy regular expression pattern: ${pattern.source}`),
  );

const textMap = v.record(v.string(), v.string());

export const fields = {
  clientId: text(128, /^[\w+]+$/),
  username: text(128, /^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u),
  password: text(limits.passwordMaxChars, /^\S+.*\S+$|^\S$/s),
  secretHash: text(128, /^[\w+=/]+$/),
  // AWS's own secrets are [\w+]+; the embedded one is base64url.
  clientSecret: text(64, /^[\w+-]+$/),
  newClientSecret: v.pipe(text(64, /^[\w+]+$/), v.minLength(24, 'Member must have length greater than or equal to 24')),
  clientSecretId: text(128, /^[\w+-]+$/),
  confirmationCode: text(2048, /^\S+$/),
  session: v.pipe(v.string(), v.minLength(20, 'Member must have length greater than or equal to 20'), v.maxLength(2048, 'Member must have length less than or equal to 2048')),
  accessToken: text(16 * 1024, /^[A-Za-z0-9-_=.]+$/),
  refreshToken: text(16 * 1024, /^[A-Za-z0-9-_=.]+$/),
  userCode: text(6, /^[0-9]{6}$/),
  userPoolId: text(55, /^[\w-]+_[0-9a-zA-Z]+$/),
  attributes: v.array(v.object({ Name: text(32, /^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u), Value: v.optional(v.pipe(v.string(), v.maxLength(2048, 'Member must have length less than or equal to 2048'))) })),
  textMap,
  groupName: text(128, /^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u),
  attributeName: text(32, /^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u),
  precedence: v.pipe(v.number(), v.integer('Member must be an integer'), v.minValue(0, 'Member must have value greater than or equal to 0'), v.maxValue(2 ** 31 - 1, 'Member must have value less than or equal to 2147483647')),
  pageToken: text(131_072, /^\S+$/),
  /** Of a page; AWS takes 0 for its default, which is the maximum. */
  pageSize: (max: number) =>
    v.pipe(
      v.number(), v.integer('Member must be an integer'), v.minValue(0, 'Member must have value greater than or equal to 0'),
      v.maxValue(max, `Member must have value less than or equal to ${max}`), v.transform((size) => (size === 0 ? max : size)),
    ),
};

/** Members that AWS type-checks and that change nothing here. */
export const context = {
  AnalyticsMetadata: v.optional(v.object({ AnalyticsEndpointId: v.optional(v.string()) })),
  ClientMetadata: v.optional(textMap),
  UserContextData: v.optional(v.object({ IpAddress: v.optional(v.string()), EncodedData: v.optional(v.string()) })),
};
