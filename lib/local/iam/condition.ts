import { isKnownKey, isMultivalued } from './context-keys.ts';
import { type Context, isLike, parsePattern, type Pattern, variablesOf } from './pattern.ts';

/**
 * Condition operators of IAM. One that is not here, or a key that is not asked for here, stops the start: ignored, it would
 * make a policy look stricter or looser than AWS takes it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export interface Condition {
  /** In lower case, as context keys have no case. */
  key: string;
  isMet(context: Context): boolean;
}

/** Whether one value of the context is one of the policy's, before negation. */
type Comparison = (value: string, wanted: Pattern, context: Context) => boolean;

const operators: Readonly<Record<string, { compare: Comparison; negated?: true; wildcards?: true }>> = {
  StringEquals: { compare: isLike },
  StringNotEquals: { compare: isLike, negated: true },
  StringLike: { compare: isLike, wildcards: true },
  StringNotLike: { compare: isLike, negated: true, wildcards: true },
  // ArnEquals and ArnLike are one and the same in AWS.
  ArnEquals: { compare: isArnLike, wildcards: true },
  ArnNotEquals: { compare: isArnLike, negated: true, wildcards: true },
  ArnLike: { compare: isArnLike, wildcards: true },
  ArnNotLike: { compare: isArnLike, negated: true, wildcards: true },
  Bool: { compare: (value, wanted, context) => isLike(value.toLowerCase(), wanted, context) },
};

/** @throws Error that names what is not understood. */
export function parseCondition(operator: string, keyAsWritten: string, values: readonly string[]): Condition {
  const key = keyAsWritten.toLowerCase();
  if (!isKnownKey(key)) throw new Error(`the condition key ${keyAsWritten} is not known here`);
  if (values.length === 0) throw new Error(`the condition on ${keyAsWritten} has no value`);
  if (operator === 'Null') return nullCondition(key, values);
  const parts = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/.exec(operator);
  const kind = parts !== null && Object.hasOwn(operators, parts[2]!) ? operators[parts[2]!] : undefined;
  if (parts === null || kind === undefined) throw new Error(`the condition operator ${operator} is not known here`);
  const [, quantifier, , ifExists] = parts;
  if ((quantifier === undefined) === isMultivalued(key)) {
    throw new Error(`the condition on ${keyAsWritten} ${quantifier === undefined ? 'needs ForAllValues or ForAnyValue' : `takes no ${quantifier}`}`);
  }
  if (kind === operators.Bool && values.some((value) => value !== 'true' && value !== 'false')) throw new Error(`Bool on ${keyAsWritten} is "true" or "false"`);
  const patterns = values.map((value) => parsePattern(value, kind.wildcards === true));
  const unknown = patterns.flatMap(variablesOf).find((variable) => !isKnownKey(variable));
  if (unknown !== undefined) throw new Error(`the variable \${${unknown}} is not known here`);

  const isOne = (value: string, context: Context) => patterns.some((pattern) => kind.compare(value, pattern, context)) !== (kind.negated === true);
  return {
    key,
    isMet(context) {
      const found = Object.hasOwn(context, key) ? context[key]! : [];
      // ForAllValues is met by nothing at all; an absent key meets what is negated.
      if (found.length === 0) return ifExists !== undefined || (quantifier === undefined ? kind.negated === true : quantifier === 'ForAllValues');
      return quantifier === 'ForAllValues' ? found.every((value) => isOne(value, context)) : found.some((value) => isOne(value, context));
    },
  };
}

/** `"Null": {"key": "true"}`: the key is absent. */
function nullCondition(key: string, values: readonly string[]): Condition {
  const [wanted, ...more] = values;
  if (more.length > 0 || (wanted !== 'true' && wanted !== 'false')) throw new Error(`Null on ${key} is "true" or "false"`);
  return { key, isMet: (context) => (Object.hasOwn(context, key) && context[key]!.length > 0) === (wanted === 'false') };
}

/** Each of an ARN's six parts by itself, so that `*` in one does not reach into the next; the last may hold colons. */
function isArnLike(value: string, wanted: Pattern, context: Context): boolean {
  const given = value.split(':');
  const patterns = splitArn(wanted);
  if (patterns.length !== 6 || given.length < 6) return false;
  const parts = [...given.slice(0, 5), given.slice(5).join(':')];
  return patterns.every((pattern, at) => isLike(parts[at]!, pattern, context));
}

function splitArn(wanted: Pattern): Pattern[] {
  const patterns: Array<Pattern[number][]> = [[]];
  for (const part of wanted) {
    if (part.kind !== 'text') {
      patterns.at(-1)!.push(part);
      continue;
    }
    for (const [at, text] of part.text.split(':').entries()) {
      if (at > 0 && patterns.length < 6) patterns.push([{ kind: 'text', text }]);
      else patterns.at(-1)!.push({ kind: 'text', text: at > 0 ? `:${text}` : text });
    }
  }
  return patterns;
}
