import { expect, test } from 'vitest';
import { formatHistoryLine, parseHistoryLines } from './history-line.ts';

test('records come back from their file as they were, and what is no record is left out', () => {
  const whole = { at: 5, line: 'echo "a\nb" 😀', directory: '/home/me', durationMs: 12.5, status: 1 };
  const bare = { at: 6, line: 'ls', directory: undefined, durationMs: undefined, status: undefined };
  const text = `${formatHistoryLine(whole)}{"at":"x","line":"no"}\n{broken\n[]\nnull\n{"at":1}\n${formatHistoryLine(bare)}{"at":7,"line":"odd","ms":-1,"status":"0","directory":3}\n{"at":8,"li`;
  expect(parseHistoryLines(text)).toEqual([whole, bare, { ...bare, at: 7, line: 'odd' }]);
});
