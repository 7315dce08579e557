import { securityHeaders } from '../../core/session/security-headers.ts';
import { DYNAMIC_PATHS, type Answer, type DeploymentEvidence } from './ask-deployment.ts';
import { absent, ok, unknown, wrong, type Check, type Verdict } from './check.ts';
import { differences } from './csp-judgement.ts';
import { up } from './deployment-checks.ts';

/** Every answer that came, by the path that it came from. */
function answersOf({ answers, file }: DeploymentEvidence, withFile: boolean): Array<[path: string, answer: Answer]> {
  const all = DYNAMIC_PATHS.map((path) => [path, answers.get(path)!] as const);
  if (withFile && file !== undefined) all.push(['a file of the build' as never, file]);
  return all.flatMap(([path, asked]) => (asked.kind === 'answer' ? [[path, asked.value] as [string, Answer]] : []));
}

/** A header with one right value, everywhere. */
function everywhere(name: string, withFile: boolean): Check<DeploymentEvidence>['judge'] {
  return up((evidence) => {
    const wanted = securityHeaders(evidence.https, evidence.settings?.appOrigin ?? evidence.url.origin)[name];
    if (wanted === undefined) return absent;
    return eachAnswer(evidence, withFile, (values) => {
      if (values === undefined) return `comes without ${name}`;
      return values.every((value) => value === wanted) ? undefined : `says ${name}: ${values.find((value) => value !== wanted)!.slice(0, 120)}`;
    }, name);
  });
}

function eachAnswer(evidence: DeploymentEvidence, withFile: boolean, judge: (values: readonly string[] | undefined, answer: Answer) => string | undefined, name: string): Verdict {
  for (const [path, answer] of answersOf(evidence, withFile)) {
    const why = judge(answer.headers[name.toLowerCase()], answer);
    if (why !== undefined) return wrong(`${path} ${why}`);
  }
  if (withFile && evidence.file === undefined) return unknown('the first page names no file of the build');
  return ok(`${name} is right everywhere`);
}

const PASS_ON = 'Let the proxy pass the app’s headers on as they come, and add none of its own with that name.';

const simple: ReadonlyArray<readonly [name: string, withFile: boolean, why: string]> = [
  ['Strict-Transport-Security', true, 'Without it the first click of every visit can be answered over http, by anybody on the way.'],
  ['Cross-Origin-Opener-Policy', false, 'A page that opened ours could navigate it, and measure it from within.'],
  ['Cross-Origin-Resource-Policy', true, 'Other sites could load our answers into their own process, where Spectre reads them.'],
  ['X-Content-Type-Options', true, 'A browser that guesses types makes a script of a text.'],
  ['Referrer-Policy', true, 'Addresses, with what stands in them, would be told to other sites.'],
  ['Permissions-Policy', false, 'A frame or an injected script could ask for camera, microphone or location in our name.'],
  ['Reporting-Endpoints', false, 'Nobody would hear of what the policy stops.'],
];

export const headerChecks: readonly Check<DeploymentEvidence>[] = [
  {
    id: 'headers.content-security-policy',
    severity: 'error',
    line: 'Every answer has our Content-Security-Policy, and nothing in it is weak',
    why: 'It is what keeps an injected script from running.',
    todo: PASS_ON,
    judge: up((evidence) => {
      const verdict = eachAnswer(evidence, false, (values) => {
        if (values === undefined) return 'comes without Content-Security-Policy';
        // More than one is all of them at once: the stricter wins, but scripts of ours may be the ones that are stopped.
        if (values.length > 1 || values[0]!.includes(', default-src')) return 'comes with more than one Content-Security-Policy';
        const odd = differences(values[0]!, evidence.https);
        return odd.length === 0 ? undefined : `has another policy than ours (${odd.join(', ')})`;
      }, 'Content-Security-Policy');
      if (verdict.kind !== 'ok') return verdict;
      if (evidence.policyFindings.length > 0) return wrong(`The policy is weak: ${evidence.policyFindings.join('; ')}`);
      if (evidence.file?.kind === 'answer' && evidence.file.value.headers['content-security-policy'] === undefined) return wrong('Files of the build come without Content-Security-Policy');
      return ok('Every answer has our Content-Security-Policy');
    }),
  },
  {
    id: 'headers.nonce',
    severity: 'error',
    line: 'Every answer has a nonce of its own',
    why: 'A cache that gives one page to everybody gives everybody the same nonce, which an injected script may then carry.',
    todo: 'Let no cache or CDN keep pages; files under /_next/static may be kept for ever.',
    judge: up(({ page, again }) => {
      const nonce = (one: DeploymentEvidence['page']) => (one.kind === 'answer' ? /'nonce-([^']+)'/.exec(one.value.headers['content-security-policy']?.[0] ?? '')?.[1] : undefined);
      const [first, second] = [nonce(page), nonce(again)];
      if (first === undefined || second === undefined) return unknown('there is no nonce; see headers.content-security-policy');
      return first === second ? wrong('Two visits got the same nonce, so a cache stands in between') : ok('Every answer has a nonce of its own');
    }),
  },
  ...simple.map(([name, withFile, why]): Check<DeploymentEvidence> => ({
    id: `headers.${name.toLowerCase()}`,
    severity: name === 'Reporting-Endpoints' ? 'warning' : 'error',
    line: `${name} is on every answer${name.startsWith('Strict') ? ' over https' : ''}`,
    why,
    todo: PASS_ON,
    judge: everywhere(name, withFile),
  })),
  {
    id: 'headers.cache-control',
    severity: 'error',
    line: 'No answer of the API may be kept by a cache',
    why: 'A cache in between could give one person’s answer to another.',
    todo: 'Let the proxy leave Cache-Control alone, and keep nothing under /api.',
    judge: up((evidence) => {
      for (const [path, { headers }] of answersOf(evidence, false)) {
        const value = headers['cache-control']?.join(', ') ?? '';
        if (path.startsWith('/api/') && !/(^|[ ,])no-store\b/.test(value)) return wrong(`${path} comes with ${value === '' ? 'no Cache-Control' : `Cache-Control: ${value}`}`);
      }
      return ok('No answer of the API may be kept');
    }),
  },
  {
    id: 'headers.banners',
    severity: 'warning',
    line: 'No header tells what runs, in which version',
    why: 'It tells which known hole to try.',
    todo: 'Switch the banner off (nginx: server_tokens off; proxy_hide_header X-Powered-By).',
    judge: up((evidence) => {
      for (const [, { headers }] of answersOf(evidence, true)) {
        const loud = ['x-powered-by', 'server', 'x-aspnet-version', 'x-runtime'].find((name) => headers[name]?.some((value) => name !== 'server' || /\d/.test(value)));
        if (loud !== undefined) return wrong(`${loud}: ${headers[loud]!.join(', ')} is sent`);
      }
      return ok('No header tells what runs');
    }),
  },
];
