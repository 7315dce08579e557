import { afterAll, beforeAll, expect, test } from 'vitest';
import { seededRandom } from '../../core/sync/seeded-random.ts';
import { readTemplate } from '../../local/iam/read-stack.ts';
import { personSession } from '../../local/iam/testing/test-rules.ts';
import { admit } from '../../local/s3/admit.ts';
import { rightsOf } from '../../local/s3/authorize.ts';
import { S3Error } from '../../local/s3/s3-error.ts';
import { errorCode } from '../../local/s3/testing/s3-bench.ts';
import { ada, bucket, eve, startAttackBench, type Attack, type AttackBench } from './testing/attack-bench.ts';
import { brokenCall } from './testing/broken-keys.ts';

/**
 * With the keys built from raw input, on purpose, a person's own credentials still reach nothing beside that person's folder.
 * A failure prints its seed: ISOLATION_SEED repeats the run, ISOLATION_CALLS makes it longer.
 */
const seed = Number(process.env['ISOLATION_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const calls = Number(process.env['ISOLATION_CALLS'] ?? 100_000);

let bench: AttackBench;
beforeAll(async () => void (bench = await startAttackBench({ http: true })));
afterAll(() => bench.close());

/** What the call is about, read from its address without the code that is tested; undefined when no server can read it. */
function meant({ target }: Attack): { key: string; prefix: string | null } | undefined {
  const [path = '', query = ''] = target.split(/\?(.*)/s);
  try {
    return { key: decodeURIComponent(path.slice(1)), prefix: new URLSearchParams(query).get('prefix') };
  } catch {
    return undefined;
  }
}

function isOwn(sub: string, call: Attack): boolean {
  const about = meant(call);
  return about !== undefined && (about.key === '' ? (about.prefix ?? '') : about.key).startsWith(`u/${sub}/`);
}

interface Count {
  admitted: number;
  refused: number;
  unreadable: number;
}

/** Throws at the first call that reaches beside its sender's folder, or that is refused what everybody may do in their own. */
function fuzz({ iam, mint }: AttackBench, times: number): Count {
  const random = seededRandom(seed);
  const people = Array.from({ length: 20 }, () => uuid(random));
  const rights = people.map((sub) => {
    const { accessKeyId, sessionToken } = mint.issue(personSession({ sub }));
    const opened = iam.open(accessKeyId, sessionToken);
    if (opened.kind !== 'known') throw new Error('not a good key');
    return rightsOf(iam, opened.principal, true);
  });
  const count: Count = { admitted: 0, refused: 0, unreadable: 0 };
  for (let at = 0; at < times; at += 1) {
    const who = Math.floor(random() * people.length);
    const sub = people[who]!;
    // Half of the calls know the id of their sender, and so come close.
    const call = brokenCall(random, random() < 0.5 ? [sub, people[(who + 1) % people.length]!] : people, bucket);
    const [path = '', query = ''] = `/${bucket}${call.target}`.split(/\?(.*)/s);
    const outcome = outcomeOf(() => admit(rights[who]!, { method: call.method, path, query, headers: call.headers ?? {} }));
    count[outcome] += 1;
    if (outcome === 'admitted' && !isOwn(sub, call)) throw new Error(`seed ${seed}, call ${at}: ${sub} got through with ${JSON.stringify(call)}`);
    const isPlain = call.method === 'GET' || call.method === 'HEAD' || (call.method === 'PUT' && call.headers?.['if-none-match'] === '*' && call.headers['x-amz-copy-source'] === undefined);
    if (outcome === 'refused' && isPlain && !call.target.includes('versions') && isOwn(sub, call)) throw new Error(`seed ${seed}, call ${at}: ${sub} was refused ${JSON.stringify(call)}`);
  }
  return count;
}

test(`${calls} calls with a broken key builder: none beside the person’s folder is admitted, all creations and readings in it are (seed ${seed})`, () => {
  const { admitted, refused, unreadable } = fuzz(bench, calls);
  expect(admitted + refused + unreadable).toBe(calls);
  // Neither side is empty, or the run has shown nothing.
  expect(Math.min(admitted, refused)).toBeGreaterThan(calls / 100);
}, 300_000);

test.each([
  ['a folder without its slash', 'u/${!aws:PrincipalTag/sub}/*', 'u/${!aws:PrincipalTag/sub}*'], ['any folder', 'u/${!aws:PrincipalTag/sub}/*', 'u/*'],
  ['a listing without its slash', '"u/${aws:PrincipalTag/sub}/*"', '"u/${aws:PrincipalTag/sub}*"'],
])(`the same calls find a template that allows %s (seed ${seed})`, async (_, right, wrong) => {
  const weak = await startAttackBench({ template: JSON.parse(JSON.stringify(readTemplate()).replace(right, wrong)) });
  try {
    expect(() => fuzz(weak, 20_000)).toThrow('got through with');
  } finally {
    await weak.close();
  }
});

function outcomeOf(work: () => unknown): 'admitted' | 'refused' | 'unreadable' {
  try {
    work();
    return 'admitted';
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    return error.code === 'AccessDenied' ? 'refused' : error.code === 'NotImplemented' ? 'admitted' : 'unreadable';
  }
}

test(`3,000 such calls over HTTP: Eve reads and changes nothing beside her folder (seed ${seed})`, async () => {
  const random = seededRandom(seed + 1);
  const person = bench.mint.issue(personSession({ sub: eve }));
  const beside = (all: Record<string, string>) => Object.fromEntries(Object.entries(all).filter(([key]) => !key.startsWith(`u/${eve}/`)));
  const before = beside(await bench.contents());
  const queue = Array.from({ length: 3_000 }, () => brokenCall(random, [eve, eve, ada], bucket)).values();
  let through = 0;
  const worker = async () => {
    for (const call of queue) {
      // A path with a bad escape can't be signed by anybody.
      if (meant(call) === undefined) continue;
      const reply = await bench.call(person, call);
      const text = reply.body.toString();
      if (text.includes('of ada') || text.includes(`<Key>u/${ada}`)) expect.fail(`seed ${seed}: Eve read of Ada with ${JSON.stringify(call)}`);
      if (reply.status < 300) {
        through += 1;
        if (!isOwn(eve, call)) expect.fail(`seed ${seed}: ${JSON.stringify(call)} answered ${reply.status}`);
      } else {
        expect([seed, call, errorCode(reply) === 'SignatureDoesNotMatch']).toEqual([seed, call, false]);
      }
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  expect(through).toBeGreaterThan(30);
  expect(beside(await bench.contents())).toEqual(before);
}, 300_000);

function uuid(random: () => number): string {
  return '########-####-4###-8###-############'.replace(/#/g, () => Math.floor(random() * 16).toString(16));
}
