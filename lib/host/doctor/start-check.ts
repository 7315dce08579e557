import type { Environment } from '../environment.ts';
import { Stop } from '../stop.ts';
import type { Finding } from './check.ts';
import { examine } from './examine.ts';
import { sections } from './sections.ts';

/** For one request, and for all of them: a start must not wait for whom it can do without. */
const REQUEST_MS = 1_500;
const ALL_MS = 3_000;

const REACHABLE = new Set(['cognito.reachable', 's3.reachable', 'redis.reachable']);

/**
 * The few checks that a start makes, all services at once. A contradiction or a *wrong* service (a token refused, no
 * conditional writes, another pool's client) stops it, for that does not mend itself. A service that does not *answer* is only
 * said: an outage must not keep an instance from coming up.
 * @param doctor how the whole examination is called where this runs.
 * @throws Stop with one sentence for each wrong, and what to do.
 */
export async function requireRightServices(env: Environment, say: (line: string) => void, doctor = 'npm run doctor'): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ALL_MS);
  });
  const findings = await Promise.race([examine({ env, timeoutMs: REQUEST_MS, brief: true }), late]);
  clearTimeout(timer);
  if (findings === undefined) return say(`The services did not answer all questions within ${ALL_MS / 1000} seconds; ${doctor} asks them more patiently.`);
  const stopping = new Set(sections.flatMap(({ checks }) => checks.filter(({ atStart }) => atStart === true).map(({ id }) => id)));
  const wrong = findings.filter(({ id, severity }) => severity === 'error' && stopping.has(id));
  if (wrong.length > 0) throw new Stop(`${wrong.map(said).join('\n')}\n${doctor} looks at everything.`);
  for (const finding of findings.filter(({ id, severity }) => severity === 'error' && REACHABLE.has(id))) say(said(finding));
}

function said({ what, todo }: Finding): string {
  return `${what} ${todo}`;
}
