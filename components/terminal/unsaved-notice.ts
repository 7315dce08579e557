import type { Draft } from '@/lib/client/drafts.ts';
import { HOME } from '@/lib/core/fs/places.ts';
import { quoteText } from '@/lib/core/shell/quote.ts';

/** So many are named; more would push the prompt off a phone's screen. */
const NAMED_MAX = 3;

/** What is said at the first prompt of text that was typed and never saved; undefined when there is none. */
export function unsavedNotice(drafts: readonly Pick<Draft, 'path'>[]): string | undefined {
  const paths = [...new Set(drafts.map(({ path }) => path))].map(asTyped);
  if (paths.length === 0) return undefined;
  if (paths.length === 1) return `Text of ${paths[0]} that was not saved is kept; \`edit ${paths[0]}\` offers it.`;
  const more = paths.length > NAMED_MAX ? ` and ${paths.length - NAMED_MAX} more` : '';
  return `Text of ${paths.length} files that was not saved is kept; \`edit\` offers it: ${paths.slice(0, NAMED_MAX).join(', ')}${more}.`;
}

/** A path as a person would type it. */
function asTyped(path: string): string {
  const isHome = path.startsWith(`${HOME}/`);
  const rest = isHome ? path.slice(HOME.length + 1) : path;
  return `${isHome ? '~/' : ''}${/^[\w@%+=:,./\-\p{L}]+$/u.test(rest) ? rest : quoteText(rest)}`;
}
