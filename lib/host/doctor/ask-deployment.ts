import { randomBytes } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { Agent as HttpAgent, request as askHttp } from 'node:http';
import { Agent as HttpsAgent, request as askHttps } from 'node:https';
import { connect } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { setCookie, type CookieSettings } from '../../core/session/cookies.ts';
import type { Environment as Settings } from '../../core/session/environment.ts';
import type { Asked } from './check.ts';
import { noteClock, type Context } from './context.ts';
import { silence } from './silence.ts';
import { judgeCsp } from './csp-judgement.ts';

/** The running deployment, as a browser gets it. Nobody is signed in, no mail is sent, and every person named is nobody. */
export interface DeploymentEvidence {
  /** What was asked for. */
  url: URL;
  /** Absent where doctor runs without the deployment's own environment. */
  settings: Settings | undefined;
  https: boolean;
  cookie: CookieSettings;
  page: Asked<Answer>;
  /** The same page once more. */
  again: Asked<Answer>;
  certificate: Certificate | undefined;
  nowMs: number;
  /** The same address over plain http; undefined where it is not known which port that would be. */
  plain: Asked<Answer> | undefined;
  /** Pages, refusals and errors by path; all dynamic. */
  answers: ReadonlyMap<string, Asked<Answer>>;
  /** A file of the build, when the page names one. */
  file: Asked<Answer> | undefined;
  signOut: Asked<Answer>;
  crossSite: Asked<Answer>;
  foreignOrigin: Asked<Answer>;
  foreignHost: Asked<Answer>;
  metrics: Asked<Answer>;
  /** One question for a passkey, and then many under as many made-up addresses. */
  question: Asked<Answer>;
  forged: readonly Asked<Answer>[];
  /** The last of them once more, from another address of this machine; undefined where it has none that leads there. */
  fromElsewhere: Asked<Answer> | undefined;
  /** What a judge of policies found, in words. */
  policyFindings: readonly string[];
}

export interface Answer {
  status: number;
  /** Lower-case names; each value that came under one. */
  headers: Readonly<Record<string, readonly string[]>>;
  body: string;
}

export interface Certificate {
  /** Why browsers refuse it. */
  problem: string | undefined;
  endsAtMs: number;
}

export interface DeploymentOptions {
  url: URL;
  /** Where plain http is served; port 80 of the same host by default. */
  httpUrl?: URL;
  /** PEM of an authority of one's own. */
  ca?: string;
}

/** More than a page has; what a proxy sends without end is cut off. */
const BODY_MAX_BYTES = 512 * 1024;
/** Questions that a pair of address and account may ask in a minute (attempt-policy.ts), and how many are asked: some may be lost. */
export const QUESTIONS_A_MINUTE = 20;
const FORGED = 30;
/** As a browser opens; the others wait. */
const SOCKETS = 6;
const CONNECT_MS = 2_000;
/** A little more than the app keeps its answer for. */
const READY_AGAIN_MS = 2_500;
export const DYNAMIC_PATHS = ['/', '/sign-in', '/no-such-page', '/api/health', '/api/ready', '/api/auth/session', '/api/no-such-route'] as const;

export async function askDeployment(context: Pick<Context, 'now' | 'timeoutMs' | 'clocks'>, options: DeploymentOptions, settings: Settings | undefined): Promise<DeploymentEvidence> {
  const { url, ca } = options;
  const { timeoutMs } = context;
  const certificates: Certificate[] = [];
  // A bad certificate is a finding of its own; what is behind it is looked at all the same.
  const agent = url.protocol === 'https:' ? new HttpsAgent({ keepAlive: true, maxSockets: SOCKETS, rejectUnauthorized: false, ...(ca === undefined ? {} : { ca }) }) : new HttpAgent({ keepAlive: true, maxSockets: SOCKETS });
  const ask = (path: string, more: { method?: string; headers?: Record<string, string>; body?: string; from?: Vantage } = {}) =>
    askOnce(new URL(path, url), { timeoutMs, agent, onCertificate: (one) => certificates.push(one), ...more });
  const ours = { origin: url.origin, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty', 'user-agent': 'selkie-doctor' };
  const json = { ...ours, 'content-type': 'application/json' };
  const nobody = () => JSON.stringify({ email: `doctor-${randomBytes(8).toString('hex')}@selkie.invalid` });

  const askedAtMs = context.now();
  const page = await ask('/');
  if (page.kind === 'answer') noteClock(context, 'the deployment', page.value.headers.date?.[0], askedAtMs);
  const file = page.kind === 'answer' ? /(?:src|href)="(\/_next\/static\/[^"]+\.(?:js|css))"/.exec(page.value.body)?.[1] : undefined;
  const none: Asked<Answer> = { kind: 'silent', why: 'the deployment could not be reached' };
  const isUp = page.kind === 'answer';
  const orNone = async (asked: () => Promise<Asked<Answer>>) => (isUp ? asked() : none);
  const plainUrl = options.httpUrl ?? (url.protocol === 'https:' && url.port === '' ? new URL(`http://${url.hostname}/`) : undefined);
  const [again, plain, answers, built, signOut, crossSite, foreignOrigin, foreignHost, metrics, question] = await Promise.all([
    orNone(() => ask('/')),
    plainUrl === undefined ? undefined : askOnce(plainUrl, { timeoutMs }),
    Promise.all(DYNAMIC_PATHS.map(async (path) => [path, path === '/' ? page : await orNone(() => ask(path))] as const)),
    file === undefined ? undefined : ask(file),
    orNone(() => ask('/api/auth/sign-out', { method: 'POST', headers: ours })),
    orNone(() => ask('/api/auth/sign-out', { method: 'POST', headers: { origin: 'https://doctor.invalid', 'sec-fetch-site': 'cross-site' } })),
    orNone(() => ask('/api/health', { headers: { origin: 'https://doctor.invalid', 'sec-fetch-site': 'cross-site' } })),
    orNone(() => ask('/', { headers: { host: 'doctor.invalid' } })),
    orNone(() => ask('/api/metrics', { headers: { authorization: 'Bearer not-the-token-of-this-deployment' } })),
    orNone(() => ask('/api/auth/passkey/options', { method: 'POST', headers: json, body: nobody() })),
  ]);
  // The first question of a day may find connections that have still to be made, and the app waits for nobody long.
  const ready = answers.find(([path]) => path === '/api/ready')?.[1];
  if (ready?.kind === 'answer' && ready.value.status === 503) {
    await new Promise((resolve) => setTimeout(resolve, READY_AGAIN_MS));
    answers.push(['/api/ready', await ask('/api/ready')]);
  }
  const isAnswered = question.kind === 'answer' && question.value.status === 200;
  const body = nobody();
  const vantages = isAnswered ? await vantagesTo(url) : [];
  const askFor = (from: Vantage, address: string) => ask('/api/auth/passkey/options', { method: 'POST', headers: { ...json, 'x-forwarded-for': address }, body, from });
  const forged = !isAnswered ? [] : await Promise.all(
    // Addresses of RFC 5737, which nobody has.
    Array.from({ length: FORGED }, (_, i) => askFor(vantages[0] ?? {}, `198.51.100.${i + 1}`)),
  );
  const fromElsewhere = isAnswered && vantages[1] !== undefined ? await askFor(vantages[1], '198.51.100.1') : undefined;
  agent.destroy();
  const policy = page.kind === 'answer' ? page.value.headers['content-security-policy']?.[0] : undefined;
  return {
    url, settings, https: url.protocol === 'https:', cookie: settings?.cookie ?? { secure: true, sameSite: 'lax' }, page, again,
    certificate: certificates[0], nowMs: context.now(), plain, answers: new Map(answers), file: built, signOut, crossSite, foreignOrigin, foreignHost, metrics, question, forged,
    fromElsewhere: fromElsewhere?.kind === 'answer' ? fromElsewhere : undefined,
    policyFindings: policy === undefined ? [] : await judgeCsp(policy),
  };
}

/** The attributes that a cookie of ours has, from the one table of them. */
export function attributesOf(cookie: string): string[] {
  return cookie.split(';').slice(1).map((part) => part.trim());
}

export function expectedAttributes(kind: 'session' | 'transaction', maxAgeSeconds: number, settings: CookieSettings): string[] {
  return attributesOf(setCookie(kind, 'x', maxAgeSeconds, settings));
}

/** How to leave this machine. */
interface Vantage {
  family?: 4 | 6;
  localAddress?: string;
}

/**
 * Ways to the deployment by which it sees different addresses of us. Two of one family may leave by the same gateway and be one
 * address out there; IPv4 and IPv6 never are, nor are two addresses of loopback.
 */
async function vantagesTo(url: URL): Promise<Vantage[]> {
  const found = await lookup(url.hostname.replace(/^\[|\]$/g, ''), { all: true }).catch(() => []);
  const families = [...new Set(found.map(({ family }) => family as 4 | 6))];
  // One that the name has may still lead nowhere from here.
  const open = (await Promise.all(families.map(async (family) => ((await leads(url, family)) ? [family] : [])))).flat();
  const isHere = found.some(({ address }) => address.startsWith('127.'));
  return [...open.map((family) => ({ family })), ...(isHere && open.includes(4) ? [{ family: 4, localAddress: '127.0.0.2' } as const] : [])];
}

function leads(url: URL, family: 4 | 6): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80), family, timeout: CONNECT_MS });
    const end = (isOpen: boolean) => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false)).once('timeout', () => end(false));
  });
}

function askOnce(
  url: URL,
  options: { method?: string; headers?: Record<string, string>; body?: string; timeoutMs: number; agent?: HttpAgent; from?: Vantage; onCertificate?(certificate: Certificate): void },
): Promise<Asked<Answer>> {
  const { method = 'GET', headers = {}, body = '', timeoutMs, agent = false, from = {}, onCertificate } = options;
  return new Promise((resolve) => {
    const ask = url.protocol === 'https:' ? askHttps : askHttp;
    const length = method === 'GET' ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const request = ask(url, { method, headers: { accept: '*/*', ...length, ...headers }, agent, ...from }, (response) => {
      if (onCertificate !== undefined && 'getPeerCertificate' in response.socket) onCertificate(certificateOf(response.socket as TLSSocket, url.hostname));
      const pieces: Buffer[] = [];
      let total = 0;
      response.on('data', (piece: Buffer) => {
        total += piece.length;
        if (total <= BODY_MAX_BYTES) pieces.push(piece);
        else response.destroy();
      });
      response.on('error', () => undefined);
      response.on('close', () => {
        clearTimeout(timer);
        resolve({ kind: 'answer', value: { status: response.statusCode ?? 0, headers: response.headersDistinct as Record<string, string[]>, body: Buffer.concat(pieces).toString() } });
      });
    });
    const timer = setTimeout(() => request.destroy(Object.assign(new Error('timeout'), { name: 'TimeoutError' })), timeoutMs);
    request.on('error', (error) => {
      clearTimeout(timer);
      resolve({ kind: 'silent', why: silence(error) });
    });
    request.end(body);
  });
}

function certificateOf(socket: TLSSocket, host: string): Certificate {
  const { valid_to: end } = socket.getPeerCertificate();
  const problem = socket.authorized ? undefined : String(socket.authorizationError ?? `it is not of ${host}`);
  return { problem, endsAtMs: Date.parse(end) };
}
