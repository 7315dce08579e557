import { S3Error } from './s3-error.ts';

/** What conditions compare: hex MD5 without quotes, and whole seconds since 1970 in milliseconds. */
export interface Version {
  etag: string;
  modifiedMs: number;
}

type Headers = Readonly<Record<string, string>>;

/**
 * Judges a GET or HEAD (RFC 9110 13.2.2, and S3's table for two conditions at once).
 * @returns `not-modified` for 304. @throws S3Error `PreconditionFailed`.
 */
export function judgeRead(version: Version, headers: Headers): 'send' | 'not-modified' {
  const ifMatch = headers['if-match'];
  const ifNoneMatch = headers['if-none-match'];
  if (ifMatch !== undefined) {
    if (!etagListed(ifMatch, version.etag)) throw failed('If-Match');
  } else {
    const since = dateOf(headers['if-unmodified-since']);
    if (since !== null && version.modifiedMs > since) throw failed('If-Unmodified-Since');
  }
  if (ifNoneMatch !== undefined) return etagListed(ifNoneMatch, version.etag) ? 'not-modified' : 'send';
  const since = dateOf(headers['if-modified-since']);
  return since !== null && version.modifiedMs <= since ? 'not-modified' : 'send';
}

/** True when `If-Range` still means this version, so that `Range` counts. */
export function rangeStillMeant(version: Version, ifRange: string | undefined): boolean {
  if (ifRange === undefined) return true;
  const date = dateOf(ifRange);
  return date === null ? stripQuotes(ifRange) === version.etag : date === version.modifiedMs;
}

/**
 * Judges a write; `existing` is null where there is no object.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 * @throws S3Error `PreconditionFailed`, `NoSuchKey` for If-Match on nothing, `NotImplemented` for what S3 does not take.
 */
export function judgeWrite(existing: Version | null, headers: Headers): void {
  const ifMatch = headers['if-match'];
  const ifNoneMatch = headers['if-none-match'];
  if (ifNoneMatch !== undefined && ifNoneMatch.trim() !== '*') throw notImplemented('If-None-Match');
  if (ifMatch !== undefined && ifNoneMatch !== undefined) throw notImplemented('If-Match');
  if (ifNoneMatch !== undefined && existing) throw failed('If-None-Match');
  if (ifMatch === undefined) return;
  if (!existing) throw new S3Error('NoSuchKey', 'The specified key does not exist.');
  if (stripQuotes(ifMatch) !== existing.etag) throw failed('If-Match');
}

/** Judges a delete: `If-Match` with an ETag, or `*` for "only if it exists". */
export function judgeDelete(existing: Version | null, ifMatch: string | undefined): void {
  if (ifMatch === undefined) return;
  if (!existing || (ifMatch.trim() !== '*' && stripQuotes(ifMatch) !== existing.etag)) throw failed('If-Match');
}

export function failed(condition: string): S3Error {
  return new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', { Condition: condition });
}

function notImplemented(header: string): S3Error {
  return new S3Error('NotImplemented', 'A header you provided implies functionality that is not implemented', { Header: header });
}

function etagListed(list: string, etag: string): boolean {
  return list.split(',').some((one) => one.trim() === '*' || stripQuotes(one) === etag);
}

function stripQuotes(text: string): string {
  return text.trim().replace(/^(?:W\/)?"(.*)"$/, '$1');
}

/** Milliseconds, or null where there is no date or it does not parse (RFC 9110: then it does not count). */
function dateOf(text: string | undefined): number | null {
  const ms = text === undefined || !/^[A-Z][a-z]{2},? /.test(text) ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}
