import { S3Error } from './s3-error.ts';

/**
 * Percent-encodes as SigV4 wants it: everything but `A-Z a-z 0-9 - . _ ~`, upper-case hex, UTF-8.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export function uriEncode(text: string, keepSlash = false): string {
  const encoded = encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return keepSlash ? encoded.replaceAll('%2F', '/') : encoded;
}

/** @throws S3Error `InvalidURI` for a broken escape, bytes that are not UTF-8, or raw bytes outside printable ASCII. */
export function uriDecode(text: string): string {
  if (/[^\x21-\x7e]/.test(text)) throw invalidUri();
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalidUri();
  }
}

export function invalidUri(): S3Error {
  return new S3Error('InvalidURI', "Couldn't parse the specified URI.");
}

export type Query = ReadonlyArray<readonly [name: string, value: string]>;

/** The query's pairs, decoded, in their order; `?lifecycle` has an empty value. `+` is a space, as in S3. */
export function parseQuery(query: string): Query {
  return query
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const equals = part.indexOf('=');
      const name = equals < 0 ? part : part.slice(0, equals);
      const value = equals < 0 ? '' : part.slice(equals + 1);
      return [uriDecode(name.replaceAll('+', '%20')), uriDecode(value.replaceAll('+', '%20'))] as const;
    });
}
