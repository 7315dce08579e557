import type { Attack } from './attack-bench.ts';

/**
 * The app with its key builder broken on purpose: user ids and names go into keys, prefixes and copy sources as they come,
 * encoded or not. What comes is what an attacker would send: ids of others, parts of ids, signs, steps up, other encodings.
 */
export function brokenCall(random: () => number, people: readonly string[], bucket: string): Attack {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const id = pick(people);
  const other = pick(people);
  const user = pick<() => string>([
    () => id, () => id, () => id, () => id, () => other, () => id.toUpperCase(), () => id.slice(0, -1), () => `${id}x`, () => `${id}/`, () => `/${id}`, () => `${id} `, () => `${id}\u0000`,
    () => `${id}/../${other}`, () => `${other}/../${id}`, () => `../u/${id}`, () => `./${id}`, () => `${id}%2F..%2F${other}`, () => `${id}%00`, () => '*', () => `${id.slice(0, 8)}*`,
    () => '?'.repeat(36), () => '', () => '${aws:PrincipalTag/sub}', () => id.replaceAll('-', '\u2010'), () => `\uff55${id}`, () => `${id}\n${other}`, () => `${id}\\..\\${other}`,
    () => noise(random), () => id.split('').toSpliced(Math.floor(random() * 36), 1, noise(random)).join(''),
  ])();
  const folder = pick(['log', 'pack', 'snap', '', '..', `../${other}/log`, noise(random)]);
  const name = pick(['999999999998', '', '*', `..%2f..%2f${other}`, noise(random)]);
  const root = pick(['u', 'u', 'u', 'u', 'u', 'u', 'u', 'U', 'accounts', 'probe', '', 'u/', '/u', '.', `u/${other}/../u`]);
  const key = [root, user, folder, name].join('/');
  const path = pick([slashesKept, encodeURIComponent, raw, upperEscapes])(key);
  const within = encodeURIComponent(pick([key, `${root}/${user}/`, `${root}/${user}`, root, user, '']));
  const source = pick([slashesKept, encodeURIComponent, raw])(`/${bucket}/${pick([key, `u/${other}/log/1`, `u/${id}/log/1`])}`);
  const versions = pick(['list-type=2&', '', 'versions&']);
  return pick<Attack>([
    { method: 'GET', target: `/${path}` },
    { method: 'HEAD', target: `/${path}` },
    { method: 'PUT', target: `/${path}`, headers: { 'if-none-match': '*' }, body: 'x' },
    { method: 'PUT', target: `/${path}`, body: 'x' },
    { method: 'DELETE', target: `/${path}` },
    { method: 'GET', target: `?${versions}prefix=${within}` },
    { method: 'GET', target: `?${versions}prefix=${within}&prefix=u%2F${id}%2F` },
    { method: 'GET', target: `?${versions}delimiter=%2F&start-after=${within}` },
    { method: 'PUT', target: `/${path}`, headers: { 'if-none-match': '*', 'x-amz-copy-source': source }, body: '' },
  ]);
}

function slashesKept(text: string): string {
  return encodeURI(text).replace(/[?#]/g, encodeURIComponent);
}

/** As it stands, but for what no request line can hold. */
function raw(text: string): string {
  return text.replace(/[^\x21-\x7e]|[?#]/gu, (found) => encodeURIComponent(found));
}

/** Every byte escaped, letters and digits too. */
function upperEscapes(text: string): string {
  return [...Buffer.from(text, 'utf8')].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}

function noise(random: () => number): string {
  const signs = ['a', 'Z', '0', '-', '_', '.', '/', '\\', '*', '?', '%', '$', '{', '}', ':', '+', '&', '=', ' ', '\t', '\u0000', 'é', '\u0301', '日', '😀', '\u202e', '\ud7ff'];
  return Array.from({ length: 1 + Math.floor(random() * 12) }, () => signs[Math.floor(random() * signs.length)]).join('');
}
