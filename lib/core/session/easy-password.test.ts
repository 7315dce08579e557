import { expect, test } from 'vitest';
import { easyPassword } from './easy-password.ts';

const common = new Set(['p@ssw0rd', 'password1!', 'dragon', 'sunshine']);

test.each([
  ['P@ssw0rd', 'ada@example.com', 'common'],
  ['PASSWORD1!', 'ada@example.com', 'common'],
  ['Dragon12!', 'ada@example.com', 'common'],
  ['2026Sunshine', 'ada@example.com', 'common'],
  ['Sunshine-on-Leith-88', 'ada@example.com', undefined],
  ['Sunshine194417!', 'ada@example.com', undefined],
  ['Selkie2026!', 'ada@example.com', 'context'],
  ['Lovelace-1!', 'ada.lovelace@example.com', 'context'],
  ['Example-1!', 'ada@example.com', 'context'],
  ['Ada.lovelace@example.com1', 'ada.lovelace@example.com', 'context'],
  ['Correct-horse-9', 'ada@example.com', undefined],
  ['Selkie-swims-far-9', 'ada@example.com', undefined],
  ['Ada-was-first-1815', 'ada@example.com', undefined],
  // Shorter words than four letters are chance.
  ['Xab1-xab2!', 'xab@y.example', undefined],
])('%s for %s: %s', (password, email, reason) => {
  expect(easyPassword(password, email, common)).toBe(reason);
});
