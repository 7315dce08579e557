import { expect, test } from 'vitest';
import { auditWords } from './audit-words.ts';

test('a sign-in names its proof when it is one, and a kind that this page does not know keeps its own name', () => {
  expect([auditWords('sign-in', 'passkey'), auditWords('sign-in', 'toString'), auditWords('sign-in'), auditWords('theft-alarm', 'x'), auditWords('moon-landing'), auditWords('constructor')]).toEqual([
    'Signed in with a passkey', 'Signed in', 'Signed in', 'ALARM: a copied session was used; it has ended', 'moon landing', 'constructor',
  ]);
});
