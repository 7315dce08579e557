import { strToU8, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import * as limits from '../limits.ts';
import { readZip, ZipRefused } from './read-zip.ts';
import { openZip, type ZipItem } from './write-zip.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function zipOf(items: readonly ZipItem[]): Uint8Array {
  const chunks: Uint8Array[] = [];
  const zip = openZip((chunk) => chunks.push(chunk));
  for (const item of items) zip.add(item);
  zip.end();
  const whole = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

const file = (name: string, content: Uint8Array | string, mode = 0o644): ZipItem =>
  ({ name, kind: 'file', mode, mtimeMs: Date.UTC(2026, 10, 21), content: typeof content === 'string' ? bytes(content) : content });

/** A zip made by hand, so that each field can lie. */
function forged(entries: { name: string; content?: Uint8Array; size?: number; flags?: number; method?: number; at?: number; host?: number; attributes?: number }[]): Uint8Array {
  const out: number[] = [];
  const word = (value: number, count: number): number[] => Array.from({ length: count }, (_, index) => (value >>> (8 * index)) & 255);
  const central: number[] = [];
  for (const { name, content = new Uint8Array(0), size = content.length, flags = 0, method = 0, at = out.length, host = 3, attributes = 0o100644 << 16 } of entries) {
    const raw = [...bytes(name)];
    if (at === out.length) out.push(...word(0x04034b50, 4), ...word(20, 2), ...word(flags, 2), ...word(method, 2), ...word(0, 8), ...word(content.length, 4), ...word(size, 4), ...word(raw.length, 2), ...word(0, 2), ...raw, ...content);
    central.push(...word(0x02014b50, 4), 20, host, ...word(20, 2), ...word(flags, 2), ...word(method, 2), ...word(0, 8), ...word(content.length, 4), ...word(size, 4), ...word(raw.length, 2), ...word(0, 4), ...word(0, 4), ...word(attributes, 4), ...word(at, 4), ...raw);
  }
  const start = out.length;
  return Uint8Array.from([...out, ...central, ...word(0x06054b50, 4), ...word(0, 4), ...word(entries.length, 2), ...word(entries.length, 2), ...word(central.length, 4), ...word(start, 4), 0, 0]);
}

test('what is written comes back: contents, empty ones too, names in any script, modes, links, directories', () => {
  const large = Uint8Array.from({ length: 100_000 }, (_, index) => (index * index) & 255);
  const { entries, refused } = readZip(zipOf([
    { name: 'docs', kind: 'directory', mode: 0o700, mtimeMs: 0, content: new Uint8Array(0) }, file('docs/größe 日本 🦭.md', 'text\n', 0o600),
    file('empty', ''), file('large.bin', large, 0o755), { name: 'link', kind: 'link', mode: 0o777, mtimeMs: 0, content: bytes('docs/größe 日本 🦭.md') },
  ]));
  expect(refused).toEqual([]);
  expect(entries.map(({ path, kind, mode, size }) => [path, kind, mode, size])).toEqual([
    ['docs', 'directory', 0o700, 0], ['docs/größe 日本 🦭.md', 'file', 0o600, 5], ['empty', 'file', 0o644, 0], ['large.bin', 'file', 0o755, 100_000], ['link', 'link', 0o777, 27],
  ]);
  const UTC = Date.UTC(2026, 10, 21);
  expect(entries.map(({ mtimeMs }) => mtimeMs)).toEqual([Date.UTC(1980, 0, 2), UTC, UTC, UTC, Date.UTC(1980, 0, 2)]);
  expect(entries.slice(1).map((entry) => entry.read())).toEqual([bytes('text\n'), new Uint8Array(0), large, bytes('docs/größe 日本 🦭.md')]);
});

test('a zip of another program is read, with its folders and without Finder’s notes', () => {
  const { entries } = readZip(zipSync({ a: { 'b.txt': strToU8('B') }, '__MACOSX': { '._b': strToU8('x') } }));
  expect(entries.filter(({ kind }) => kind === 'file').map((entry) => [entry.path, entry.read()])).toEqual([['a/b.txt', bytes('B')]]);
});

test('zip slip: a name that leads outside is refused however it is written, and the others are read', () => {
  const names = ['../evil', 'a/../../evil', '/etc/passwd', '..', 'a/..', 'bad\u0007bell', 'ok/./fine', 'ok//two'];
  const { entries, refused } = readZip(forged(names.map((name) => ({ name, content: bytes(name) }))));
  expect([entries.map(({ path }) => path), refused.map(({ name }) => name)]).toEqual([['ok/fine', 'ok/two'], names.slice(0, 6)]);
  const windows = ['..\\evil', 'C:\\evil', 'dir\\file.txt', 'dir\\'];
  const fromWindows = readZip(forged(windows.map((name) => ({ name, host: 0, attributes: 0 }))));
  expect([fromWindows.entries.map(({ path, kind }) => [path, kind]), fromWindows.refused.map(({ name }) => name)])
    .toEqual([[['dir/file.txt', 'file'], ['dir', 'directory']], windows.slice(0, 2)]);
});

test('a bomb is refused whole: bytes named twice, more than fits in all, more entries than can be', () => {
  const shared = forged([{ name: 'a', content: bytes('12345678') }, { name: 'b', content: bytes('12345678'), at: 0 }]);
  expect(() => readZip(shared)).toThrow(new ZipRefused('That zip names the same bytes more than once, as only a zip bomb does.'));
  const many = forged(Array.from({ length: 40 }, (_, index) => ({ name: `f${index}`, content: bytes(String(index)), size: limits.fileMaxBytes })));
  expect(() => readZip(many)).toThrow(/would unpack to 80 MB, and at most 64 MB/);
});

test('an entry that unpacks to more or less than it says, or to something else, is damaged, and is never held whole', () => {
  const zeros = zipOf([file('zeros', new Uint8Array(1_000_000))]);
  const view = new DataView(zeros.buffer);
  const central = zeros.findIndex((_, at) => at + 4 <= zeros.length && view.getUint32(at, true) === 0x02014b50);
  for (const lie of [10, 999_999, 1_000_001]) {
    view.setUint32(central + 24, lie, true);
    const [entry] = readZip(zeros).entries;
    expect([entry?.size, () => entry?.read()]).toEqual([lie, expect.any(Function)]);
    expect(() => entry?.read()).toThrow(new ZipRefused('is damaged'));
  }
  const stored = forged([{ name: 'a', content: bytes('wrong check sum') }]);
  expect(() => readZip(stored).entries[0]?.read()).toThrow(new ZipRefused('is damaged'));
});

test('what is too large, encrypted or packed in another way is left out and named', () => {
  const { entries, refused } = readZip(forged([
    { name: 'large', content: bytes('x'), size: limits.fileMaxBytes + 1 }, { name: 'secret', content: bytes('x'), flags: 1 }, { name: 'lzma', content: bytes('x'), method: 14 }, { name: 'ok', content: bytes('x') },
  ]));
  expect([entries.map(({ path }) => path), refused]).toEqual([['ok'], [
    { name: 'large', why: 'is larger than 2 MB' }, { name: 'secret', why: 'is encrypted' }, { name: 'lzma', why: 'is packed in a way that is not known here' },
  ]]);
});

test('whatever is cut off or altered is refused or damaged, and nothing else happens', () => {
  const whole = zipOf([file('a', 'hello hello hello hello hello hello hello hello hello hello hello hello'), file('b/c', 'there')]);
  for (let length = 0; length < whole.length; length++) expect(() => readZip(whole.slice(0, length))).toThrow(ZipRefused);
  for (let at = 0; at < whole.length; at++) {
    const altered = whole.slice();
    altered[at]! ^= 0x41;
    try {
      for (const entry of readZip(altered).entries) {
        const content = entry.read();
        expect(content.length).toBe(entry.size);
      }
    } catch (error) {
      expect(error).toBeInstanceOf(ZipRefused);
    }
  }
});
