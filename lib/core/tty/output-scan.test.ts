import { expect, test } from 'vitest';
import { propertyRuns } from '../testing/property-runs.ts';
import { OutputScan } from './output-scan.ts';

const PIECES = ['plain text of some length', ' ', '\n', '\r\n', '\t', '\b', '\x1b[31m', '\x1b[m', '\x1b[38:2::9:8:7;1m', 'Â\xa0', 'Â', 'Â\xc3\xa9', '\xe6\xbc\xa2', '\xf0\x9f\x99\x82', '\x80'];
const OTHERS = ['\x07', '\0', '\x7f', 'Â\x85', '\x1b', '\x1b[', '\x1b[2J', '\x1b[1\n2m', '\x1b]0;', '\x0c', '\x1b[?1m'];
/** In a string of bytes: what does more than fill lines. A sequence may end in a later piece. */
// oxlint-disable-next-line no-control-regex
const MORE = /[\x00-\x07\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]|\xc2[\x80-\x9f]|\x1b(?!\[[0-9:;]*m)(?!(?:\[[0-9:;]*)?$)/;

test('what it says of output that is cut anywhere is what is true of each byte of it', () => {
  let seed = 1;
  const below = (count: number) => (seed = (seed * 48_271) % 2_147_483_647) % count;
  const pick = (of: readonly string[]) => of[below(of.length)] as string;
  const ends = { plain: 0, other: 0 };
  for (let round = 0; round < propertyRuns(60); round += 1) {
    const other = below(60);
    const text = Array.from({ length: 40 }, (_, index) => (index === other ? pick(OTHERS) : pick(PIECES))).join('');
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
    const scan = new OutputScan();
    for (let from = 0, to = 0; from < bytes.length; from = to) {
      to = Math.min(bytes.length, from + 1 + below(300));
      const before = String.fromCharCode(...bytes.subarray(0, to));
      const newlines = before.slice(from).split('\n').length - 1;
      expect(scan.read(bytes.subarray(from, to)), JSON.stringify([before, from])).toBe(MORE.test(before) ? undefined : newlines);
    }
    ends[MORE.test(String.fromCharCode(...bytes)) ? 'other' : 'plain'] += 1;
  }
  expect(Math.min(ends.plain, ends.other)).toBeGreaterThan(propertyRuns(60) / 4);
});
