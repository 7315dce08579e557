import { refuse } from './service-error.ts';

export interface Page<Item> {
  items: readonly Item[];
  /** Opaque; undefined on the last page. */
  next: string | undefined;
}

/**
 * One page of a list whose items have stable names. The token names the last item that was given, not a position, so that
 * nobody is skipped or given twice when others come and go; one that names nobody in the list any more is refused.
 */
export function pageOf<Item>(items: readonly Item[], nameOf: (item: Item) => string, size: number, token: string | undefined): Page<Item> {
  let from = 0;
  if (token !== undefined) {
    const last = Buffer.from(token, 'base64url').toString('utf8');
    from = items.findIndex((item) => nameOf(item) === last) + 1;
    if (from === 0) throw refuse.invalid('Invalid pagination token given.');
  }
  const page = items.slice(from, from + size);
  const last = page.at(-1);
  const hasMore = from + size < items.length && last !== undefined;
  return { items: page, next: hasMore ? Buffer.from(nameOf(last)).toString('base64url') : undefined };
}
