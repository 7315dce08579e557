import * as v from 'valibot';
import * as limits from '../core/limits.ts';

const actions = ['delay', 'fail', 'drop-reply', 'drop-request'] as const;

const serviceSchema = v.picklist(['s3', 'cognito', 'redis'], '`service` must be s3, cognito or redis.');
const whole = (name: string, low: number, high: number) =>
  v.pipe(v.number(`\`${name}\` must be a number.`), v.check((value) => Number.isInteger(value) && value >= low && value <= high, `\`${name}\` must be a whole number from ${low} to ${high}.`));

const ruleSchema = v.pipe(
  v.strictObject({
    service: serviceSchema,
    /** Absent: every operation of the service. */
    operation: v.optional(v.pipe(v.string('`operation` must be text.'), v.nonEmpty('`operation` must not be empty; leave it out to mean all.'))),
    action: v.picklist(actions, '`action` must be delay, fail, drop-reply or drop-request.'),
    /** How long to wait first; with any action. */
    ms: v.optional(whole('ms', 0, limits.cloudFaultDelayMaxMs)),
    status: v.optional(whole('status', 400, 599)),
    /** Requests that the rule still strikes; absent: until it is removed. */
    times: v.optional(whole('times', 1, 1_000_000)),
  }),
  v.check((rule) => rule.action !== 'delay' || rule.ms !== undefined, '`delay` needs `ms`.'),
  v.check((rule) => rule.action === 'fail' || rule.status === undefined, '`status` belongs to `fail` only.'),
);

export type FaultRule = v.InferOutput<typeof ruleSchema>;

/** What strikes one request: first the wait, then, unless it is only a wait, the blow. */
export interface Fault {
  delayMs: number;
  blow: { action: 'fail'; status: number } | { action: 'drop-reply' } | { action: 'drop-request' } | null;
}

export type ParsedRule = { ok: true; rule: FaultRule } | { ok: false; sentence: string };

/** A rule as it comes from a test; unknown fields are refused, since a typing error would silently test nothing. */
export function parseFaultRule(input: unknown): ParsedRule {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return { ok: false, sentence: 'A fault rule must be a JSON object.' };
  const parsed = v.safeParse(ruleSchema, input);
  if (parsed.success) return { ok: true, rule: parsed.output };
  const [issue] = parsed.issues;
  const path = v.getDotPath(issue) ?? '';
  if (issue.type === 'strict_object')
    return { ok: false, sentence: path in input ? `\`${path}\` is not a field of a fault rule; use service, operation, action, ms, status, times.` : `A fault rule needs \`${path}\`.` };
  return { ok: false, sentence: issue.message };
}

export interface Faults {
  list(): readonly FaultRule[];
  /** @returns false when there are too many rules already. */
  add(rule: FaultRule): boolean;
  clear(): void;
  /** What strikes this request; counts the rules that do down. All delays add up, the first blow counts. */
  strike(service: FaultRule['service'], operation: string): Fault;
}

/** The faults that tests have ordered. */
export function createFaults(): Faults {
  let rules: FaultRule[] = [];
  return {
    list: () => rules,
    add(rule) {
      if (rules.length >= limits.cloudFaultRulesMax) return false;
      rules = [...rules, rule];
      return true;
    },
    clear() {
      rules = [];
    },
    strike(service, operation) {
      const fault: Fault = { delayMs: 0, blow: null };
      rules = rules.flatMap((rule) => {
        const meant = rule.service === service && (rule.operation === undefined || rule.operation === operation);
        // A second blow waits for the next request: its count must not be used up by one that it did not strike.
        if (!meant || (rule.action !== 'delay' && fault.blow)) return [rule];
        fault.delayMs += rule.ms ?? 0;
        if (rule.action === 'fail') fault.blow = { action: 'fail', status: rule.status ?? 500 };
        else if (rule.action !== 'delay') fault.blow = { action: rule.action };
        if (rule.times === undefined) return [rule];
        return rule.times > 1 ? [{ ...rule, times: rule.times - 1 }] : [];
      });
      return fault;
    },
  };
}
