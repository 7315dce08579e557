import { expect, test } from 'vitest';
import { pageFiles } from './page-files.ts';

/** As much of a page as these need: what was made of elements, and whether a key was pressed just now. */
function fakePage(isActive = true) {
  const made: (EventTarget & Record<string, unknown>)[] = [];
  const clicked: unknown[] = [];
  const view = {
    navigator: { userActivation: { isActive } },
    document: {
      createElement(tag: string) {
        const element = Object.assign(new EventTarget(), { tag, click: () => void clicked.push(element) }) as unknown as EventTarget & Record<string, unknown>;
        made.push(element);
        return element;
      },
    },
    URL: { createObjectURL: (blob: Blob) => `blob:${blob.size}`, revokeObjectURL: () => undefined },
    Blob, setTimeout: () => 0,
  };
  return { made, clicked, files: pageFiles(view as unknown as Window & typeof globalThis) };
}

const fileEntry = (name: string, text: string) => ({ name, isFile: true, isDirectory: false, file: (done: (file: File) => void) => done(new File([text], name, { lastModified: 86_400_000 })) });
const closedEntry = (name: string) => ({ name, isFile: true, isDirectory: false, file: (_done: unknown, fail: (error: unknown) => void) => fail(new Error('may not be read')) });
const directoryEntry = (name: string, below: unknown[]) => ({
  name, isFile: false, isDirectory: true,
  createReader() {
    let at = 0;
    // As Chromium does: a hundred at a time.
    return { readEntries: (done: (some: unknown[]) => void) => done(below.slice(at, (at += 100))) };
  },
});

test('everything below what was dropped is there, more than a hundred files too, with names as they are kept here', async () => {
  const { files } = fakePage();
  const many = Array.from({ length: 250 }, (_, index) => fileEntry(`f${index}`, String(index)));
  const entries = [directoryEntry('photos', [directoryEntry('deep', many), closedEntry('closed')]), fileEntry('u\u0308ber', 'Ü')] as unknown as FileSystemEntry[];
  files.keep({ entries, files: [] });
  const items = (await files.takeDropped()) ?? [];
  expect(items.map(({ path, kind }) => `${kind} ${path}`)).toEqual([
    'directory photos', 'directory photos/deep', ...many.map(({ name }) => `file photos/deep/${name}`), 'file photos/closed', 'file über',
  ]);
  expect([new TextDecoder().decode(await items[251]?.read()), items[251]?.mtimeMs, items[0]?.mtimeMs]).toEqual(['249', 86_400_000, undefined]);
  await expect(Promise.resolve(items[252]?.read())).rejects.toThrow('may not be read');
  expect(files.takeDropped()).toBeUndefined();
});

test('a picture that has no place on a disk is taken too', async () => {
  const { files } = fakePage();
  files.keep({ entries: [], files: [new File(['P'], 'picture.png')] });
  expect((await files.takeDropped())?.map(({ path, size }) => [path, size])).toEqual([['picture.png', 1]]);
});

test('the chooser answers what was chosen, by its place in a folder, nothing when it was left, and says when it is blocked', async () => {
  const { files, made } = fakePage();
  const folder = files.choose('directory');
  const inFolder = Object.defineProperty(new File(['A'], 'a'), 'webkitRelativePath', { value: 'folder/sub/a' });
  made[0]!['files'] = [inFolder];
  made[0]!.dispatchEvent(new Event('change'));
  const chosen = await folder;
  expect([made[0]!['webkitdirectory'], Array.isArray(chosen) && chosen.map(({ path }) => path)]).toEqual([true, ['folder/sub/a']]);
  const left = files.choose('files');
  made[1]!.dispatchEvent(new Event('cancel'));
  expect([made[1]!['webkitdirectory'], await left]).toEqual([false, undefined]);
  const blocked = fakePage(false);
  expect([await blocked.files.choose('files'), blocked.made]).toEqual(['blocked', []]);
});

test('saving makes a link to the content under its name and follows it', () => {
  const { files, made, clicked } = fakePage();
  files.save('notes.md', [new TextEncoder().encode('two '), new TextEncoder().encode('parts')], 'text/plain');
  expect(made.map((element) => [element['tag'], element['href'], element['download']])).toEqual([['a', 'blob:9', 'notes.md']]);
  expect(clicked).toEqual(made);
});
