import { baseName } from '../../fs/path.ts';
import { globOf } from '../regex/glob.ts';

/** A pattern fits the whole name, or its end after any `/`, or a directory above it. */
export function isExcluded(name: string, patterns: readonly string[]): boolean {
  if (patterns.length === 0) return false;
  const plain = name.replace(/\/+$/, '');
  const tails = [plain];
  for (let at = plain.indexOf('/'); at >= 0; at = plain.indexOf('/', at + 1)) tails.push(plain.slice(at + 1));
  return patterns.some((pattern) => {
    const glob = globOf(pattern.replace(/\/+$/, ''));
    return tails.some((tail) => glob.matches(tail)) || glob.matches(baseName(`/${plain}`));
  });
}
