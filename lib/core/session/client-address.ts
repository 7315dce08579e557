/**
 * The person's address from `X-Forwarded-For`. Our Node entry (or Vercel) writes the header, so with no own
 * proxy in front the right-most entry is the truth; each proxy of the operator moves the truth one to the left.
 * What stands further left came from outside and is never used.
 */
export function clientAddress(forwardedFor: string | null, trustedProxyHops: number): string {
  const entries = (forwardedFor ?? '').split(',').map((entry) => entry.trim()).filter((entry) => entry !== '');
  const entry = entries[Math.max(0, entries.length - 1 - trustedProxyHops)] ?? '';
  const plain = entry.replace(/^::ffff:(?=\d+\.)/i, '').replace(/^\[([^\]]*)\](:\d+)?$/, '$1').replace(/^(\d+(?:\.\d+){3}):\d+$/, '$1').toLowerCase();
  return /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-f:.]*:[0-9a-f:.]*)$/.test(plain) ? plain : 'unknown';
}

function groupsOf(address: string): string[] {
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const middle = tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  return [...left, ...middle, ...right];
}

/** What attempts are counted by: an IPv6 household has a whole /64, so one address of it means nothing. */
export function addressForCounting(address: string): string {
  return address.includes(':') ? `${groupsOf(address).slice(0, 4).join(':')}::/64` : address;
}

/** What a record keeps: enough to recognise "home" or "work", not enough to find a person: /24 or /48. */
export function coarseAddress(address: string): string {
  if (address === 'unknown') return address;
  // As people write it (RFC 5952): zeros at the end are what `::` says.
  if (address.includes(':')) return `${groupsOf(address).slice(0, 3).join(':').replace(/(^|:)0(:0)*$/, '')}::/48`;
  return `${address.split('.').slice(0, 3).join('.')}.0/24`;
}
