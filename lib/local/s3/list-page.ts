import { type ByteKey, type KeyIndex, fromByteKey, toByteKey } from './key-index.ts';

export interface ListRequest {
  prefix: string;
  /** Empty = none. */
  delimiter: string;
  /** Only what comes after this key or common prefix; empty = from the start. */
  after: string;
  maxKeys: number;
}

export interface ListPage<T> {
  objects: Array<{ key: string; value: T }>;
  commonPrefixes: string[];
  truncated: boolean;
  /** The last key or common prefix on this page: where the next one goes on; null on an empty page. */
  last: string | null;
}

/**
 * One page of a listing. A common prefix counts as one entry, and its keys are jumped over by search, so that a
 * page costs its entries and not the bucket.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 */
export function listPage<T>(index: KeyIndex<T>, request: ListRequest): ListPage<T> {
  const prefix = toByteKey(request.prefix);
  const delimiter = toByteKey(request.delimiter);
  const after = toByteKey(request.after);
  const page: ListPage<T> = { objects: [], commonPrefixes: [], truncated: false, last: null };
  if (request.maxKeys === 0) return page;

  let position = index.seek(startOf(prefix, delimiter, after));
  for (;;) {
    const entry = index.at(position);
    if (!entry || !entry.key.startsWith(prefix)) return page;
    if (page.objects.length + page.commonPrefixes.length === request.maxKeys) return { ...page, truncated: true };
    const group = commonPrefix(entry.key, prefix, delimiter);
    if (group === null) {
      page.last = fromByteKey(entry.key);
      page.objects.push({ key: page.last, value: entry.value });
      position++;
    } else {
      page.last = fromByteKey(group);
      page.commonPrefixes.push(page.last);
      position = index.seek(past(group));
    }
  }
}

function startOf(prefix: ByteKey, delimiter: ByteKey, after: ByteKey): string {
  if (after === '' || after < prefix) return prefix;
  // A page that ended with a common prefix goes on behind all its keys, not inside it.
  if (after.startsWith(prefix) && commonPrefix(after, prefix, delimiter) === after) return past(after);
  return `${after}\u0000`;
}

/** Greater than every key that begins with `prefix`, less than any other that follows: no byte is above 0xff. */
function past(prefix: string): string {
  return `${prefix}\u0100`;
}

function commonPrefix(key: string, prefix: string, delimiter: string): string | null {
  if (delimiter === '') return null;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? null : key.slice(0, at + delimiter.length);
}
