import { expect, test } from 'vitest';
import { isSameOrigin } from './same-origin.ts';

const ours = 'https://selkie.example';
const judge = (headers: Record<string, string>) => isSameOrigin(new Headers(headers), ours);

test('our own pages pass, by Fetch Metadata or, without it, by Origin', () => {
  expect(judge({ 'sec-fetch-site': 'same-origin' })).toBe(true);
  expect(judge({ 'sec-fetch-site': 'same-origin', origin: ours })).toBe(true);
  expect(judge({ origin: ours })).toBe(true);
});

test('everybody else is refused: siblings, strangers, the address bar, nobody, and a mix', () => {
  for (const site of ['same-site', 'cross-site', 'none', '']) expect(judge({ 'sec-fetch-site': site, origin: ours })).toBe(false);
  for (const origin of ['https://evil.example', 'http://selkie.example', 'https://selkie.example:444', 'null', `${ours}.evil.example`]) {
    expect(judge({ origin })).toBe(false);
    expect(judge({ 'sec-fetch-site': 'same-origin', origin })).toBe(false);
  }
  expect(judge({})).toBe(false);
});
