/**
 * Whether a condition of a CloudFormation template holds, or what one of its rules asserts.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-conditions.html
 * @param named the template's `Conditions`, which others name.
 * @param ref the value of a parameter; throws for what has none.
 * @throws Error that names what is not understood, or a condition that is not there or needs itself.
 */
export function holds(expression: unknown, named: Readonly<Record<string, unknown>>, ref: (name: string) => string): boolean {
  const [name, argument] = only(expression);
  if (name === 'Condition' && typeof argument === 'string') {
    if (!Object.hasOwn(named, argument)) throw new Error(`the template's condition ${argument} is not there, or needs itself`);
    const { [argument]: meant, ...others } = named;
    return holds(meant, others, ref);
  }
  const parts = Array.isArray(argument) ? argument : [];
  const each = (part: unknown) => holds(part, named, ref);
  if (name === 'Fn::Not' && parts.length === 1) return !each(parts[0]);
  if (name === 'Fn::And' && parts.length >= 2) return parts.every(each);
  if (name === 'Fn::Or' && parts.length >= 2) return parts.some(each);
  if (name === 'Fn::Equals' && parts.length === 2) return valueOf(parts[0], ref) === valueOf(parts[1], ref);
  throw new Error(`the template's ${name} is not understood as a condition`);
}

function valueOf(side: unknown, ref: (name: string) => string): string {
  if (typeof side === 'string') return side;
  const [name, argument] = only(side);
  if (name === 'Ref' && typeof argument === 'string') return ref(argument);
  throw new Error(`the template's ${name} is not understood in Fn::Equals`);
}

/** The one function of an object, and what it is given. */
function only(value: unknown): [name: string, argument: unknown] {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const [entry] = entries;
  if (entry === undefined || entries.length > 1) throw new Error(`the template's ${JSON.stringify(value)} is not understood as a condition`);
  return entry;
}
