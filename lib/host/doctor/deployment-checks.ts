import { cookieName } from '../../core/session/cookies.ts';
import * as limits from '../../core/limits.ts';
import { attributesOf, expectedAttributes, QUESTIONS_A_MINUTE, type Answer, type DeploymentEvidence } from './ask-deployment.ts';
import { absent, ok, unknown, wrong, type Asked, type Check, type Verdict } from './check.ts';
import { isLoopback } from './environment-checks.ts';

const DAYS_LEFT = 14;
const DAY_MS = 24 * 3600 * 1000;

/** A check that only makes sense once our own page came. */
export function up(judge: (evidence: DeploymentEvidence) => Verdict): (evidence: DeploymentEvidence) => Verdict {
  return (evidence) => (evidence.page.kind === 'answer' && evidence.page.value.status === 200 ? judge(evidence) : unknown('the first page did not come'));
}

export function of(asked: Asked<Answer>, judge: (answer: Answer) => Verdict): Verdict {
  return asked.kind === 'answer' ? judge(asked.value) : unknown(asked.kind === 'silent' ? asked.why : asked.code);
}

/** What a `Set-Cookie` of ours must say, attribute by attribute. */
function cookie(kind: 'session' | 'transaction', maxAgeSeconds: number, asked: (evidence: DeploymentEvidence) => Asked<Answer>): Check<DeploymentEvidence>['judge'] {
  return up((evidence) => of(asked(evidence), (answer) => {
    const name = cookieName(kind, evidence.cookie);
    if (answer.status >= 400) return unknown(`the request that sets it was refused with ${answer.status}`);
    const cookies = answer.headers['set-cookie'] ?? [];
    const found = cookies.find((one) => one.startsWith(`${name}=`));
    if (found === undefined) return wrong(`The cookie ${name} is not set${cookies.length > 0 ? `, but ${cookies.map((one) => one.split('=')[0]).join(', ')} is` : ''}`);
    const wanted = expectedAttributes(kind, maxAgeSeconds, evidence.cookie);
    const has = attributesOf(found);
    const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
    // Without the deployment's own environment nobody knows which of the two it was to be.
    const isStrict = evidence.settings === undefined && has.some((one) => same(one, 'SameSite=Strict'));
    const isMeant = (one: string) => isStrict && /^samesite=(lax|strict)$/i.test(one);
    const missing = wanted.filter((one) => !has.some((other) => same(one, other)) && !isMeant(one));
    const extra = has.filter((one) => !wanted.some((other) => same(one, other)) && !isMeant(one) && !/^(expires=|priority=)/i.test(one));
    if (missing.length > 0) return wrong(`The cookie ${name} comes without ${missing.join(', ')}`);
    return extra.length > 0 ? wrong(`The cookie ${name} comes with ${extra.join(', ')}`) : ok(`The cookie ${name} has every attribute`);
  }));
}

export const deploymentChecks: readonly Check<DeploymentEvidence>[] = [
  {
    id: 'deployment.reachable',
    severity: 'error',
    line: 'The first page comes',
    why: 'Nobody can open Selkie.',
    todo: 'Look at the app’s and the proxy’s own words; the proxy must pass the Host header on as it came.',
    judge({ page, url }) {
      if (page.kind !== 'answer') return wrong(`${url.origin} could not be asked: ${page.kind === 'silent' ? page.why : page.code}`);
      if (page.value.status === 421) return wrong(`${url.origin} answers for another host: the proxy does not pass the Host header on, or APP_ORIGIN is another one`);
      if (page.value.status >= 300 && page.value.status < 400) return wrong(`${url.origin}/ leads on to ${page.value.headers.location?.[0] ?? 'nowhere'}`);
      return page.value.status === 200 ? ok('The first page comes') : wrong(`${url.origin}/ answers HTTP ${page.value.status}`);
    },
  },
  {
    id: 'deployment.origin',
    severity: 'error',
    line: 'People open the address in APP_ORIGIN',
    why: 'Requests from another origin are refused as cross-site, so nothing but reading works.',
    todo: 'Set APP_ORIGIN to the address that people open, and start the app again.',
    judge({ url, settings }) {
      if (settings === undefined) return absent;
      return settings.appOrigin === url.origin ? ok('APP_ORIGIN is the address that people open') : wrong(`APP_ORIGIN is ${settings.appOrigin}, and ${url.origin} was looked at`);
    },
  },
  {
    id: 'deployment.https',
    severity: 'error',
    line: 'Selkie is served over https',
    why: 'Everybody on the way could take the session cookie; browsers keep passkeys, clipboard and service worker from http.',
    todo: 'Put a TLS proxy in front, and set APP_ORIGIN to https.',
    judge({ https, url }) {
      if (https) return ok('Selkie is served over https');
      return isLoopback(url.origin) ? wrong('Selkie is served over http, which is for this machine only', { severity: 'warning' }) : wrong('Selkie is served over http');
    },
  },
  {
    id: 'deployment.certificate',
    severity: 'error',
    line: `The certificate is good, and for at least ${DAYS_LEFT} days more`,
    why: 'With a certificate that has ended nobody comes in, and HSTS lets nobody click the warning away.',
    todo: 'Renew the certificate, and let it renew itself.',
    judge({ https, certificate, page, nowMs }) {
      if (!https) return absent;
      if (certificate === undefined) return unknown(page.kind === 'silent' ? page.why : 'none was seen');
      if (certificate.problem !== undefined) return wrong(`Browsers refuse the certificate (${certificate.problem})`);
      const left = Math.floor((certificate.endsAtMs - nowMs) / DAY_MS);
      return left < DAYS_LEFT ? wrong(`The certificate ends in ${left} days`) : ok(`The certificate is good for ${left} days`);
    },
  },
  {
    id: 'deployment.redirect',
    severity: 'error',
    line: 'Plain http leads on to https, and serves nothing itself',
    why: 'Who types the name without https:// would stay on http, where everything can be read and changed.',
    todo: 'Let the proxy answer every http request with 308 to the same address with https.',
    judge({ https, plain, url }) {
      if (!https) return absent;
      if (plain === undefined) return unknown('the port of plain http is not known; name it with --http URL');
      if (plain.kind === 'silent') return plain.why === 'nobody listens there' ? ok('Plain http is closed') : unknown(plain.why);
      return of(plain, ({ status, headers }) => {
        const location = headers.location?.[0] ?? '';
        const isOurs = location.startsWith('https://') && new URL(location).hostname === url.hostname;
        return [301, 307, 308].includes(status) && isOurs ? ok('Plain http leads on to https') : wrong(`Plain http answers HTTP ${status}${location === '' ? '' : `, to ${location}`}`);
      });
    },
  },
  {
    id: 'deployment.health',
    severity: 'error',
    line: '/api/health answers 200',
    why: 'A load balancer that asks it takes the instance out.',
    todo: 'Look at the app’s own words; a proxy must pass /api on.',
    judge: up(({ answers }) => of(answers.get('/api/health')!, ({ status }) => (status === 200 ? ok('/api/health answers') : wrong(`/api/health answers HTTP ${status}`)))),
  },
  {
    id: 'deployment.ready',
    severity: 'error',
    line: '/api/ready answers 200: the app reaches Redis, Cognito and S3',
    why: 'What is missing there does not work, although the page comes.',
    todo: 'Run doctor where the app runs, with its environment: it names what is wrong with that service.',
    judge: up(({ answers }) => of(answers.get('/api/ready')!, ({ status, body }) => (status === 200 ? ok('The app reaches Redis, Cognito and S3') : wrong(detailOf(body) ?? `/api/ready answers HTTP ${status}`)))),
  },
  {
    id: 'deployment.client-address',
    severity: 'error',
    line: 'The app does not believe an X-Forwarded-For that anybody sends',
    why: 'Whoever may choose their address has as many guesses as they like.',
    todo: 'Set TRUSTED_PROXY_HOPS to the number of your own proxies and no more, and let the outermost of them add to X-Forwarded-For.',
    judge: up(({ question, forged }) => {
      if (question.kind !== 'answer') return unknown('a question for a passkey was not answered');
      if (question.value.status === 429) return unknown('this machine has asked too often; try again in an hour');
      if (question.value.status !== 200) return unknown(`a question for a passkey was answered with ${question.value.status}`);
      const statuses = forged.map((one) => (one.kind === 'answer' ? one.value.status : 0));
      if (statuses.includes(429)) return ok('The app counts attempts by an address that the caller can’t choose');
      const answered = statuses.filter((status) => status === 200).length;
      return answered > QUESTIONS_A_MINUTE ? wrong(`${answered} questions under ${answered} made-up addresses were answered, and one address may ask ${QUESTIONS_A_MINUTE}`) : unknown('too few questions were answered');
    }),
  },
  {
    id: 'deployment.shared-address',
    severity: 'error',
    line: 'Two visitors are two addresses to the app',
    why: 'Where everybody has the proxy’s address, strangers use up one another’s attempts, and one of them keeps everybody from signing in. It is seen from a machine with IPv4 and IPv6, when the deployment has both.',
    todo: 'Let each proxy write X-Forwarded-For, and set TRUSTED_PROXY_HOPS to their number, neither less nor more.',
    judge: up(({ forged, fromElsewhere }) => {
      if (fromElsewhere === undefined) return absent;
      if (!forged.some((one) => one.kind === 'answer' && one.value.status === 429)) return unknown('no attempts were counted by an address; see deployment.client-address');
      return of(fromElsewhere, ({ status }) => {
        if (status === 429) return wrong('When one address has used its attempts up, another one has none left either: the app takes both for one');
        return status === 200 ? ok('Two visitors are two addresses to the app') : unknown(`a question for a passkey was answered with ${status}`);
      });
    }),
  },
  {
    id: 'deployment.cross-site',
    severity: 'error',
    line: 'A request from another site is refused',
    why: 'Another site could act in the person’s name.',
    todo: 'Let the proxy pass Origin and Sec-Fetch-Site on as they came.',
    judge: up(({ crossSite }) => of(crossSite, ({ status }) => (status === 403 ? ok('A request from another site is refused') : wrong(`A POST from another site was answered with ${status}`)))),
  },
  {
    id: 'deployment.cors',
    severity: 'error',
    line: 'No foreign origin may read the API',
    why: 'Another site could read what the person’s cookie opens.',
    todo: 'Take Access-Control-Allow-Origin out of the proxy’s rules; CORS_ALLOWED_ORIGINS names who may.',
    judge: up(({ foreignOrigin }) => of(foreignOrigin, ({ headers }) => {
      const allowed = headers['access-control-allow-origin'];
      return allowed === undefined ? ok('No foreign origin may read the API') : wrong(`Access-Control-Allow-Origin: ${allowed.join(', ')} is sent to a foreign origin`);
    })),
  },
  {
    id: 'deployment.foreign-host',
    severity: 'error',
    line: 'A request for another host gets nothing',
    why: 'A page whose name is made to lead here (DNS rebinding), or a cache filled under a foreign name, would get ours.',
    todo: 'Give the proxy a default server that refuses, and let it pass Host on as it came.',
    judge: up(({ foreignHost }) => (foreignHost.kind === 'answer' && foreignHost.value.status === 200 ? wrong('A request for doctor.invalid gets the first page') : ok('A request for another host gets nothing'))),
  },
  {
    id: 'deployment.metrics',
    severity: 'error',
    line: '/api/metrics is open to nobody without its token',
    why: 'The metrics say how many people sign in, and when something fails.',
    todo: 'Set METRICS_TOKEN, or leave it unset (then there are no metrics), and let the proxy add no authorization.',
    judge: up(({ metrics }) => of(metrics, ({ status }) => (status === 200 ? wrong('/api/metrics answers somebody without the token') : ok('/api/metrics is closed')))),
  },
  {
    id: 'cookies.session',
    severity: 'error',
    line: 'The session cookie has its prefix, Secure, HttpOnly, SameSite and Path=/, and no Domain',
    why: 'Without HttpOnly a script reads it, without Secure the network does, with Domain every sibling host gets it.',
    todo: 'Take the proxy’s rules about cookies out (proxy_cookie_flags, proxy_cookie_domain, Header edit Set-Cookie).',
    judge: cookie('session', 0, ({ signOut }) => signOut),
  },
  {
    id: 'cookies.transaction',
    severity: 'error',
    line: 'The cookie of a sign-in under way has the same',
    why: 'It is the key of a sign-in between two steps. (The device cookie comes only after a sign-in; it is made by the same function.)',
    todo: 'Take the proxy’s rules about cookies out (proxy_cookie_flags, proxy_cookie_domain, Header edit Set-Cookie).',
    judge: cookie('transaction', limits.transactionMs / 1000, ({ question }) => question),
  },
];

function detailOf(body: string): string | undefined {
  try {
    const { detail } = JSON.parse(body) as { detail?: unknown };
    return typeof detail === 'string' ? `The app says: ${detail.slice(0, 200)}` : undefined;
  } catch {
    return undefined;
  }
}
