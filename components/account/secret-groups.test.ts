import { expect, it } from 'vitest';
import { groupsOfFour } from './secret-groups.ts';

it.each([
  ['JBSWY3DPEHPK3PXP', 'JBSW Y3DP EHPK 3PXP'],
  ['JBSWY', 'JBSW Y'],
  ['JBSW', 'JBSW'],
  ['', ''],
])('%j reads %j, and is the same key without the spaces', (secret, grouped) => {
  expect(groupsOfFour(secret)).toBe(grouped);
  expect(grouped.replaceAll(' ', '')).toBe(secret);
});
