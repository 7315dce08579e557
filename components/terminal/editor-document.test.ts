import { expect, test } from 'vitest';
import { FsError } from '@/lib/core/fs/files.ts';
import { createMemoryFiles } from '@/lib/core/fs/memory-files.ts';
import * as limits from '@/lib/core/limits.ts';
import { besideName, lineEndOf, openDocument } from './editor-document.ts';

const PATH = '/tmp/note.md';
const bytes = (text: string) => new TextEncoder().encode(text);

function setUp(content?: string | Uint8Array) {
  const files = createMemoryFiles({ now: () => 0 });
  if (content !== undefined) files.write(PATH, typeof content === 'string' ? bytes(content) : content);
  const read = (path = PATH) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(files.read(path));
  return { files, read };
}

test('what was read is what is saved, byte for byte: mark, accents, missing last line end', () => {
  for (const text of ['\ufeffmark', 'é\n日本', 'no end', '', 'a\r\nb\r\n', 'mixed\r\nb\nc\rd']) {
    const { files, read } = setUp(text);
    const document = openDocument(files, PATH);
    expect(document.text).toBe(text);
    expect(document.save(document.text)).toBe('saved');
    expect(read()).toBe(text);
  }
});

test('bytes that somebody else wrote meanwhile are never overwritten without a word', () => {
  const { files, read } = setUp('mine');
  const document = openDocument(files, PATH);
  files.write(PATH, bytes('theirs'));
  expect([document.hasChangedElsewhere(), document.save('edited'), read()]).toEqual([true, 'changed', 'theirs']);
  expect(document.saveBeside('edited')).toBe('/tmp/note (edited).md');
  expect([read(), read('/tmp/note (edited).md'), document.path]).toEqual(['theirs', 'edited', '/tmp/note (edited).md']);
  expect(document.save('edited more')).toBe('saved');
  expect(read()).toBe('theirs');
});

test('after the person said so it is overwritten, and then known', () => {
  const { files, read } = setUp('mine');
  const document = openDocument(files, PATH);
  files.write(PATH, bytes('theirs'));
  expect([document.save('edited', { overwrite: true }), read(), document.save('again'), read()]).toEqual(['saved', 'edited', 'saved', 'again']);
});

test('a file that appears, or goes, while a new one is written counts as changed', () => {
  const { files } = setUp();
  const document = openDocument(files, PATH);
  expect([document.text, document.hasChangedElsewhere()]).toEqual(['', false]);
  files.write(PATH, bytes(''));
  expect(document.save('x')).toBe('changed');
  expect(document.reload()).toBe('');
  files.remove(PATH);
  expect([document.hasChangedElsewhere(), document.reload(), document.save('x')]).toEqual([true, undefined, 'changed']);
});

test('text that comes from another version than the file has now is not written over it without a word', () => {
  const { files, read } = setUp('one');
  const { from } = openDocument(files, PATH);
  const same = openDocument(files, PATH);
  same.comesFrom(from);
  expect([same.hasChangedElsewhere(), same.save('two'), read()]).toEqual([false, 'saved', 'two']);
  const document = openDocument(files, PATH);
  document.comesFrom(from);
  expect([document.from, document.hasChangedElsewhere(), document.save('mine'), read()]).toEqual([from, true, 'changed', 'two']);
  expect([document.save('mine', { overwrite: true }), document.save('more'), read()]).toEqual(['saved', 'saved', 'more']);
  const beside = openDocument(files, PATH);
  beside.comesFrom('');
  expect([beside.from, beside.save('new'), beside.saveBeside('new'), beside.save('newer'), read()]).toEqual(['', 'changed', '/tmp/note (edited).md', 'saved', 'more']);
});

test('a listener of the files that looks during our own save sees no foreign change', () => {
  const { files } = setUp('a');
  const document = openDocument(files, PATH);
  const seen: boolean[] = [];
  files.onChange(() => seen.push(document.hasChangedElsewhere()));
  document.save('b');
  expect(seen).toEqual([false]);
});

test('a save that fails changes nothing of what is known', () => {
  const { files } = setUp('a');
  const document = openDocument(files, PATH);
  files.setMode(PATH, 0o444);
  expect(() => document.save('b')).toThrow(FsError);
  expect(document.hasChangedElsewhere()).toBe(false);
});

test('what is not text, or too large, is refused with a sentence', () => {
  const words = (content: Uint8Array) => {
    try {
      openDocument(setUp(content).files, PATH);
      return 'opened';
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect([words(Uint8Array.of(65, 0, 66)), words(Uint8Array.of(0xff, 0xfe, 65)), words(bytes('plain'))]).toEqual([
    'not a text file, so the editor would damage it', 'not UTF-8 text, so the editor would damage it', 'opened',
  ]);
  const large = new Uint8Array(limits.editorMaxBytes + 1).fill(65);
  const files = { ...setUp('x').files, read: () => large };
  expect(() => openDocument(files, PATH)).toThrow('too large for the editor');
});

test('line ends are Windows ones only when all are', () => {
  expect(['a\r\nb\r\n', 'a\nb', 'a\r\nb\n', 'a\rb\r\n', '', '\nb\r\n'].map(lineEndOf)).toEqual(['\r\n', '\n', '\n', '\n', '\n', '\n']);
});

test('the name beside is free and keeps the extension', () => {
  const taken = new Set(['/a.b/note (edited).md', '/a.b/note (edited 2).md']);
  expect([besideName('/a.b/note.md', 'edited', (path) => taken.has(path)), besideName('/a.b/note', 'unsaved', () => false), besideName('/a/.rc', 'edited', () => false)]).toEqual([
    '/a.b/note (edited 3).md', '/a.b/note (unsaved)', '/a/.rc (edited)',
  ]);
});
