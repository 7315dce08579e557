import type { Secrets } from '../secrets.ts';

/** One thing that was looked at, and how it was. */
export interface Check {
  act: string;
  what: string;
  ok: boolean;
}

/** Prints each act and what came of it, as it goes. */
export interface Rehearsal {
  act(name: string): void;
  /** What is done, before it is looked at. */
  did(what: string): void;
  check(what: string, isRight: boolean, found?: unknown): void;
  readonly checks: readonly Check[];
}

/** The account's root, as an operator's own credentials are: not the app's role. */
export function operatorKey({ secrets }: { secrets: Secrets }): { accessKeyId: string; secretAccessKey: string } {
  return { accessKeyId: secrets.s3AccessKeyId, secretAccessKey: secrets.s3SecretAccessKey };
}

export function createRehearsal(print: (line: string) => void): Rehearsal {
  const checks: Check[] = [];
  let current = '';
  return {
    checks,
    act(name) {
      current = name;
      print(`\n${name}`);
    },
    did: (what) => print(`  · ${what}`),
    check(what, isRight, found) {
      checks.push({ act: current, what, ok: isRight });
      print(`  ${isRight ? '✓' : '✗'} ${what}${isRight || found === undefined ? '' : ` (found: ${JSON.stringify(found)})`}`);
    },
  };
}
