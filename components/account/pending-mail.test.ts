import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { outboxLink } from './pending-mail.ts';

const mail = { email: 'ada@example.com', outbox: 'http://127.0.0.1:3900/outbox?to=ada%40example.com' };

/** The module as a freshly loaded page has it. */
async function freshPage() {
  vi.resetModules();
  return import('./pending-mail.ts');
}

function storageOf(entries: Map<string, string>) {
  return {
    getItem: (key: string) => entries.get(key) ?? null,
    setItem: (key: string, value: string) => void entries.set(key, value),
    removeItem: (key: string) => void entries.delete(key),
  };
}

describe('the address that waits for a code', () => {
  let entries: Map<string, string>;
  beforeEach(() => {
    entries = new Map();
    vi.stubGlobal('sessionStorage', storageOf(entries));
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('survives a reload of the page, and is gone once forgotten', async () => {
    (await freshPage()).keepPendingMail(mail);
    const reloaded = await freshPage();
    expect(reloaded.readPendingMail()).toEqual(mail);
    reloaded.forgetPendingMail();
    expect(reloaded.readPendingMail()).toBeUndefined();
    expect((await freshPage()).readPendingMail()).toBeUndefined();
    expect(entries.size).toBe(0);
  });

  it.each(['{', 'null', '{"email":1}', '[]'])('is not read from %s', async (text) => {
    entries.set('selkie1:pending-mail', text);
    expect((await freshPage()).readPendingMail()).toBeUndefined();
  });

  it('goes from form to form without storage too', async () => {
    const denied = () => {
      throw new DOMException('denied', 'SecurityError');
    };
    vi.stubGlobal('sessionStorage', { getItem: denied, setItem: denied, removeItem: denied });
    const page = await freshPage();
    page.keepPendingMail(mail);
    expect(page.readPendingMail()).toEqual(mail);
    page.forgetPendingMail();
    expect(page.readPendingMail()).toBeUndefined();
  });
});

describe('outboxLink', () => {
  it('is a link only when it leads to a web address', () => {
    expect(outboxLink(mail.outbox)).toBe(mail.outbox);
    expect(outboxLink('https://mail.example/outbox')).toBe('https://mail.example/outbox');
    expect(outboxLink('javascript:alert(1)')).toBeUndefined();
    expect(outboxLink('outbox')).toBeUndefined();
    expect(outboxLink(undefined)).toBeUndefined();
  });
});
