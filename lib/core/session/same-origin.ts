/** Reads one header, as `Headers.get` does. */
export interface HeaderReader {
  get(name: string): string | null;
}

/**
 * Whether an unsafe request comes from our own pages. Browsers say so themselves (Fetch Metadata,
 * https://www.w3.org/TR/fetch-metadata/): `same-site` is a sibling subdomain and refused, `none` is the address
 * bar, which sends no unsafe method. Without that header (old browsers, other clients) Origin must be ours.
 */
export function isSameOrigin(headers: HeaderReader, appOrigin: string): boolean {
  const site = headers.get('sec-fetch-site');
  const origin = headers.get('origin');
  if (site !== null) return site === 'same-origin' && (origin === null || origin === appOrigin);
  return origin === appOrigin;
}
