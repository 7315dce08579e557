import { decodeText, encodeText } from '../../text.ts';
import { fail, JqArray, shorten, toJson, toText, typeOf, type Value } from './value.ts';
import { formatNumber } from './number-text.ts';

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const HTML: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', "'": '&apos;', '"': '&quot;' };

const rows = (value: Value, what: string): readonly Value[] => (value instanceof JqArray ? value.items : fail(`${typeOf(value)} (${shorten(value)}) cannot be ${what}-formatted, only array`));

function row(value: Value, what: 'csv' | 'tsv', text: (item: string) => string): string {
  return rows(value, what).map((item) => {
    if (item === null) return '';
    if (typeof item === 'number') return Number.isNaN(item) ? '' : formatNumber(item);
    if (typeof item === 'boolean') return String(item);
    if (typeof item === 'string') return text(item);
    return fail(`${typeOf(item)} (${shorten(item)}) is not valid in a csv row`);
  }).join(what === 'csv' ? ',' : '\t');
}

function encodeBase64(bytes: Uint8Array): string {
  let out = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at;
    const bits = ((bytes[at] as number) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    out += BASE64[bits >> 18]! + BASE64[(bits >> 12) & 63]! + (left > 1 ? BASE64[(bits >> 6) & 63]! : '=') + (left > 2 ? BASE64[bits & 63]! : '=');
  }
  return out;
}

function decodeBase64(text: string, value: Value): string {
  const out: number[] = [];
  let bits = 0;
  let held = 0;
  for (const character of text.replace(/=+$/, '')) {
    const code = BASE64.indexOf(character);
    if (code < 0) return fail(`${typeOf(value)} (${shorten(value)}) is not valid base64 data`);
    bits = ((bits << 6) | code) & 0xffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      out.push((bits >> held) & 0xff);
    }
  }
  if (out.length === 0 && text.replace(/=+$/, '') !== '') return fail(`${typeOf(value)} (${shorten(value)}) is not valid base64 data`);
  return cleanText(Uint8Array.from(out));
}

/** What is not UTF-8 becomes U+FFFD, as in all that jq reads. */
const cleanText = (bytes: Uint8Array): string => decodeText(bytes).replace(/[\udc80-\udcff]/g, (unit, at: number, whole: string) => {
  const before = whole.charCodeAt(at - 1);
  return before >= 0xd800 && before < 0xdc00 ? unit : '\ufffd';
});

const encodeUri = (text: string): string => Array.from(encodeText(text), (byte) => {
  const character = String.fromCharCode(byte);
  return byte < 0x80 && /[A-Za-z0-9\-_.~]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}).join('');

function decodeUri(text: string): string {
  const bytes: number[] = [];
  for (const part of text.split(/(%[0-9a-fA-F]{2})/)) {
    if (/^%[0-9a-fA-F]{2}$/.test(part)) bytes.push(Number.parseInt(part.slice(1), 16));
    else bytes.push(...encodeText(part));
  }
  return cleanText(Uint8Array.from(bytes));
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function encodeBase32(bytes: Uint8Array): string {
  let out = '';
  for (let at = 0; at < bytes.length; at += 5) {
    const bits = Array.from({ length: 5 }, (_, offset) => (bytes[at + offset] ?? 0).toString(2).padStart(8, '0')).join('');
    const used = Math.ceil((Math.min(5, bytes.length - at) * 8) / 5);
    for (let part = 0; part < 8; part += 1) out += part < used ? BASE32[Number.parseInt(bits.slice(part * 5, part * 5 + 5), 2)] : '=';
  }
  return out;
}

function quoteShell(value: Value): string {
  return (value instanceof JqArray ? value.items : [value]).map((item) => {
    if (typeof item === 'string') return `'${item.replaceAll("'", "'\\''")}'`;
    if (item !== null && typeof item === 'object') return fail(`${typeOf(item)} (${shorten(item)}) can not be escaped for shell`);
    return toJson(item);
  }).join(' ');
}

const FORMATS: Readonly<Record<string, (value: Value) => string>> = {
  text: toText,
  json: toJson,
  csv: (value) => row(value, 'csv', (item) => `"${item.replaceAll('"', '""')}"`),
  tsv: (value) => row(value, 'tsv', (item) => item.replace(/[\t\n\r\\]/g, (character) => ({ '\t': '\\t', '\n': '\\n', '\r': '\\r' })[character] ?? '\\\\')),
  html: (value) => toText(value).replace(/[<>&'"]/g, (character) => HTML[character] as string),
  uri: (value) => encodeUri(toText(value)),
  urid: (value) => decodeUri(toText(value)),
  sh: quoteShell,
  base64: (value) => encodeBase64(encodeText(toText(value))),
  base64d: (value) => decodeBase64(toText(value), value),
  base32: (value) => encodeBase32(encodeText(toText(value))),
};

/** `@name` as a function of a value; undefined where there is no such format. */
export function formatter(name: string): ((value: Value) => string) | undefined {
  const key = name.replace(/^@/, '');
  return Object.hasOwn(FORMATS, key) ? FORMATS[key] : undefined;
}

