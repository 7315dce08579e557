import { hasMetas, quoteText } from './quote.ts';
import type { Variable } from './state.ts';

/** A value in double quotes, as `declare -p` writes it. */
export const inQuotes = (value: string): string =>
  // eslint-disable-next-line no-control-regex
  /[\x00-\x1f\x7f]/.test(value) ? quoteText(value) : `"${value.replace(/["$`\\]/g, '\\$&')}"`;

/** The key of a map between the brackets, quoted where it has to be. */
const inBrackets = (key: string): string =>
  // eslint-disable-next-line no-control-regex
  (hasMetas(key) || /[\x00-\x1f\x7f]|^@?$/.test(key) ? inQuotes(key) : key);

/** `(...)` of a list or a map, to be read back; undefined for a plain value. */
export function listValue(variable: Variable): string | undefined {
  if (variable.list !== undefined) return `(${Object.keys(variable.list).map((key) => `[${key}]=${inQuotes(variable.list![Number(key)]!)}`).join(' ')})`;
  if (variable.map !== undefined) return `(${variable.map.entries().map(([key, value]) => `[${inBrackets(key)}]=${inQuotes(value)} `).join('')})`;
  return undefined;
}

/** The letters of `declare` that say what a variable is. */
export function attributeLetters(variable: Variable): string {
  return `${variable.list ? 'a' : ''}${variable.map ? 'A' : ''}${variable.integer ? 'i' : ''}${variable.reference ? 'n' : ''}${variable.readonly ? 'r' : ''}${variable.exported ? 'x' : ''}${
    variable.letters === 'lower' ? 'l' : variable.letters === 'upper' ? 'u' : variable.letters === 'capital' ? 'c' : ''}`;
}

/** The command that would make it again. */
export function described(name: string, variable: Variable): string {
  const list = listValue(variable);
  const value = list !== undefined ? (variable.isBare === true ? '' : `=${list}`) : variable.value === undefined ? '' : `=${inQuotes(variable.value)}`;
  return `declare -${attributeLetters(variable) || '-'} ${name}${value}\n`;
}

/** `${name[@]@A}`: the same without the newline. */
export function listAssignment(name: string, variable: Variable): string {
  return described(name, variable).trimEnd();
}
