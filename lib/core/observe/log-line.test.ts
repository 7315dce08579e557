import { expect, test } from 'vitest';
import { LOG_LEVELS, logLine, type LogFormat } from './log-line.ts';

const time = new Date('2026-11-22T03:00:00.000Z');
const hostile = 'a\r\n{"level":"error"}\u2028\u001b[31m "b" é';

test('a line is JSON with time, level and event first, and leaves out what is not known', () => {
  expect(logLine({ level: 'info', format: 'json' }, time, 'info', 'request', { status: 200, code: undefined, ok: true }))
    .toBe('{"time":"2026-11-22T03:00:00.000Z","level":"info","event":"request","status":200,"ok":true}');
});

test('as text, plain words stand bare and everything else is quoted', () => {
  expect(logLine({ level: 'info', format: 'text' }, time, 'warn', 'request', { route: '/api/sessions/[id]', ms: 1.5, code: undefined, word: 'two words' }))
    .toBe('2026-11-22T03:00:00.000Z warn request route=/api/sessions/[id] ms=1.5 word="two words"');
});

test('whatever a value holds, the line stays one line of printable characters', () => {
  for (const format of ['json', 'text'] as LogFormat[]) {
    const line = logLine({ level: 'info', format }, time, 'info', 'x', { value: hostile })!;
    // eslint-disable-next-line no-control-regex
    expect(line).not.toMatch(/[\u0000-\u001f]/);
    if (format === 'json') expect(JSON.parse(line)).toEqual({ time: time.toISOString(), level: 'info', event: 'x', value: hostile });
    else expect(line).toMatch(/^[\x20-\x7e]+$/);
  }
});

test('the level is the least that is written, and none writes nothing', () => {
  const written = (level: (typeof LOG_LEVELS)[number], format: LogFormat) => LOG_LEVELS.filter((one) => logLine({ level, format }, time, one, 'x', {}) !== undefined);
  expect([written('debug', 'json'), written('warn', 'text'), written('debug', 'none')]).toEqual([['debug', 'info', 'warn', 'error'], ['warn', 'error'], []]);
});
