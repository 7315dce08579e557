import { expect, test } from 'vitest';
import { parseShutdownTimes } from './shutdown-times.ts';

test('without a word the door closes at once and requests have twenty seconds', () => {
  expect(parseShutdownTimes({ SHUTDOWN_SECONDS: '' })).toEqual({ delayMs: 0, patienceMs: 20_000 });
  expect(parseShutdownTimes({ SHUTDOWN_DELAY_SECONDS: '5', SHUTDOWN_SECONDS: '60' })).toEqual({ delayMs: 5_000, patienceMs: 60_000 });
});

test.each([['SHUTDOWN_SECONDS', 'soon'], ['SHUTDOWN_SECONDS', '-1'], ['SHUTDOWN_SECONDS', '601'], ['SHUTDOWN_DELAY_SECONDS', '1.5'], ['SHUTDOWN_DELAY_SECONDS', '121']])('%s=%s stops the start with its name', (name, value) => {
  expect(() => parseShutdownTimes({ [name]: value })).toThrow(name);
});
