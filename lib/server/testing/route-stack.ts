import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { S3Client } from '@aws-sdk/client-s3';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { guard } from '../../edge/guard.ts';
import { startCloud, type Cloud } from '../../local/cloud.ts';
import { ERASER_ROLE_ARN } from '../../local/iam/account.ts';
import type { Mail } from '../../local/outbox/outbox.ts';

/**
 * The HTTP API against the embedded cloud, without Next: a request goes through the edge guard (or not: then
 * the middleware counts as bypassed) and then to the route's own handler. One stack a test file, since the
 * app reads its environment once.
 */
export const ORIGIN = 'http://localhost:3000';
export const SID = '__Host-Http-sid';
export const password = 'Correct-horse-9';
/** The account's own key, which no rule but the bucket's limits. */
export const rootKey = { accessKeyId: 'SELKIEROOT000000', secretAccessKey: 's3-root-secret-of-this-test' };
/** The app's role. */
export const accessKey = { accessKeyId: 'SELKIEAAAAAAAAAA', secretAccessKey: 's3-secret-of-this-test' };
export const userPoolId = 'eu-west-1_Selkie000';
const identityPoolId = 'eu-west-1:00000000-0000-4000-8000-000000000001';
const redisToken = 'redistokenredistoken';

export interface RouteStack {
  cloud: Cloud;
  mails: Mail[];
  /** With the account's own key: what the app itself may not do. */
  root: { s3: S3Client; cognito: CognitoIdentityProviderClient };
  /** The embedded cloud's control door. */
  control(method: string, path: string, body?: unknown): Promise<unknown>;
  codeFor(email: string): string;
  /** Operations that a service was asked since the last `DELETE /requests`. */
  askedOf(service: string): Promise<string[]>;
  /** Everything that Redis holds, as one text. */
  redisDump(): Promise<string>;
  redisCommand(...command: string[]): Promise<unknown>;
  /** A confirmed person, signed in on a browser and from an address of their own. */
  person(options?: { signIn?: boolean; remember?: boolean }): Promise<{ browser: Browser; email: string }>;
  close(): Promise<void>;
}

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>;

/** The route file of a path; one of its segments may be a parameter. */
async function handlerOf(method: string, path: string): Promise<[Handler, Record<string, string>]> {
  const load = async (folder: string) => (await import(/* @vite-ignore */ fileURLToPath(new URL(`../../../app${folder}/route.ts`, import.meta.url)))) as Record<string, Handler>;
  const isThere = (folder: string) => existsSync(new URL(`../../../app${folder}/route.ts`, import.meta.url));
  if (isThere(path)) return [(await load(path))[method]!, {}];
  const segments = path.split('/');
  for (let at = segments.length - 1; at > 2; at -= 1) {
    const folder = segments.with(at, '[id]').join('/');
    if (isThere(folder)) return [(await load(folder))[method]!, { id: decodeURIComponent(segments[at]!) }];
  }
  throw new Error(`No route file for ${path}`);
}

export interface Reply {
  status: number;
  data: Record<string, never> & { code?: string };
  response: Response;
}

export class Browser {
  jar = new Map<string, string>();
  /** Whether requests pass the middleware first. */
  edge = true;
  headers: Record<string, string> = { 'sec-fetch-site': 'same-origin', 'x-forwarded-for': '203.0.113.7', 'user-agent': 'Mozilla/5.0 (X11; Linux) Firefox/140.0' };

  async call(method: string, target: string, body?: unknown, extra: Record<string, string> = {}): Promise<Reply> {
    const url = new URL(target, ORIGIN);
    const headers = new Headers({ ...this.headers, ...extra });
    if (this.jar.size > 0 && !headers.has('cookie')) headers.set('cookie', [...this.jar].map(([name, value]) => `${name}=${value}`).join('; '));
    if (body !== undefined && !headers.has('content-type')) headers.set('content-type', 'application/json');
    const payload = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body);
    let request = new Request(url, { method, headers, body: payload });
    let response: Response | undefined;
    let requestId: string | undefined;
    if (this.edge) {
      const verdict = await guard(request);
      if (verdict.kind === 'respond') response = verdict.response;
      else request = new Request(url, { method, headers: verdict.requestHeaders, body: payload });
      requestId = verdict.kind === 'continue' ? (verdict.responseHeaders.get('x-request-id') ?? undefined) : undefined;
    }
    if (response === undefined) {
      const [handler, params] = await handlerOf(method, url.pathname);
      response = await handler(request, { params: Promise.resolve(params) });
      // As Next does with what the middleware adds; its other headers are for the edge's own tests.
      if (requestId !== undefined) response.headers.append('x-request-id', requestId);
    }
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') this.jar.delete(name);
      else this.jar.set(name, value);
    }
    const text = await response.clone().text();
    return { status: response.status, data: text.startsWith('{') ? JSON.parse(text) : {}, response };
  }
}

let strangers = 0;

/** A browser that nobody has signed in with, from an address of its own. */
export function stranger(): Browser {
  const browser = new Browser();
  strangers += 1;
  browser.headers['x-forwarded-for'] = `198.51.100.${strangers}`;
  return browser;
}

/** Starts the cloud and sets the app's environment; call it in `beforeAll`, and `close` in `afterAll`. */
export async function startRouteStack(options: { mfa?: 'OFF' | 'OPTIONAL' | 'ON'; env?: Record<string, string> } = {}): Promise<RouteStack> {
  const dataDir = mkdtempSync(join(tmpdir(), 'selkie-routes-'));
  const mails: Mail[] = [];
  const client = { clientId: 'selkielocalclient0000000000', clientSecret: 'a-client-secret-of-this-test' };
  const cloud = await startCloud({
    port: 0, dataDir, region: 'eu-west-1', bucket: 'selkie', s3AccessKeyId: rootKey.accessKeyId, s3SecretAccessKey: rootKey.secretAccessKey,
    appAccessKeyId: accessKey.accessKeyId, appSecretAccessKey: accessKey.secretAccessKey, redisToken,
    cognito: {
      ...client, userPoolId, issuer: `https://cognito-idp.eu-west-1.amazonaws.com/${userPoolId}`,
      identityPoolId, relyingPartyId: 'localhost',
      callbackUrls: [`${ORIGIN}/api/auth/callback`], logoutUrls: [`${ORIGIN}/`], ...(options.mfa !== undefined && { mfa: options.mfa }),
    },
  }, (mail) => void mails.push(mail));
  Object.assign(process.env, {
    APP_ORIGIN: ORIGIN, SESSION_SECRET: Buffer.alloc(32, 5).toString('base64'), COGNITO_REGION: 'eu-west-1', COGNITO_USER_POOL_ID: userPoolId,
    COGNITO_CLIENT_ID: client.clientId, COGNITO_CLIENT_SECRET: client.clientSecret, COGNITO_ENDPOINT: cloud.endpoints.cognito,
    COGNITO_DOMAIN: cloud.endpoints.cognito, COGNITO_IDENTITY_POOL_ID: identityPoolId, AWS_ENDPOINT_URL_STS: cloud.endpoints.cognito, S3_ERASER_ROLE_ARN: ERASER_ROLE_ARN, S3_BUCKET: 'selkie',
    S3_REGION: 'eu-west-1', S3_ENDPOINT: cloud.endpoints.s3, UPSTASH_REDIS_REST_URL: cloud.endpoints.redis, UPSTASH_REDIS_REST_TOKEN: redisToken,
    AWS_ACCESS_KEY_ID: accessKey.accessKeyId, AWS_SECRET_ACCESS_KEY: accessKey.secretAccessKey, OUTBOX_URL: cloud.endpoints.outbox, ...options.env,
  });
  let number = 0;
  const asRoot = { region: 'eu-west-1', maxAttempts: 1, credentials: rootKey };
  const root = {
    s3: new S3Client({ ...asRoot, endpoint: cloud.endpoints.s3, forcePathStyle: true }),
    cognito: new CognitoIdentityProviderClient({ ...asRoot, endpoint: cloud.endpoints.cognito }),
  };
  const stack: RouteStack = {
    cloud,
    mails,
    root,
    async control(method, path, body) {
      const reply = await fetch(cloud.endpoints.control + path, { method, headers: { 'content-type': 'application/json' }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
      const text = await reply.text();
      if (!reply.ok) throw new Error(`${path}: ${text}`);
      return text === '' ? undefined : JSON.parse(text);
    },
    codeFor(email) {
      const mail = mails.findLast(({ to }) => to === email);
      if (mail === undefined) throw new Error(`No mail for ${email}`);
      return mail.code;
    },
    async askedOf(service) {
      const { recent } = (await stack.control('GET', '/requests')) as { recent: Array<{ service: string; operation: string }> };
      return recent.filter((entry) => entry.service === service).map((entry) => entry.operation);
    },
    async redisCommand(...command) {
      const reply = await fetch(cloud.endpoints.redis, { method: 'POST', headers: { authorization: `Bearer ${redisToken}` }, body: JSON.stringify(command) });
      return ((await reply.json()) as { result: unknown }).result;
    },
    async redisDump() {
      const parts: unknown[] = [];
      for (const key of (await stack.redisCommand('KEYS', '*')) as string[]) {
        const type = await stack.redisCommand('TYPE', key);
        // Its time ran out since it was listed.
        if (type === 'none') continue;
        const read = { string: ['GET', key], hash: ['HGETALL', key], zset: ['ZRANGE', key, '0', '-1'], set: ['SMEMBERS', key], stream: ['XRANGE', key, '-', '+'] }[String(type)];
        // Gone since the list was made: a lock or a counter whose time was up.
        if (read !== undefined) parts.push(key, await stack.redisCommand(...read));
      }
      return JSON.stringify(parts);
    },
    async person({ signIn = true, remember = false } = {}) {
      const browser = new Browser();
      number += 1;
      const email = `ada${number}@example.com`;
      browser.headers['x-forwarded-for'] = `203.0.113.${number % 250}`;
      const must = async (status: number, path: string, body: unknown) => {
        const reply = await browser.call('POST', path, body);
        if (reply.status !== status) throw new Error(`${path}: ${reply.status} ${JSON.stringify(reply.data)}`);
      };
      await must(202, '/api/auth/sign-up', { email, password });
      await must(200, '/api/auth/confirm', { email, code: stack.codeFor(email) });
      if (signIn) await must(200, '/api/auth/sign-in', { email, password, remember });
      return { browser, email };
    },
    async close() {
      root.s3.destroy();
      root.cognito.destroy();
      await cloud.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  return stack;
}
