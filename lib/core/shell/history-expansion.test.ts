import { expect, test } from 'vitest';
import { expandHistory, splitWords } from './history-expansion.ts';

const ENTRIES = ['ls -l /tmp', 'grep -r needle src/lib/file.tar.gz', 'echo "two words" \'q u\' plain', 'cd notes'];

/** The line that is run; `same` and errors in words. */
const expand = (line: string): string => {
  const result = expandHistory(line, ENTRIES);
  return result.kind === 'changed' ? result.line : result.kind === 'same' ? 'same' : `error: ${result.message}`;
};

test('events are found by place, by number, by beginning and by part', () => {
  expect([expand('!!'), expand('sudo !!'), expand('!1'), expand('!-2'), expand('!gr'), expand('!?needle?'), expand('!?two'), expand('a !# b')]).toEqual([
    'cd notes', 'sudo cd notes', 'ls -l /tmp', 'echo "two words" \'q u\' plain', 'grep -r needle src/lib/file.tar.gz', 'grep -r needle src/lib/file.tar.gz',
    'echo "two words" \'q u\' plain', 'a a  b',
  ]);
});

test('word designators count words as the shell quotes them', () => {
  expect(splitWords(ENTRIES[2] as string)).toEqual(['echo', '"two words"', "'q u'", 'plain']);
  expect([expand('cat !$'), expand('x !^'), expand('x !*'), expand('!1:2'), expand('!echo:1-2'), expand('!echo:2*'), expand('!echo:0'), expand('!echo:1-'), expand('!gr:$')]).toEqual([
    'cat notes', 'x notes', 'x notes', '/tmp', '"two words" \'q u\'', "'q u' plain", 'echo', '"two words" \'q u\'', 'src/lib/file.tar.gz',
  ]);
});

test('% is the word that the last search found, at its last place in the line', () => {
  const entries = [': needle1 xneedle2 z', ...ENTRIES.slice(2)];
  expect(['echo !?needle?%', '!?le1 x?:%', '[ !?z?:%:s/z/q/ ]', 'cp !?two?:% !%', 'echo !%'].map((line) => expandHistory(line, entries))).toEqual(
    ['echo xneedle2', 'needle1', '[ q ]', 'cp "two words" "two words"', 'echo '].map((line) => ({ kind: 'changed', line, printOnly: false })),
  );
});

test('modifiers take paths apart and replace text', () => {
  expect([expand('!gr:$:h'), expand('!gr:$:t'), expand('!gr:$:r'), expand('!gr:$:e'), expand('!1:s/tmp/var/'), expand('!gr:gs/e/E/'), expand('!!:s/notes/&2/'), expand('!!:q')]).toEqual([
    'src/lib', 'file.tar.gz', 'src/lib/file.tar', '.gz', 'ls -l /var', 'grEp -r nEEdlE src/lib/filE.tar.gz', 'cd notes2', "'cd notes'",
  ]);
  expect(expandHistory('!!:p', ENTRIES)).toEqual({ kind: 'changed', line: 'cd notes', printOnly: true });
});

test('^old^new^ changes the last line once', () => {
  expect([expand('^notes^work'), expand('^notes^work^/now'), expand('^nope^x'), expand('^')]).toEqual(['cd work', 'cd work/now', 'error: ^nope^x: substitution failed', 'same']);
});

test('what bash leaves alone stays as it is', () => {
  for (const line of ["echo '!!'", 'echo \\!!', 'echo !', 'echo "hi!"', '! true', 'echo $!', 'echo ${!x}', '[[ a != b ]]', 'x=[!a]*', '!(a)', 'echo a']) expect([line, expand(line)]).toEqual([line, 'same']);
  expect(expand('echo "!!"')).toBe('echo "cd notes"');
});

test('an event that is not there is named and nothing runs', () => {
  expect([expand('!nope'), expand('!99'), expand('!-9'), expand('!1:7')]).toEqual(['error: !nope: event not found', 'error: !99: event not found', 'error: !-9: event not found', 'error: :7: bad word specifier']);
  expect(expandHistory('!!', [])).toEqual({ kind: 'error', message: '!!: event not found' });
});
