import { expect, test } from 'vitest';
import { headlessTerminal } from '@/lib/core/tty/headless-terminal.ts';
import { guardOutput } from './output-guard.ts';

const HOSTILE = [
  '\x1b[c', '\x1b[>c', '\x1b[=c', '\x1b[5n', '\x1b[6n', '\x1b[?6n', '\x1b[?15n', '\x1b[4$p', '\x1b[?25$p', '\x1b[18t', '\x1b[21t',
  '\x1b[>q', '\x1bP$qm\x1b\\', '\x1bP+q544e\x1b\\', '\x1b]10;?\x07', '\x1b]11;?\x1b\\', '\x1b]12;?\x07', '\x1b]4;1;?\x07',
  '\x1b]52;c;?\x07', '\x1b]52;c;cm0gLXJmIH4=\x07', '\x1b]0;root@prod\x07', '\x1b]2;title\x07', '\x1b]8;;https://evil.example\x07',
  '\x1b]8;;\x07', '\x1b[?1000h', '\x1b[?1004h', '\x1b[?1003;1006h',
];

/** What the terminal sends back, whether it changed its title, and whether the mouse is reported. */
async function effectsOf(output: string, isGuarded: boolean): Promise<string[]> {
  const head = headlessTerminal(40, 5);
  if (isGuarded) guardOutput(head.terminal as unknown as Parameters<typeof guardOutput>[0]);
  const effects: string[] = [];
  head.terminal.onData((data) => effects.push(`typed ${JSON.stringify(data)}`));
  head.terminal.onTitleChange((title) => effects.push(`title ${title}`));
  head.terminal.write(output);
  await head.settled();
  if (head.terminal.modes.mouseTrackingMode !== 'none') effects.push('mouse');
  if (head.terminal.modes.sendFocusMode) effects.push('focus');
  return effects;
}

test('no output of a command can type, name the window, or turn reports on', async () => {
  for (const output of HOSTILE) expect(await effectsOf(output, true), JSON.stringify(output)).toEqual([]);
});

test('without the guard most of that output does, so the test above can fail', async () => {
  const harmful = await Promise.all(HOSTILE.map((output) => effectsOf(output, false)));
  expect(harmful.filter((effects) => effects.length > 0).length).toBeGreaterThan(12);
});

test('the text around a swallowed sequence, colours and the alternate screen stay', async () => {
  const head = headlessTerminal(40, 5);
  guardOutput(head.terminal as unknown as Parameters<typeof guardOutput>[0]);
  head.terminal.write('a\x1b]52;c;eA==\x07b\x1b[31mc\x1b[0m\x1b[6nd \x1b]8;;http://x\x07link\x1b]8;;\x07\x1b[?25l\x1b[?1049h');
  await head.settled();
  expect(head.terminal.buffer.active.type).toBe('alternate');
  expect(head.terminal.buffer.normal.getLine(0)?.translateToString(true)).toBe('abcd link');
  expect(head.terminal.buffer.normal.getLine(0)?.getCell(2)?.getFgColor()).toBe(1);
});
