import * as v from 'valibot';
import { expect, test } from 'vitest';
import { emailAddress } from './email-address.ts';

const parse = (raw: unknown) => v.safeParse(emailAddress, raw);

test('look-alikes and capitals of one address are one address', () => {
  for (const raw of ['ada@example.com', ' Ada@Example.COM ', 'Ａda@example.com', 'ada＠example.com']) expect(parse(raw).output).toBe('ada@example.com');
  expect(parse('böb+tag@münchen.example').output).toBe('böb+tag@münchen.example');
});

test('what is no address is refused', () => {
  for (const raw of ['', 'ada', '@example.com', 'ada@', 'a@b@c', 'a b@example.com', 'ada@example..com', 'ada@exa\u0000mple.com', '<ada@example.com>', `${'a'.repeat(65)}@example.com`, `a@${'b.'.repeat(130)}com`, 7, null]) {
    expect([raw, parse(raw).success]).toEqual([raw, false]);
  }
});
