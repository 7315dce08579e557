import { S3Error } from './s3-error.ts';

/** First and last byte, both included, as HTTP counts. */
export interface ByteRange {
  first: number;
  last: number;
}

/**
 * The part of an object that a `Range` header asks for, or null for all of it. As S3 and RFC 9110 14.2 want, a
 * header that does not parse, or that names several ranges, is as good as absent.
 * @throws S3Error `InvalidRange` (416) when no byte of the object is in the range.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | null {
  const found = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '');
  if (!found) return null;
  const [, from = '', to = ''] = found;
  if (from === '' && to === '') return null;
  if (from !== '' && to !== '' && Number(to) < Number(from)) return null;
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (first > last)
    throw new S3Error(
      'InvalidRange',
      'The requested range is not satisfiable',
      { RangeRequested: header ?? '', ActualObjectSize: String(size) },
      { 'content-range': `bytes */${size}` },
    );
  return { first, last };
}
