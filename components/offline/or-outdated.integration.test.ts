import { UnrecognizedActionError } from 'next/dist/client/components/unrecognized-action-error.js';
import { afterEach, expect, test, vi } from 'vitest';
import type { SyncCall } from '@/lib/core/sync/transport.ts';
import { orOutdated } from './or-outdated.ts';

afterEach(() => vi.unstubAllGlobals());

test('a page whose action the server no longer knows says so and has the new build fetched; any other failure stays what it is', async () => {
  const asked: unknown[] = [];
  vi.stubGlobal('navigator', { serviceWorker: { controller: { postMessage: (message: unknown) => asked.push(message) } } });
  const call = {} as SyncCall;
  expect(await orOutdated(() => Promise.reject(new UnrecognizedActionError('Server Action "x" was not found on the server.')))(call)).toEqual({
    status: 'refused', code: 'reload', message: 'Selkie has a new version; reload this page to go on syncing.',
  });
  expect(asked).toEqual([{ type: 'selkie-look' }]);
  await expect(orOutdated(() => Promise.reject(new TypeError('Failed to fetch')))(call)).rejects.toThrow('Failed to fetch');
  expect(await orOutdated(async () => ({ status: 'absent' }))(call)).toEqual({ status: 'absent' });
  expect(asked).toHaveLength(1);
});
