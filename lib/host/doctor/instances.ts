import { readFileSync } from 'node:fs';
import util from 'node:util';
import { ENVIRONMENT_NAMES } from '../../core/session/environment.ts';
import type { Environment } from '../environment.ts';
import { Stop } from '../stop.ts';
import { absent, ok, wrong, type Check } from './check.ts';
import { secretsOf } from './secret-checks.ts';
import { fingerprint } from './secret-strength.ts';

/** What instances may compare: fingerprints of secrets, and every other setting as it is. */
export interface InstanceSettings {
  fingerprints: Readonly<Record<string, string>>;
  settings: Readonly<Record<string, string>>;
}

export interface InstancesEvidence {
  byName: ReadonlyMap<string, InstanceSettings>;
}

/** Of a machine alone: each host listens and stores where it does. */
const OWN = new Set(['LOG_LEVEL', 'LOG_FORMAT', 'OUTBOX_URL']);

export function instanceSettings(env: Environment): InstanceSettings {
  const secrets = secretsOf(env);
  // AWS keys may be an instance's own.
  const shared = Object.entries(secrets).filter(([name]) => !name.startsWith('AWS_'));
  const isSecret = (name: string) => name === 'SESSION_SECRET' || name in secrets;
  return {
    fingerprints: Object.fromEntries(shared.map(([name, secret]) => [name, fingerprint(name, secret)])),
    settings: Object.fromEntries(ENVIRONMENT_NAMES.flatMap((name) => (env[name] && !isSecret(name) && !OWN.has(name) ? [[name, env[name]]] : []))),
  };
}

/**
 * `a=FILE`: what `npm run doctor -- --json` printed on that instance, or its .env file.
 * @throws Stop with a sentence for what can't be read.
 */
export function readInstances(words: readonly string[]): ReadonlyMap<string, InstanceSettings> {
  return new Map(words.map((word) => {
    const [, name, file] = /^([\w.-]+)=(.+)$/.exec(word) ?? [];
    if (name === undefined || file === undefined) throw new Stop(`--instances wants NAME=FILE for each instance, not "${word}".`);
    return [name, parseInstance(file, readText(file))];
  }));
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new Stop(`${file} can't be read; give the file that \`npm run doctor -- --json > FILE\` made on that instance.`);
  }
}

function parseInstance(file: string, text: string): InstanceSettings {
  if (!text.trimStart().startsWith('{')) {
    // Node 20.12 and newer.
    if (util.parseEnv === undefined) throw new Stop(`This Node can't read ${file}; give the file that \`npm run doctor -- --json > FILE\` made on that instance.`);
    return instanceSettings(util.parseEnv(text) as Environment);
  }
  try {
    const { instance } = JSON.parse(text) as { instance?: InstanceSettings };
    if (isRecord(instance?.fingerprints) && isRecord(instance.settings)) return instance;
  } catch {
    // The sentence below says it.
  }
  throw new Stop(`${file} is not what \`npm run doctor -- --json\` prints.`);
}

function isRecord(value: unknown): value is Record<string, string> {
  return typeof value === 'object' && value !== null && Object.values(value).every((one) => typeof one === 'string');
}

/** The first name whose value is not the same everywhere, with who has what. */
function firstDifference(evidence: InstancesEvidence, of: (one: InstanceSettings) => Readonly<Record<string, string>>): { name: string; lacking: string[]; differing: string[] } | undefined {
  const all = [...evidence.byName];
  for (const name of [...new Set(all.flatMap(([, one]) => Object.keys(of(one))))].sort()) {
    const first = all.map(([, one]) => of(one)[name]).find((value) => value !== undefined);
    const lacking = all.filter(([, one]) => of(one)[name] === undefined).map(([who]) => who);
    const differing = all.filter(([, one]) => of(one)[name] !== undefined && of(one)[name] !== first).map(([who]) => who);
    if (lacking.length + differing.length > 0) return { name, lacking, differing };
  }
  return undefined;
}

export const instanceChecks: readonly Check<InstancesEvidence>[] = [
  {
    id: 'instances.secrets',
    severity: 'error',
    line: 'Every instance has the same secrets',
    why: 'An instance that lacks a key takes its cookies for none and signs people out at random, whenever a request lands there.',
    todo: 'Give every instance the same secrets; a rotation first adds the new key everywhere.',
    judge(evidence) {
      if (evidence.byName.size < 2) return absent;
      const found = firstDifference(evidence, ({ fingerprints }) => fingerprints);
      if (found === undefined) return ok(`${[...evidence.byName.keys()].join(', ')} have the same secrets`);
      return wrong(found.lacking.length > 0 ? `${found.lacking.join(', ')} ${found.lacking.length === 1 ? 'lacks' : 'lack'} ${found.name}` : `${found.differing.join(', ')} ${found.differing.length === 1 ? 'has' : 'have'} another ${found.name}`);
    },
  },
  {
    id: 'instances.settings',
    severity: 'error',
    line: 'Every instance has the same settings',
    why: 'What a person may do, and how long, would depend on where the request lands.',
    todo: 'Set it to the same value everywhere.',
    judge(evidence) {
      if (evidence.byName.size < 2) return absent;
      const found = firstDifference(evidence, ({ settings }) => settings);
      if (found === undefined) return ok(`${[...evidence.byName.keys()].join(', ')} have the same settings`);
      return wrong(`${found.name} is not the same everywhere: ${[...found.lacking, ...found.differing].join(', ')} ${found.lacking.length + found.differing.length === 1 ? 'differs' : 'differ'}`);
    },
  },
];
