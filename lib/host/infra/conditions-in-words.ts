/** Operators of IAM as words between key and values; the key's part after its service is enough to know it by. */
const WORDS: Readonly<Record<string, string>> = {
  StringEquals: 'is', StringNotEquals: 'is not', StringLike: 'is like', StringNotLike: 'is not like',
  ArnEquals: 'is', ArnNotEquals: 'is not', ArnLike: 'is like', ArnNotLike: 'is not like', Bool: 'is',
  'ForAllValues:StringEquals': 'are only', 'ForAnyValue:StringLike': 'has one like',
};

/**
 * The conditions of a statement, one line each; all of them must hold.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export function conditionsInWords(conditions: Readonly<Record<string, Readonly<Record<string, string | string[]>>>> = {}): string[] {
  return Object.entries(conditions).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => {
      if (operator === 'Null') return `${key} is ${values === 'true' ? 'absent' : 'there'}`;
      return `${key} ${WORDS[operator] ?? operator} ${[values].flat().join(' or ')}`;
    }),
  );
}
