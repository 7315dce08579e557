import { expect, test } from 'vitest';
import { withControl } from './key-bar.ts';

test('Ctrl makes control codes of letters and their neighbours, and leaves everything else', () => {
  expect(['c', 'C', 'z', '[', '_', '@', 'é', '1', 'ab', '\x1b[A', ''].map(withControl)).toEqual([
    '\x03', '\x03', '\x1a', '\x1b', '\x1f', '\x00', 'é', '1', 'ab', '\x1b[A', '',
  ]);
});
