import type { Environment as Settings } from '../../core/session/environment.ts';
import { ENVIRONMENT_NAMES } from '../../core/session/environment.ts';
import type { Environment } from '../environment.ts';
import { absent, ok, unknown, wrong, type Check, type Verdict } from './check.ts';

/** The variables as they are, and what the app's own parser makes of them. */
export interface EnvironmentEvidence {
  env: Environment;
  /** Nothing of Cognito, S3 and Redis is set: `npm start` would use the embedded cloud. */
  embedded: boolean;
  settings: Settings | undefined;
  /** The parser's sentence. */
  problem: string | undefined;
}

type SettingsCheck = Omit<Check<EnvironmentEvidence>, 'judge'> & { judge(settings: Settings, env: Environment): Verdict };

/** Names of other programs begin with other words than these (a desktop has a SESSION_MANAGER). */
const OUR_NAMES = /^(APP_ORIG|SESSION_(SEC|IDLE|ABS|COOK)|COGNITO_|S3_(BUCKET|REGION|ENDPOINT|ERASER)|UPSTASH_REDIS_REST_(URL|TOKEN)|CORS_|TRUSTED_PROX|OUTBOX_|METRICS_TOK|ADMIN_GR)/;
const DAY = 24 * 3600;

export const environmentChecks: readonly Check<EnvironmentEvidence>[] = [
  {
    id: 'environment.valid',
    severity: 'error',
    line: 'Every variable is there, has the right form, and contradicts no other',
    why: 'An app that runs with half a configuration fails later, elsewhere, and for somebody else; so it does not start.',
    todo: 'Correct that variable; .env.example explains each.',
    atStart: true,
    judge({ embedded, settings, problem }) {
      if (embedded) return unknown('neither Cognito, S3 nor Redis is configured, so `npm start` would use the embedded cloud; set the variables of .env.example, or call doctor where they are set');
      return settings === undefined ? wrong(problem ?? 'The environment was not understood') : ok('Every variable is there and has the right form');
    },
  },
  {
    id: 'environment.misspelt',
    severity: 'warning',
    line: 'No variable has a name that looks like ours and that nobody reads',
    why: 'A misspelt optional variable changes nothing, silently: TRUSTED_PROXY_HOP=1 leaves the number at 0.',
    todo: 'Compare the name with .env.example, or unset it.',
    judge({ env }) {
      const odd = Object.keys(env).filter((name) => env[name] !== '' && OUR_NAMES.test(name) && !(ENVIRONMENT_NAMES as readonly string[]).includes(name));
      return odd.length === 0 ? ok('No variable has a misspelt name') : wrong(`${odd.join(', ')} ${odd.length === 1 ? 'is' : 'are'} set, and nobody reads ${odd.length === 1 ? 'it' : 'them'}`);
    },
  },
  {
    id: 'environment.tls-verification',
    severity: 'error',
    line: 'Certificates of Cognito, S3 and Redis are verified',
    why: 'With NODE_TLS_REJECT_UNAUTHORIZED=0 anybody on the way can be Cognito, S3 or Redis.',
    todo: 'Unset NODE_TLS_REJECT_UNAUTHORIZED; for a private authority set NODE_EXTRA_CA_CERTS to its certificate.',
    atStart: true,
    judge: ({ env }) => (env.NODE_TLS_REJECT_UNAUTHORIZED === '0' ? wrong('NODE_TLS_REJECT_UNAUTHORIZED=0 switches the verification of certificates off') : ok('Certificates are verified')),
  },
  {
    id: 'environment.inspector',
    severity: 'error',
    line: 'Node’s inspector is not open in production',
    why: 'Whoever reaches the inspector’s port reads every secret and runs code in the app.',
    todo: 'Take --inspect out of NODE_OPTIONS.',
    judge: ({ env }) => (/--inspect/.test(env.NODE_OPTIONS ?? '') ? wrong('NODE_OPTIONS opens Node’s inspector') : ok('Node’s inspector is closed')),
  },
  ...([
    {
      id: 'environment.cors-own',
      severity: 'error',
      line: 'CORS_ALLOWED_ORIGINS does not name the app’s own origin',
      why: 'One’s own origin needs no CORS; who lists it has usually mistaken what the variable does, and answers then vary by origin for nothing.',
      todo: 'Take APP_ORIGIN out of CORS_ALLOWED_ORIGINS.',
      judge: (settings) => (settings.corsAllowedOrigins.includes(settings.appOrigin) ? wrong(`CORS_ALLOWED_ORIGINS names ${settings.appOrigin} itself`) : ok('CORS_ALLOWED_ORIGINS does not name our own origin')),
    },
    {
      id: 'environment.cors-plain',
      severity: 'error',
      line: 'Every origin in CORS_ALLOWED_ORIGINS is https, when the app is',
      why: 'A page that came over http can be anybody’s, and it could read the API with the person’s cookie.',
      todo: 'Name https origins only.',
      judge({ corsAllowedOrigins, https }) {
        const plain = corsAllowedOrigins.filter((one) => one.startsWith('http:'));
        return https && plain.length > 0 ? wrong(`CORS_ALLOWED_ORIGINS names ${plain.join(', ')}, which is not https`) : ok('No plain http origin may read the API');
      },
    },
    {
      id: 'environment.proxy-hops',
      severity: 'warning',
      line: 'TRUSTED_PROXY_HOPS counts the proxy that ends TLS',
      why: 'Our Node entry speaks plain http, so an https origin has a proxy in front; with 0 hops everybody has that proxy’s address, and strangers use up one another’s attempts.',
      todo: 'Set TRUSTED_PROXY_HOPS to the number of your own proxies, usually 1 (on Vercel leave it at 0).',
      judge({ https, appOrigin, trustedProxyHops }, env) {
        if (!https || env.VERCEL === '1') return absent;
        return trustedProxyHops === 0 ? wrong(`${appOrigin} is https and TRUSTED_PROXY_HOPS is 0, so a proxy stands in front whose address counts for everybody`) : ok(`${trustedProxyHops} of your own proxies in front ${trustedProxyHops === 1 ? 'is' : 'are'} counted`);
      },
    },
    {
      id: 'environment.identity-region',
      severity: 'error',
      line: 'The identity pool is in the region of the user pool',
      why: 'The app asks for it there, so no file would be reached by anybody.',
      todo: 'Set COGNITO_IDENTITY_POOL_ID to the pool of that region.',
      atStart: true,
      judge({ cognito: { identityPoolId, region } }) {
        if (identityPoolId === undefined) return absent;
        return identityPoolId.startsWith(`${region}:`) ? ok('The identity pool is in the region of the user pool') : wrong(`COGNITO_IDENTITY_POOL_ID begins with ${identityPoolId.split(':')[0]}, and COGNITO_REGION is ${region}`);
      },
    },
    {
      id: 'environment.plain-http',
      severity: 'error',
      line: 'Cognito, S3 and managed login are spoken to over https, unless they are on this machine',
      why: 'Passwords, tokens and files would cross the network in the clear.',
      todo: 'Give that address with https://.',
      atStart: true,
      judge({ cognito, s3 }) {
        const named = { COGNITO_ENDPOINT: cognito.endpoint, COGNITO_DOMAIN: cognito.domain, S3_ENDPOINT: s3.endpoint };
        const plain = Object.entries(named).filter(([, url]) => url !== undefined && isPlain(url)).map(([name]) => name);
        return plain.length === 0 ? ok('No service is spoken to in the clear') : wrong(`${plain.join(' and ')} ${plain.length === 1 ? 'is' : 'are'} plain http on another machine`, Object.values(named).some((url) => url !== undefined && isPlain(url) && !isNearby(url)) ? {} : { severity: 'warning', todo: NEARBY });
      },
    },
    {
      id: 'environment.outbox',
      severity: 'error',
      line: 'OUTBOX_URL is not set where people get real mail',
      why: 'The code prompt would send people to a page of the embedded cloud that is not there.',
      todo: 'Unset OUTBOX_URL; `npm start` sets it by itself for the embedded cloud.',
      judge({ outboxUrl, appOrigin }) {
        const isLocal = isLoopback(appOrigin);
        return outboxUrl !== undefined && !isLocal ? wrong(`OUTBOX_URL is set, and ${appOrigin} is no address of this machine`) : ok('People are sent to their mailbox');
      },
    },
    {
      id: 'environment.session-lives',
      severity: 'warning',
      line: 'No session lives longer than 30 days',
      why: 'NIST SP 800-63B asks for a fresh sign-in after 30 days at the latest (AAL1).',
      todo: 'Set SESSION_ABSOLUTE_SECONDS to 604800 (7 days; remembered 30 days) or less.',
      judge({ lifetimes: { remembered } }) {
        const days = Math.round(remembered.absoluteSeconds / DAY);
        return remembered.absoluteSeconds > 30 * DAY ? wrong(`A remembered session lives ${days} days`) : ok(`A remembered session lives ${days} days at most`);
      },
    },
  ] satisfies SettingsCheck[]).map(
    ({ judge, ...check }: SettingsCheck): Check<EnvironmentEvidence> => ({
      ...check,
      judge({ settings, env, embedded }) {
        if (settings !== undefined) return judge(settings, env);
        return embedded ? absent : unknown('the environment is not valid');
      },
    }),
  ),
];

/** Whether a URL is of this machine. */
export function isLoopback(url: string): boolean {
  return /^(localhost|.*\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname);
}

/** What to do about a plain address by a bare name. */
export const NEARBY = 'Leave it so only where that name is of a network between containers of one host (compose.yaml), which nobody else is on.';

/** Whether a URL names its host by a bare word, as containers of one network do: no name of the internet is without a dot. */
export function isNearby(url: string): boolean {
  return /^[\w-]+$/.test(new URL(url).hostname);
}

/** Whether a URL crosses a network in the clear. */
export function isPlain(url: string): boolean {
  return url.startsWith('http:') && !isLoopback(url);
}
