import * as v from 'valibot';
import { LOG_FORMATS, LOG_LEVELS, type LogSettings } from '../observe/log-line.ts';
import { parseTracing, TRACING_NAMES, type TracingSettings } from '../observe/tracing-settings.ts';
import { decodeBase64 } from './bytes.ts';
import type { CookieSettings } from './cookies.ts';
import type { SessionSecrets } from './key-ring.ts';

/**
 * The environment, parsed once. A wrong value stops the start with its name, because an app that runs with
 * half a configuration fails later, elsewhere, and for somebody else. `.env.example` documents each name.
 */
export interface Environment {
  appOrigin: string;
  /** `appOrigin` is https: HSTS and upgrades apply. */
  https: boolean;
  sessionSecrets: SessionSecrets;
  cookie: CookieSettings;
  lifetimes: { plain: Lifetime; remembered: Lifetime };
  cognito: {
    region: string; userPoolId: string; clientId: string; clientSecret: string;
    /** Another address than AWS's, for the same protocol. */
    endpoint?: string;
    /** Origin of managed login's pages, e.g. `https://auth.selkie.example`. */
    domain?: string;
    identityPoolId?: string;
    issuer: string;
    jwksUrl: string;
  };
  s3: {
    bucket: string; region: string; endpoint?: string;
    /** Taken, for one person at a time, to delete what an account leaves; without it the app's own rights serve. */
    eraserRoleArn?: string;
  };
  /** The role that the app takes for its own acts in AWS; without it, it acts as whoever the SDK finds credentials of. */
  appRoleArn?: string;
  redis: { url: string; token: string };
  corsAllowedOrigins: string[];
  adminGroup: string;
  trustedProxyHops: number;
  outboxUrl?: string;
  log: LogSettings;
  /** Who has it may read /api/metrics; without it nobody may. */
  metricsToken?: string;
  tracing?: TracingSettings;
}

export interface Lifetime {
  idleSeconds: number;
  absoluteSeconds: number;
}

/** Every name that the app reads; the edge runtime wants them asked for one by one. */
export const ENVIRONMENT_NAMES = [
  'APP_ORIGIN', 'SESSION_SECRET', 'SESSION_IDLE_SECONDS', 'SESSION_ABSOLUTE_SECONDS', 'SESSION_COOKIE_SAMESITE',
  'SESSION_COOKIE_SECURE', 'COGNITO_REGION', 'COGNITO_USER_POOL_ID', 'COGNITO_CLIENT_ID', 'COGNITO_CLIENT_SECRET',
  'COGNITO_ENDPOINT', 'COGNITO_DOMAIN', 'COGNITO_IDENTITY_POOL_ID', 'S3_BUCKET', 'S3_REGION', 'S3_ENDPOINT', 'S3_ERASER_ROLE_ARN', 'AWS_ROLE_ARN',
  'UPSTASH_REDIS_REST_URL', 'UPSTASH_REDIS_REST_TOKEN', 'CORS_ALLOWED_ORIGINS', 'ADMIN_GROUP', 'TRUSTED_PROXY_HOPS',
  'OUTBOX_URL', 'LOG_LEVEL', 'LOG_FORMAT', 'METRICS_TOKEN', ...TRACING_NAMES,
] as const;
type Name = Exclude<(typeof ENVIRONMENT_NAMES)[number], (typeof TRACING_NAMES)[number]>;

const ORIGIN = /^(https?):\/\/([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::(\d{1,5}))?$/;
const DOMAIN = /^([a-z0-9][a-z0-9.-]*|http:\/\/(localhost|127(?:\.\d{1,3}){3}|\[::1\])(:\d{1,5})?)$/;
const LOOPBACK = /^(localhost|[a-z0-9-]+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

const origin = v.pipe(v.string(), v.regex(ORIGIN, 'must be an origin such as https://selkie.example, in lower case, without a path or a slash at the end'));
const httpUrl = v.pipe(
  v.string(), v.regex(/^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/, 'must be an http or https URL without user name, query or fragment'),
  v.transform((url) => url.replace(/\/+$/, '')),
);
const seconds = (least: number, most: number) => v.pipe(
  v.string(), v.regex(/^\d{1,9}$/, 'must be a whole number of seconds'), v.transform(Number),
  v.minValue(least, `must be at least ${least} seconds`), v.maxValue(most, `must be at most ${most} seconds`),
);
const word = (pattern: RegExp, message: string) => v.pipe(v.string(), v.regex(pattern, message));

const DAY = 24 * 3600;
const fields = {
  APP_ORIGIN: origin,
  SESSION_SECRET: v.string(),
  SESSION_IDLE_SECONDS: v.optional(seconds(1, 400 * DAY), String(DAY)),
  SESSION_ABSOLUTE_SECONDS: v.optional(seconds(1, 400 * DAY), String(7 * DAY)),
  SESSION_COOKIE_SAMESITE: v.optional(v.picklist(['lax', 'strict'], 'must be lax or strict'), 'lax'),
  SESSION_COOKIE_SECURE: v.optional(v.picklist(['true', 'false'], 'must be true or false'), 'true'),
  COGNITO_REGION: word(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be an AWS region such as eu-west-1'),
  COGNITO_USER_POOL_ID: word(/^[\w-]{1,40}_[0-9A-Za-z]{1,40}$/, 'must look like eu-west-1_AbCdEf123'),
  COGNITO_CLIENT_ID: word(/^[\w+]{1,128}$/, 'must be the id of the app client, letters and digits'),
  COGNITO_CLIENT_SECRET: word(/^\S{16,256}$/, "must be the app client's secret; create the client with one"),
  COGNITO_ENDPOINT: v.optional(httpUrl),
  COGNITO_DOMAIN: v.optional(v.pipe(
    v.string(), v.regex(DOMAIN, 'must be the host name of managed login, such as auth.selkie.example, without https:// (http:// only on loopback)'),
    v.transform((value) => (value.startsWith('http://') ? value : `https://${value}`)),
  )),
  COGNITO_IDENTITY_POOL_ID: v.optional(word(/^[\w-]+:[0-9a-f-]+$/, 'must look like eu-west-1:a UUID')),
  S3_BUCKET: word(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of a bucket'),
  S3_REGION: word(/^[a-z0-9-]{2,40}$/, 'must be a region such as eu-west-1, or auto'),
  S3_ENDPOINT: v.optional(httpUrl),
  S3_ERASER_ROLE_ARN: v.optional(word(/^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/, 'must be the ARN of a role such as arn:aws:iam::123456789012:role/selkie-eraser')),
  AWS_ROLE_ARN: v.optional(word(/^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/, 'must be the ARN of a role such as arn:aws:iam::123456789012:role/selkie-AppRole; it is the output AppRoleArn of the stack')),
  UPSTASH_REDIS_REST_URL: httpUrl,
  UPSTASH_REDIS_REST_TOKEN: word(/^\S{8,}$/, 'must be the token of the REST API, at least 8 characters'),
  CORS_ALLOWED_ORIGINS: v.optional(v.pipe(v.string(), v.transform((list) => list.split(',').map((item) => item.trim())), v.array(origin)), ''),
  ADMIN_GROUP: v.optional(word(/^\S{1,128}$/, 'must be the name of a Cognito group, without spaces'), 'admin'),
  TRUSTED_PROXY_HOPS: v.optional(v.pipe(v.string(), v.regex(/^\d{1,2}$/, 'must be the number of your own proxies in front, 0 to 99'), v.transform(Number)), '0'),
  OUTBOX_URL: v.optional(httpUrl),
  LOG_LEVEL: v.optional(v.picklist(LOG_LEVELS, 'must be debug, info, warn or error'), 'info'),
  LOG_FORMAT: v.optional(v.picklist(LOG_FORMATS, 'must be json, text or none'), 'json'),
  METRICS_TOKEN: v.optional(word(/^[\w.~+/-]{32,256}=*$/, 'must be at least 32 letters and digits; make one with: node -p "crypto.randomBytes(32).toString(\'hex\')"')),
} satisfies Record<Name, v.GenericSchema<unknown, unknown>>;

/** Throws an Error whose sentence names the variable and says what to do. An empty value counts as absent. */
export function parseEnvironment(record: Readonly<Record<string, string | undefined>>): Environment {
  // An empty list of origins is the default, not one empty origin.
  const read = <N extends Name>(name: N): v.InferOutput<(typeof fields)[N]> => {
    const value = record[name] === '' ? undefined : record[name];
    if (name === 'CORS_ALLOWED_ORIGINS' && value === undefined) return [] as string[] as v.InferOutput<(typeof fields)[N]>;
    const parsed = v.safeParse(fields[name] as v.GenericSchema<unknown, v.InferOutput<(typeof fields)[N]>>, value);
    if (parsed.success) return parsed.output;
    throw new Error(value === undefined ? `${name} is missing: set it; .env.example says what it is.` : `${name} ${parsed.issues[0].message}.`);
  };
  const appOrigin = read('APP_ORIGIN');
  const [, scheme, host = ''] = ORIGIN.exec(appOrigin)!;
  const loopback = LOOPBACK.test(host);
  if (scheme === 'http' && !loopback) throw new Error('APP_ORIGIN must be https, except on a loopback host such as http://localhost:3000.');
  const secure = read('SESSION_COOKIE_SECURE') === 'true';
  if (!secure && !(loopback && scheme === 'http')) {
    throw new Error('SESSION_COOKIE_SECURE may be false for a loopback http origin only: unset it, or set APP_ORIGIN to http://localhost:3000.');
  }
  const idleSeconds = read('SESSION_IDLE_SECONDS');
  const absoluteSeconds = read('SESSION_ABSOLUTE_SECONDS');
  if (idleSeconds > absoluteSeconds) throw new Error('SESSION_IDLE_SECONDS must not be greater than SESSION_ABSOLUTE_SECONDS.');
  const region = read('COGNITO_REGION');
  const userPoolId = read('COGNITO_USER_POOL_ID');
  if (!userPoolId.startsWith(`${region}_`)) throw new Error(`COGNITO_USER_POOL_ID must start with the region, ${region}_: one of the two is of another pool.`);
  const endpoint = read('COGNITO_ENDPOINT');
  const issuer = `https://cognito-idp.${region}.amazonaws.com/${userPoolId}`;
  const [domain, identityPoolId, s3Endpoint, eraserRoleArn, outboxUrl] = [read('COGNITO_DOMAIN'), read('COGNITO_IDENTITY_POOL_ID'), read('S3_ENDPOINT'), read('S3_ERASER_ROLE_ARN'), read('OUTBOX_URL')];
  const [appRoleArn, metricsToken, tracing] = [read('AWS_ROLE_ARN'), read('METRICS_TOKEN'), parseTracing(record)];
  return {
    appOrigin,
    https: scheme === 'https',
    sessionSecrets: parseSecrets(read('SESSION_SECRET')),
    cookie: { secure, sameSite: read('SESSION_COOKIE_SAMESITE') },
    lifetimes: { plain: { idleSeconds, absoluteSeconds }, remembered: rememberedLifetime({ idleSeconds, absoluteSeconds }) },
    cognito: {
      region, userPoolId, clientId: read('COGNITO_CLIENT_ID'), clientSecret: read('COGNITO_CLIENT_SECRET'), issuer,
      jwksUrl: `${endpoint === undefined ? issuer : `${endpoint}/${userPoolId}`}/.well-known/jwks.json`,
      ...(endpoint !== undefined && { endpoint }),
      ...(domain !== undefined && { domain }),
      ...(identityPoolId !== undefined && { identityPoolId }),
    },
    s3: { bucket: read('S3_BUCKET'), region: read('S3_REGION'), ...(s3Endpoint !== undefined && { endpoint: s3Endpoint }), ...(eraserRoleArn !== undefined && { eraserRoleArn }) },
    ...(appRoleArn !== undefined && { appRoleArn }),
    redis: { url: read('UPSTASH_REDIS_REST_URL'), token: read('UPSTASH_REDIS_REST_TOKEN') },
    corsAllowedOrigins: read('CORS_ALLOWED_ORIGINS'),
    adminGroup: read('ADMIN_GROUP'),
    trustedProxyHops: read('TRUSTED_PROXY_HOPS'),
    ...(outboxUrl !== undefined && { outboxUrl }),
    log: { level: read('LOG_LEVEL'), format: read('LOG_FORMAT') },
    ...(metricsToken !== undefined && { metricsToken }),
    ...(tracing !== undefined && { tracing }),
  };
}

/** "Keep me signed in" stretches both limits: idle 24 h → 14 days, absolute 7 → 30 days, others in proportion. */
function rememberedLifetime(plain: Lifetime): Lifetime {
  const absoluteSeconds = Math.min(400 * DAY, Math.floor((plain.absoluteSeconds * 30) / 7));
  return { idleSeconds: Math.min(absoluteSeconds, plain.idleSeconds * 14), absoluteSeconds };
}

const HOW = 'make one with: node -p "crypto.randomBytes(32).toString(\'base64\')"';

function parseSecrets(text: string): SessionSecrets {
  const keys = new Map<number, Uint8Array>();
  for (const [number, secret] of Object.entries(text.trim().startsWith('{') ? numberedSecrets(text) : { 1: text.trim() })) {
    if (!/^[1-9]\d{0,8}$/.test(number)) throw new Error('SESSION_SECRET must number its keys 1, 2, 3 …, for example {"1":"…","2":"…"}.');
    const key = decodeBase64(secret);
    if (key === undefined || key.length < 32) throw new Error(`SESSION_SECRET must hold at least 32 random bytes in base64; ${HOW}.`);
    keys.set(Number(number), key);
  }
  if (keys.size === 0) throw new Error(`SESSION_SECRET holds no key; ${HOW}.`);
  return { current: Math.max(...keys.keys()), keys };
}

function numberedSecrets(text: string): Record<string, string> {
  try {
    return v.parse(v.record(v.string(), v.string()), JSON.parse(text));
  } catch {
    throw new Error('SESSION_SECRET looks like JSON but is not a map of numbered keys, for example {"1":"…","2":"…"}.');
  }
}
