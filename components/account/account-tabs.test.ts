import { afterEach, expect, it, vi } from 'vitest';
import { onOtherTab, tellTabs } from './account-tabs.ts';

/** Open channels of one browser, told at once instead of later. */
const open = new Set<FakeChannel>();
class FakeChannel {
  onmessage: ((event: { data: unknown }) => void) | undefined;
  constructor(readonly name: string) {
    open.add(this);
  }
  postMessage(data: unknown): void {
    for (const other of open) if (other !== this && other.name === this.name) other.onmessage?.({ data });
  }
  close(): void {
    open.delete(this);
  }
}

vi.stubGlobal('BroadcastChannel', FakeChannel);
afterEach(() => open.clear());

it('a page hears the other tabs and not itself, and leaves no channel open', async () => {
  const heard: string[] = [];
  const stop = onOtherTab(() => heard.push('here'));
  const stopSecond = onOtherTab(() => heard.push('here too'));
  vi.resetModules();
  const otherTab = await import('./account-tabs.ts');

  tellTabs();
  expect(heard).toEqual([]);
  otherTab.tellTabs();
  expect(heard).toEqual(['here', 'here too']);

  stop();
  otherTab.tellTabs();
  expect(heard).toEqual(['here', 'here too', 'here too']);
  stopSecond();
  expect(open.size).toBe(0);
  otherTab.tellTabs();
  expect(heard).toHaveLength(3);
  expect(open.size).toBe(0);
});
