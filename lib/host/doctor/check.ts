/**
 * The parts of `npm run doctor`:
 *
 *   environment ─► ask-*.ts (requests: what does each service say?) ─► evidence ─► *-checks.ts (pure: is that right?) ─► findings
 *
 * A check is a row of a table: what must be so, why, and what to do; its function judges evidence and asks nothing itself, so
 * every judgement can be tested without a service, and the checklist in the documentation is the same table.
 *
 * An answer is `ok`, `wrong` or `unknown`. What could not be looked at (a right is missing, a service is silent) is unknown and
 * never ok. Only the first cause is called wrong: behind a token that Redis refuses, everything else about Redis is unknown.
 *
 * Rejected: a script of requests with judgements in between, which can't say what it did not get to; and asking the app over an
 * API of its own, which would have to be guarded, and says nothing when the app does not start.
 */
export type Verdict =
  | { kind: 'ok'; what: string }
  /** `severity` and `todo` where they differ from the check's own. */
  | { kind: 'wrong'; what: string; severity?: Severity; todo?: string }
  | { kind: 'unknown'; why: string }
  /** There is nothing of the sort in this deployment. */
  | { kind: 'absent' };

export type Severity = 'error' | 'warning';

export interface Check<Evidence> {
  id: string;
  /** Of a wrong. */
  severity: Severity;
  /** What must be so: a line of the checklist, without the full stop. */
  line: string;
  /** What happens where it is not. */
  why: string;
  /** One sentence. */
  todo: string;
  /** A wrong also stops `npm start`. */
  atStart?: true;
  judge(evidence: Evidence): Verdict;
}

export interface Finding {
  id: string;
  severity: Severity | 'unknown' | 'ok';
  /** One sentence. */
  what: string;
  /** One sentence; empty when there is nothing to do. */
  todo: string;
  /** Of an unknown. */
  because?: string;
  /** The line of the checklist. */
  link: string;
}

/** Checks over the same evidence, as they stand together in the checklist. */
export interface Section {
  name: string;
  checks: readonly Check<never>[];
}

export const ok = (what: string): Verdict => ({ kind: 'ok', what });
export const wrong = (what: string, more: { severity?: Severity; todo?: string } = {}): Verdict => ({ kind: 'wrong', what, ...more });
export const unknown = (why: string): Verdict => ({ kind: 'unknown', why });
export const absent: Verdict = { kind: 'absent' };

/** What one request brought. */
export type Asked<T> =
  | { kind: 'answer'; value: T }
  /** The service said no, in its own name for it. */
  | { kind: 'refused'; code: string; message: string; status: number | undefined }
  /** No answer that says anything. */
  | { kind: 'silent'; why: string };

/** Judges an answer; without one nothing is known. `permission` is named when it is what lacks. */
export function judgeAnswer<T>(asked: Asked<T>, permission: string, judge: (value: T) => Verdict): Verdict {
  if (asked.kind === 'answer') return judge(asked.value);
  if (asked.kind === 'silent') return unknown(asked.why);
  if (/AccessDenied|NotAuthorized|Forbidden/.test(asked.code)) return unknown(`the credentials lack ${permission}`);
  return unknown(`${permission.split(':').at(-1)} was refused: ${asked.code}`);
}

const DOCUMENT = 'docs/checklist.md';

/** GitHub's anchor of the heading that the checklist gives the check. */
export function linkOf(id: string): string {
  return `${DOCUMENT}#${id.toLowerCase().replaceAll('.', '')}`;
}

export function findingsOf<Evidence>(checks: readonly Check<Evidence>[], evidence: Evidence): Finding[] {
  return checks.flatMap((check) => {
    const verdict = check.judge(evidence);
    if (verdict.kind === 'absent') return [];
    return [toFinding(check, verdict)];
  });
}

/** Every check of a section, unknown for one reason. */
export function unknownFindings(checks: readonly Check<never>[], why: string): Finding[] {
  return checks.map((check) => toFinding(check, { kind: 'unknown', why }));
}

function toFinding(check: Check<never>, verdict: Exclude<Verdict, { kind: 'absent' }>): Finding {
  const link = linkOf(check.id);
  switch (verdict.kind) {
    case 'ok':
      return { id: check.id, severity: 'ok', what: sentence(verdict.what), todo: '', link };
    case 'wrong':
      return { id: check.id, severity: verdict.severity ?? check.severity, what: sentence(verdict.what), todo: sentence(verdict.todo ?? check.todo), link };
    case 'unknown':
      return { id: check.id, severity: 'unknown', what: sentence(`${check.line}: could not be checked (${verdict.why})`), todo: '', because: verdict.why, link };
  }
}

function sentence(text: string): string {
  return text === '' || /[.!?]$/.test(text) ? text : `${text}.`;
}
