import { decodeBase64, toHex } from '../../core/session/bytes.ts';
import type { EnvironmentEvidence } from './environment-checks.ts';
import { absent, ok, unknown, wrong, type Check } from './check.ts';
import { weakness } from './secret-strength.ts';

/** NIST SP 800-131A's least for a key; what random bytes of 32 characters and more hold easily. */
const BITS = 128;
/** Long enough for every rotation that is described; more are forgotten ones. */
const KEYS_IN_ROTATION = 3;

/** The secrets of `SESSION_SECRET` by number, as they are written. */
export function sessionSecrets(text: string | undefined): Record<string, string> {
  if (text === undefined || text === '') return {};
  if (!text.trim().startsWith('{')) return { 1: text.trim() };
  try {
    return JSON.parse(text) as Record<string, string>;
  } catch {
    return {};
  }
}

/** Every secret of the environment by a name for people. */
export function secretsOf(env: EnvironmentEvidence['env']): Record<string, string> {
  const plain = ['NEXT_SERVER_ACTIONS_ENCRYPTION_KEY', 'UPSTASH_REDIS_REST_TOKEN', 'COGNITO_CLIENT_SECRET', 'METRICS_TOKEN', 'AWS_SECRET_ACCESS_KEY'];
  return {
    ...Object.fromEntries(Object.entries(sessionSecrets(env.SESSION_SECRET)).map(([number, secret]) => [`SESSION_SECRET key ${number}`, secret])),
    ...Object.fromEntries(plain.flatMap((name) => (env[name] ? [[name, env[name]]] : []))),
  };
}

export const secretChecks: readonly Check<EnvironmentEvidence>[] = [
  {
    id: 'secrets.session',
    severity: 'error',
    line: 'Every key of SESSION_SECRET is at least 32 random bytes',
    why: 'Whoever guesses it makes session cookies and device cookies; with Redis too, opens the tokens in it.',
    todo: 'Make one with node -p "crypto.randomBytes(32).toString(\'base64\')", and rotate to it as SECURITY.md says.',
    atStart: true,
    judge({ env, settings, embedded }) {
      if (settings === undefined) return embedded ? absent : unknown('the environment is not valid');
      for (const [number, secret] of Object.entries(sessionSecrets(env.SESSION_SECRET))) {
        const why = weakness(secret, BITS);
        if (why !== undefined) return wrong(`Key ${number} of SESSION_SECRET ${why}`);
      }
      return ok('SESSION_SECRET is strong');
    },
  },
  {
    id: 'secrets.session-keys',
    severity: 'warning',
    line: 'SESSION_SECRET holds the current key and at most two older ones',
    why: 'Each old key opens what it sealed for as long as it stands there, and a rotation is over only when it is gone.',
    todo: 'Remove the lowest numbers once the longest session (30 days by default) has passed.',
    judge({ settings, embedded }) {
      if (settings === undefined) return embedded ? absent : unknown('the environment is not valid');
      const count = settings.sessionSecrets.keys.size;
      return count > KEYS_IN_ROTATION ? wrong(`SESSION_SECRET holds ${count} keys`) : ok(`SESSION_SECRET holds ${count} ${count === 1 ? 'key' : 'keys'}; number ${settings.sessionSecrets.current} seals`);
    },
  },
  {
    id: 'secrets.actions-key',
    severity: 'error',
    line: 'NEXT_SERVER_ACTIONS_ENCRYPTION_KEY is 32 random bytes in base64, the same at build and at start',
    why: 'Without it every build makes its own, and tabs of the last build or of another instance are refused.',
    todo: 'Set it, at build and at start, to the output of: node -p "crypto.randomBytes(32).toString(\'base64\')".',
    judge({ env, embedded }) {
      if (embedded) return absent;
      const key = env.NEXT_SERVER_ACTIONS_ENCRYPTION_KEY;
      if (!key) return wrong('NEXT_SERVER_ACTIONS_ENCRYPTION_KEY is not set', { severity: 'warning' });
      const bytes = decodeBase64(key);
      if (bytes?.length !== 32) return wrong(`NEXT_SERVER_ACTIONS_ENCRYPTION_KEY ${bytes === undefined ? 'is not base64' : `has ${bytes.length} bytes instead of 32`}`);
      const why = weakness(key, BITS);
      return why === undefined ? ok('NEXT_SERVER_ACTIONS_ENCRYPTION_KEY is strong') : wrong(`NEXT_SERVER_ACTIONS_ENCRYPTION_KEY ${why}`);
    },
  },
  {
    id: 'secrets.redis-token',
    severity: 'error',
    line: 'UPSTASH_REDIS_REST_TOKEN is random and long',
    why: 'Whoever has it can end everybody’s sessions and write records that the app believes.',
    todo: 'Use the token that Upstash made, or for a front of your own 32 random bytes.',
    judge({ env, embedded }) {
      const token = env.UPSTASH_REDIS_REST_TOKEN;
      if (embedded || !token) return absent;
      const why = weakness(token, BITS);
      return why === undefined ? ok('UPSTASH_REDIS_REST_TOKEN is strong') : wrong(`UPSTASH_REDIS_REST_TOKEN ${why}`);
    },
  },
  {
    id: 'secrets.metrics-token',
    severity: 'error',
    line: 'METRICS_TOKEN, where it is set, is random and long',
    why: 'The metrics say how many people sign in, and when something fails.',
    todo: 'Set it to the output of: node -p "crypto.randomBytes(32).toString(\'hex\')".',
    judge({ env }) {
      const token = env.METRICS_TOKEN;
      if (!token) return absent;
      const why = weakness(token, BITS);
      return why === undefined ? ok('METRICS_TOKEN is strong') : wrong(`METRICS_TOKEN ${why}`);
    },
  },
  {
    id: 'secrets.distinct',
    severity: 'error',
    line: 'No two secrets are the same',
    why: 'One secret in two places leaks from the weaker of them, and can’t be changed in one.',
    todo: 'Make each its own.',
    judge({ env, embedded }) {
      if (embedded) return absent;
      const seen = new Map<string, string>();
      for (const [name, secret] of Object.entries(secretsOf(env))) {
        const bytes = decodeBase64(secret);
        // The same bytes written in base64 and in base64url are the same secret.
        const same = bytes === undefined ? secret : toHex(bytes);
        const other = seen.get(same);
        if (other !== undefined) return wrong(`${name} and ${other} are the same secret`);
        seen.set(same, name);
      }
      return ok('No two secrets are the same');
    },
  },
];
