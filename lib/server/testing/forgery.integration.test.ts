import fc from 'fast-check';
import { sealData } from 'iron-session';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { randomToken } from '../../core/session/crypto-port.ts';
import { HAND_OVER_HEADER } from '../../core/session/hand-over.ts';
import { guard } from '../../edge/guard.ts';
import { currentSession } from '../current-session.ts';
import { keyRing } from '../keys.ts';
import { sealDevice, sealSession, unsealSession } from '../seals.ts';
import { ORIGIN, SID, startRouteStack, type RouteStack } from './route-stack.ts';

/** More: `SELKIE_FORGERIES=1000000 npx vitest run … lib/server/testing/forgery`; fast-check prints seed and path of a failure. */
const CASES = Number(process.env['SELKIE_FORGERIES'] ?? 10_000);

let stack: RouteStack;
/** A live session's seal and a hand-over that the edge made for it: what a forger may have seen. */
let seal: string;
let handOver: string;
/** Seals that open, but not as a live session. */
let misfits: string[];

beforeAll(async () => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
  stack = await startRouteStack();
  const { browser } = await stack.person();
  seal = browser.jar.get(SID)!;
  const verdict = await guard(new Request(`${ORIGIN}/api/auth/session`, { headers: { cookie: `${SID}=${seal}` } }));
  if (verdict.kind !== 'continue') throw new Error('the live session was refused');
  handOver = verdict.requestHeaders.get(HAND_OVER_HEADER)!;
  const own = (await unsealSession('seal-session', seal))!;
  const passwords = await keyRing().passwords('seal-session');
  const stranger = { ...own, id: randomToken(crypto) };
  const content = [1, own.id, own.dataKey, own.expiresAtSeconds];
  const odd = [[2, ...content.slice(1)], [...content, 1], content.slice(0, 3), { 0: 1, 1: own.id, 2: own.dataKey, 3: own.expiresAtSeconds }, [1, own.id, own.dataKey, 1], [1, own.id, own.dataKey, '9999999999'], [1, own.id.slice(1), own.dataKey, own.expiresAtSeconds], 'x', null, own.id];
  misfits = [
    await sealSession('seal-transaction', own), await sealDevice({ id: randomToken(crypto, 16), account: own.id }), await sealSession('seal-session', stranger),
    await sealData(content, { password: { 1: randomToken(crypto) }, ttl: 0 }), await sealData(content, { password: { 2: passwords[1]! }, ttl: 0 }),
    await sealData(content, { password: await keyRing().passwords('seal-transaction'), ttl: 0 }), await sealData(content, { password: passwords, ttl: 60 }),
    ...await Promise.all(odd.map((each) => sealData(each, { password: passwords, ttl: 0 }))),
  ];
});
afterAll(async () => {
  vi.restoreAllMocks();
  await stack.close();
});

/** One small change somewhere in a text that was good. */
const altered = (good: () => string) => fc.tuple(fc.nat(), fc.nat(), fc.nat(9)).map(([at, what, how]) => {
  const text = good();
  const place = at % text.length;
  const letter = 'AaZz09-_*~.%"\\,é\t'[what % 17]!;
  const [before, here, after] = [text.slice(0, place), text[place]!, text.slice(place + 1)];
  switch (how) {
    case 0: return before + String.fromCharCode(here.charCodeAt(0) ^ (1 << (what % 7))) + after;
    case 1: return before;
    case 2: return before + after;
    case 3: return before + letter + here + after;
    case 4: return before + letter + after;
    case 5: return text + letter;
    case 6: return letter + text;
    case 7: return text.split('*').toSpliced(what % 8, 1).join('*');
    case 8: return text.split('*').map((part, index, parts) => (index === what % 8 ? parts[at % parts.length]! : part)).join('*');
    default: return text.toUpperCase();
  }
});
const huge = fc.tuple(fc.integer({ min: 500, max: 20_000 }), fc.constantFrom('A', 'Fe26.2*', '*', '~2', '%00', '=')).map(([length, part]) => part.repeat(length).slice(0, length));
const anyText = fc.string({ unit: 'binary', maxLength: 200 });
/** fast-check makes it before `beforeAll` ran, so what is good is looked up late. */
const value = fc.oneof(
  { weight: 6, arbitrary: altered(() => seal) }, { weight: 2, arbitrary: fc.nat().map((at) => misfits[at % misfits.length]!) },
  { weight: 1, arbitrary: anyText }, { weight: 1, arbitrary: huge }, { weight: 1, arbitrary: fc.constantFrom('', 'null', 'undefined', '{}', '[object Object]', 'Fe26.2*1', '"') },
);
const pair = fc.tuple(fc.constantFrom(SID, SID, SID, SID.toLowerCase(), `${SID} `, `\t${SID}`, 'sid', '__Host-sid', '__proto__', ''), value).map(([name, text]) => `${name}=${text}`);
/** The real seal twice is nobody's: who planted the other one? */
const twice = fc.nat(2).map((how) => [`${SID}=${seal}; ${SID}=${seal}`, `${SID}=x; ${SID}=${seal}`, `${SID}=${seal};${SID}=`][how]!);
const cookie = fc.oneof({ weight: 8, arbitrary: fc.array(pair, { minLength: 1, maxLength: 3 }).map((pairs) => pairs.join('; ')) }, { weight: 1, arbitrary: twice }, { weight: 1, arbitrary: anyText });
const header = fc.tuple(
  fc.constantFrom(
    'x-selkie-user', 'x-selkie-session-id', 'x-middleware-subrequest', 'x-middleware-rewrite', 'x-middleware-next', 'x-middleware-override-headers', 'x-middleware-request-cookie', 'x-invoke-path',
    'x-matched-path', 'x-nextjs-data', 'x-nextjs-postponed', 'next-router-state-tree', 'next-router-prefetch', 'rsc', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip',
    'x-http-method-override', 'x-original-url', 'x-rewrite-url', 'authorization', 'origin', 'referer', 'accept-language', 'user-agent', 'if-none-match', 'range', 'content-type', 'forwarded', 'via', 'upgrade',
  ),
  fc.oneof(anyText, huge, fc.constantFrom('middleware', 'middleware:middleware:middleware:middleware:middleware', '1', 'true', 'Bearer x', 'null', ORIGIN, '/api/auth/session', 'src/middleware')),
);
const claim = fc.oneof(
  altered(() => handOver), fc.constantFrom('', 'true', '1..', '1.e30.AAAA'), anyText, huge, fc.nat().map(() => handOver),
  fc.nat(3).map((number) => handOver.replace(/^1/, String(number))),
);
const path = fc.constantFrom('/api/auth/session', '/api/sessions', '/api/audit', '/API/Sessions/', '//api//audit', '/api/%61udit', '/account', '/account/x?y=%00', '/admin/sessions');

/** What a socket would carry: bytes, read as Latin-1. Undefined when no client could send it. */
function makeRequest(target: string, headers: [string, string][]): Request | undefined {
  try {
    const made = new Headers();
    for (const [name, text] of headers) made.append(name, Buffer.from(text, 'utf8').toString('latin1'));
    return new Request(ORIGIN + target, { headers: made });
  } catch {
    return undefined;
  }
}

test('the originals open, so the forgeries below are near misses', async () => {
  const request = new Request(`${ORIGIN}/api/auth/session`, { headers: { cookie: `${SID}=${seal}` } });
  expect([(await guard(request)).kind, (await currentSession(request)).kind, seal.length > 300, handOver.length > 300]).toEqual(['continue', 'live', true, true]);
});

test('no forged cookie, hand-over or header is ever a session or an error page, by either door', { timeout: 3_600_000 }, async () => {
  let sent = 0;
  await fc.assert(fc.asyncProperty(cookie, claim, fc.array(header, { maxLength: 4 }), path, async (jar, made, others, target) => {
    const request = makeRequest(target, [['cookie', jar], [HAND_OVER_HEADER, made], ...others]);
    if (request === undefined) return;
    // Spaces around a value are not part of it (RFC 6265 5.2): that would be the real one.
    const values = jar.split(';').map((each) => /^\s*([^=]*?)\s*=\s*(.*?)\s*$/s.exec(each)).filter((each) => each?.[1] === SID);
    if (values.length === 1 && values[0]?.[2] === seal) return;
    sent += 1;
    const verdict = await guard(request);
    const isPage = /^\/(account|admin)/.test(target);
    expect([verdict.kind, verdict.kind === 'respond' && verdict.response.status]).toEqual(['respond', isPage ? 303 : 401]);
    expect((await currentSession(request)).kind).toBe('absent');
    const open = makeRequest('/', [['cookie', jar], [HAND_OVER_HEADER, made], ...others])!;
    const through = await guard(open);
    const internal = through.kind === 'continue' ? [...through.requestHeaders.keys()].filter((name) => /^x-(selkie|middleware|invoke|matched|nextjs-postponed)/.test(name)) : ['refused'];
    expect(internal).toEqual([]);
  }), { numRuns: CASES });
  expect(sent).toBeGreaterThan(CASES * 0.6);
});
