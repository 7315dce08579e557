import { expect, test } from 'vitest';
import { pageTerminal } from './page-terminal.ts';

function page(clipboard: unknown) {
  const opened: unknown[][] = [];
  const view = { navigator: { clipboard }, open: (...given: unknown[]) => { opened.push(given); return null; } };
  return { opened, terminal: pageTerminal(view as unknown as Window & typeof globalThis) };
}

test('text goes to the clipboard and comes from it', async () => {
  let held = 'before';
  const { terminal } = page({ writeText: async (text: string) => { held = text; }, readText: async () => held });
  expect(await terminal.paste()).toEqual({ text: 'before' });
  expect(await terminal.copy('after')).toBeUndefined();
  expect(held).toBe('after');
});

test('a browser that refuses, or has no clipboard, is told of in a sentence', async () => {
  const refuse = () => Promise.reject(new Error('NotAllowedError'));
  const refusing = page({ writeText: refuse, readText: refuse }).terminal;
  expect(await refusing.copy('x')).toMatch(/^The browser did not allow it/);
  expect(await refusing.paste()).toEqual({ failure: expect.stringMatching(/^The browser did not allow it/) as string });
  const none = page(undefined).terminal;
  expect(await none.copy('x')).toBe('This browser offers pages no clipboard; select the text and copy it.');
  expect(await none.paste()).toEqual({ failure: 'This browser lets no page read the clipboard; paste with its own key instead.' });
});

test('only addresses of the web are opened, without an opener', () => {
  const { terminal, opened } = page(undefined);
  expect(terminal.visit('javascript:alert(1)')).toBe('javascript:alert(1) is not opened: only http, https and mailto are.');
  expect(terminal.visit('not an address')).toBe('not an address is no address of the web.');
  expect(terminal.visit('https://example.com/a b')).toBeUndefined();
  expect(opened).toEqual([['https://example.com/a%20b', '_blank', 'noopener,noreferrer']]);
});
