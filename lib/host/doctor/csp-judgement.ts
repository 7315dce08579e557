import { contentSecurityPolicy } from '../../core/session/security-headers.ts';

/**
 * What is wrong with a Content-Security-Policy, one line each: first by Google's CSP Evaluator, where it is installed (it is a
 * development dependency), and by our own rules where not.
 */
export async function judgeCsp(policy: string): Promise<string[]> {
  try {
    const [{ CspEvaluator }, { CspParser }, { Severity }] = await Promise.all([
      import('csp_evaluator/dist/evaluator.js'), import('csp_evaluator/dist/parser.js'), import('csp_evaluator/dist/finding.js'),
    ]);
    return new CspEvaluator(new CspParser(policy).csp).evaluate()
      // Its scale runs from 10 (high) to 60 (none); INFO and NONE are remarks.
      .filter(({ severity }) => severity < Severity.INFO)
      .map(({ directive, value, description }) => `${directive}${value === undefined ? '' : ` ${value}`}: ${description}`);
  } catch {
    return ownRules(policy);
  }
}

/** The few that decide whether a policy stops an injected script at all. */
export function ownRules(policy: string): string[] {
  const directives = directivesOf(policy);
  const scripts = directives.get('script-src') ?? directives.get('default-src');
  return [
    ...(scripts === undefined ? ['script-src: is missing, so any script runs'] : []),
    ...[...directives].flatMap(([name, sources]) => sources.split(' ').filter((source) => /^'unsafe-|^\*$|^https?:$/.test(source)).map((source) => `${name} ${source}: lets in what the policy is there to stop`)),
    ...(['object-src', 'base-uri'].filter((name) => !directives.has(name) && (name === 'base-uri' || directives.get('default-src') !== "'none'")).map((name) => `${name}: is missing`)),
  ];
}

/** Which directives differ from our own policy, whatever the nonce; none when it is ours. */
export function differences(policy: string, https: boolean): string[] {
  const plain = (text: string) => text.replace(/'nonce-[\w+/=-]+'/g, "'nonce-…'");
  const found = directivesOf(plain(policy));
  const wanted = directivesOf(plain(contentSecurityPolicy({ nonce: 'x', https, development: false })));
  return [...new Set([...wanted.keys(), ...found.keys()])].filter((name) => wanted.get(name) !== found.get(name));
}

function directivesOf(policy: string): Map<string, string> {
  const directives = new Map<string, string>();
  for (const part of policy.split(';')) {
    const [name = '', ...sources] = part.trim().split(/\s+/);
    // CSP Level 3, 2.2.1: of two with one name the first counts.
    if (name !== '' && !directives.has(name.toLowerCase())) directives.set(name.toLowerCase(), sources.join(' '));
  }
  return directives;
}
