import { expect, test } from 'vitest';
import { createMemoryFiles } from '../fs/memory-files.ts';
import type { CommitReader, LoggedCommit } from '../sync/history-reader.ts';
import { addFiles, addHistory } from './add-files.ts';
import type { ZipItem } from './write-zip.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What was put into the zip. */
function collector() {
  const items: ZipItem[] = [];
  return { items, zip: { add: (item: ZipItem) => void items.push(item), end: () => undefined } };
}

/** Three commits; the second and third share a pack. */
const CONTENTS: (Uint8Array | string[])[] = [bytes('inline'), ['pack-1', 'pack-2'], ['pack-2', 'pack-3']];
const reader: CommitReader = {
  async *commits() {
    for (const [index, where] of CONTENTS.entries()) {
      yield { seq: index + 1, head: 3, atMs: index, object: bytes(`object ${index + 1}`), contents: new Map([[`hash ${index}`, where]]) } as LoggedCommit;
    }
  },
  async *contentsOf() { /* not asked */ },
  pack: async (hash) => bytes(`bytes of ${hash}`),
};

test('the history in a zip is each object as it is and each pack once, with a note on how to read them', async () => {
  const { items, zip } = collector();
  const seen: number[] = [];
  expect(await addHistory(zip, reader, { nowMs: 0, maxEntries: 100, onCommit: ({ seq }) => void seen.push(seq) })).toBe('whole');
  expect(items.slice(1).map(({ name, content }) => [name.replace('.selkie-history/', ''), new TextDecoder().decode(content)])).toEqual([
    ['log/1', 'object 1'], ['log/2', 'object 2'], ['pack/pack-1', 'bytes of pack-1'], ['pack/pack-2', 'bytes of pack-2'], ['log/3', 'object 3'], ['pack/pack-3', 'bytes of pack-3'],
  ]);
  expect([items[0]?.name, new TextDecoder().decode(items[0]?.content), seen]).toEqual(['.selkie-history/README.txt', expect.stringContaining('log/N is commit N'), [1, 2, 3]]);
});

test('a history with more parts than fit ends with a whole commit, and says so', async () => {
  const { items, zip } = collector();
  const seen: number[] = [];
  expect(await addHistory(zip, reader, { nowMs: 0, maxEntries: 4, onCommit: ({ seq }) => void seen.push(seq) })).toBe('too-many');
  expect([items.map(({ name }) => name), seen]).toEqual([['.selkie-history/README.txt', '.selkie-history/log/1'], [1, 2, 3]]);
});

test('a directory goes in under its name with modes and links; what forbids reading is named and left out', () => {
  const files = createMemoryFiles({ now: () => 7 });
  files.makeDirectory('/home/me/docs');
  files.write('/home/me/docs/a', bytes('A'));
  files.setMode('/home/me/docs/a', 0o600);
  files.link('nowhere', '/home/me/docs/link');
  files.write('/home/me/docs/secret', bytes('S'));
  files.setMode('/home/me/docs/secret', 0);
  const { items, zip } = collector();
  const steps = [...addFiles(zip, files, '/home/me/docs', 'docs')];
  expect(steps.filter((step) => 'unreadable' in step)).toEqual([{ unreadable: '/home/me/docs/secret' }]);
  expect(items.map(({ name, kind, mode, content }) => [name, kind, mode.toString(8), new TextDecoder().decode(content)])).toEqual([
    ['docs', 'directory', '755', ''], ['docs/a', 'file', '600', 'A'], ['docs/link', 'link', '777', 'nowhere'],
  ]);
});
