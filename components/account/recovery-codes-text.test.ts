import { expect, it } from 'vitest';
import { recoveryCodesText, tidyRecoveryCode } from './recovery-codes-text.ts';

it('the saved file says whose codes these are, what they do, and has one a line', () => {
  expect(recoveryCodesText(['ABCD-EFGH', 'JKLM-NPQR'], 'ada@example.com', 'https://selkie.example')).toBe(`Recovery codes of Selkie, https://selkie.example
Account: ada@example.com

Each works once, in place of the code of your authenticator app, and turns that app off.
Keep them where only you can read them. New codes make these worthless.

ABCD-EFGH
JKLM-NPQR
`);
});

it('right after a sign-in the address may not be known, and is left out', () => {
  expect(recoveryCodesText(['A'], undefined, 'http://localhost:3000').split('\n').slice(0, 3)).toEqual([
    'Recovery codes of Selkie, http://localhost:3000', '', 'Each works once, in place of the code of your authenticator app, and turns that app off.',
  ]);
});

it.each(['ABCD-EFGH-JKLM', ' abcd efgh jklm\n', 'abcd–efgh—jklm', 'ａｂｃｄ efghjklm'])('%j is the same code however it is typed', (typed) => {
  expect(tidyRecoveryCode(typed)).toBe('ABCDEFGHJKLM');
});
