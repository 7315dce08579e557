import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KeyIndex, fromByteKey } from './key-index.ts';
import { type ListRequest, listPage } from './list-page.ts';

/** All pages one after another, as a client reads them. */
function readAll(index: KeyIndex<string>, request: Omit<ListRequest, 'after'>): { objects: string[]; prefixes: string[]; sizes: number[] } {
  const all = { objects: [] as string[], prefixes: [] as string[], sizes: [] as number[] };
  for (let after = ''; ; ) {
    const page = listPage(index, { ...request, after });
    all.objects.push(...page.objects.map(({ key }) => key));
    all.prefixes.push(...page.commonPrefixes);
    all.sizes.push(page.objects.length + page.commonPrefixes.length);
    if (!page.truncated) return all;
    after = page.last ?? expect.fail('a truncated page names its last entry');
  }
}

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

test('pages of any size, put together, are the whole listing in byte order, each entry once', () => {
  const segment = fc.constantFrom('a', 'b', 'é', '\u{10000}', '\ue000', '-', ' ', 'a/', '/', 'ab/');
  const key = fc.array(segment, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.uniqueArray(key, { maxLength: 25 }), fc.constantFrom('', 'a', 'a/', 'b/', 'z'), fc.constantFrom('', '/', 'b', '/a'), fc.integer({ min: 1, max: 7 }), (keys, prefix, delimiter, maxKeys) => {
      const meant = keys.filter((one) => one.startsWith(prefix)).sort(byBytes);
      const groupOf = (one: string) => {
        const at = delimiter === '' ? -1 : one.indexOf(delimiter, prefix.length);
        return at < 0 ? null : one.slice(0, at + delimiter.length);
      };
      const index = new KeyIndex<string>();
      index.load(keys.map((one) => [one, one] as const));
      const read = readAll(index, { prefix, delimiter, maxKeys });
      expect(read.objects).toEqual(meant.filter((one) => groupOf(one) === null));
      expect(read.prefixes).toEqual([...new Set(meant.map(groupOf).filter((group) => group !== null))]);
      expect(read.sizes.slice(0, -1).every((size) => size === maxKeys)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('an index after any puts and deletes holds exactly what is left, in byte order', () => {
  const key = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), key), { maxLength: 40 }), (steps) => {
      const index = new KeyIndex<string>();
      const model = new Set<string>();
      for (const [put, one] of steps)
        if (put) {
          index.set(one, one);
          model.add(one);
        } else {
          index.delete(one);
          model.delete(one);
        }
      expect(Array.from({ length: index.size }, (_, at) => fromByteKey(index.at(at)?.key ?? ''))).toEqual([...model].sort(byBytes));
      const loaded = new KeyIndex<string>();
      loaded.load([...model].map((one) => [one, one] as const));
      expect(loaded).toEqual(index);
    }),
    { numRuns: 200 },
  );
});
