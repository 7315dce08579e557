import { expect, test } from 'vitest';
import { colourCode, languageOf } from './editor-languages.ts';

test('a file has the language of its name, a script that of its first line', () => {
  const names = [['a.md', ''], ['x/b.tsx', ''], ['.bashrc', ''], ['Dockerfile', ''], ['run', '#!/usr/bin/env python3'], ['run', '#!/bin/bash'], ['run', 'python'], ['a.unknown', '']] as const;
  expect(names.map(([path, line]) => languageOf(path, line)?.name)).toEqual(['Markdown', 'TSX', 'Shell', 'Dockerfile', 'Python', 'Shell', undefined, undefined]);
});

test('code gets colours and loses no letter', async () => {
  const code = 'if [ "$x" = 1 ]; then # why\n\techo "hi"\nfi\n';
  const spans = await colourCode(code, 'bash');
  expect(spans?.map(({ text }) => text).join('')).toBe(code);
  expect(spans?.filter(({ style }) => style !== '').slice(0, 2)).toEqual([{ text: 'if', style: '35' }, { text: '"', style: '32' }]);
  expect((await colourCode('const n = 1;', 'ts'))?.map(({ text, style }) => `${text}/${style}`)).toContain('const/35');
  expect(await colourCode('x', 'no-such-language')).toBeUndefined();
});
