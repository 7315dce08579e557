import { expect, test } from 'vitest';
import { statusText } from './status-text.ts';

const EMAIL = 'ann@example.com';

test('a long exchange tells how far it is, and what it brings in does not count as waiting', () => {
  const text = (what: 'reading' | 'pushing' | 'pulling') => statusText({ state: 'syncing', pending: 900, message: undefined, progress: { what, done: 900, total: 1200 } }, EMAIL).text;
  expect([text('reading'), text('pushing'), text('pulling')]).toEqual(['reading commit 900 of 1,200', 'pushing 900 of 1,200', 'fetching 900 of 1,200']);
});

test('each state has its words, and "synced" stands for nothing but being synced', () => {
  const line = (state: Parameters<typeof statusText>[0]['state'], pending = 0, email: string | undefined = EMAIL, message?: string) => {
    const { who, text, tone } = statusText({ state, pending, message }, email);
    return `${who} | ${text} | ${tone}`;
  };
  expect([
    line('synced'), line('pending', 2), line('syncing', 1), line('syncing'), line('offline'), line('offline', 3),
    line('unavailable', 1), line('stopped', 0, EMAIL, 'Another store answered.'), line('signed-out', 1),
    statusText({ state: 'signed-out', pending: 0, message: undefined }, undefined),
    statusText({ state: 'signed-out', pending: 0, message: 'Nothing is kept in this window.' }, undefined),
  ]).toEqual([
    'ann@example.com | synced | good',
    'ann@example.com | 2 to push | busy',
    'ann@example.com | 1 to push | busy',
    'ann@example.com | syncing | busy',
    'ann@example.com | offline | warn',
    'ann@example.com | offline · 3 to push | warn',
    'ann@example.com | sync waits for the server · 1 to push | warn',
    'ann@example.com | Another store answered. | warn',
    'ann@example.com | signed out, type login · 1 to push | warn',
    { who: 'signed out', text: 'files stay in this browser', tone: 'quiet' },
    { who: 'signed out', text: 'Nothing is kept in this window.', tone: 'quiet' },
  ]);
});
