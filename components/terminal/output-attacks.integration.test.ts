import { expect, test } from 'vitest';
import { headlessTerminal } from '@/lib/core/tty/headless-terminal.ts';
import { Tty } from '@/lib/core/tty/tty.ts';
import { guardOutput } from './output-guard.ts';

/** What a file may do to the terminal that shows it, by kind; all of it ends with the next prompt. */
const ATTACKS: Readonly<Record<string, readonly string[]>> = {
  'counts without end': ['b', 'S', 'T', 'L', 'M', 'I', 'Z', '@', 'P', ' @', ' A', "'}", "'~", 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'X', 'a', 'd', 'e'].map((final) => `x\x1b[2147483647${final}`),
  'the alternate screen': ['\x1b[?1049hgone', '\x1b[?47h', '\x1b[?1047h'],
  'a hidden cursor and another shape of it': ['\x1b[?25l', '\x1b[2 q', '\x1b[6 q', '\x1b[?12h'],
  'another character set': ['\x1b(0', '\x1b)0\x0e', '\x0e', '\x1b*0\x1bn', '\x1b%@'],
  'modes of the screen': ['\x1b[4h', '\x1b[20h', '\x1b[20l', '\x1b[?6h', '\x1b[?7l', '\x1b[?45h', '\x1b[2;3r', '\x1b[?5h', '\x1b[?3h', '\x1b[?2026h', '\x1b[?1h\x1b=', '\x1b[3g', '\x1bH'],
  'text that looks like more': ['\x1b[8mhidden', '\x1b[7;5;31m', '\x1b[41m\x1b[2J', '\x1b#8', '\x1bc', '\x1b[3J\x1b[H'],
  'sequences that do not end': ['\x1b]0;title', '\x1b]52;c;', '\x1bP', '\x1bP$q', '\x1b_apc', '\x1b^pm', '\x1bXsos', '\x1b[', '\x1b[1;2;3', '\x1b', '\x9d0;x', '\x90'],
  'sixel, regis and other pictures': ['\x1bPq#0;2;0;0;0~~\x1b\\', '\x1b]1337;File=inline=1:AAAA\x07', '\x1b_Gf=100;AAAA\x1b\\', '\x1bP0p\x1b\\'],
  'links': ['\x1b]8;;javascript:alert(1)\x07click\x1b]8;;\x07', '\x1b]8;id=1;file:///etc/passwd\x1b\\', '\x1b]8;;https://evil.example\x07open'],
  'mice and focus': ['\x1b[?1000;1002;1003;1004;1005;1006;1015;1016h', '\x1b[?9h'],
  'questions': ['\x1b[c', '\x1b[>c', '\x1b[6n', '\x1b[?6n', '\x1b[21t', '\x1b[?2004$p', '\x1bP$q"p\x1b\\', '\x1b]10;?\x07', '\x1b]52;c;?\x07', '\x1bZ', '\x05', '\x1b[?u', '\x1b[?996n'],
  'a line without an end': [`${'x'.repeat(200_000)}`, '\ud83d'.repeat(500), 'e' + '\u0301'.repeat(5_000), '\u202e\u2066txt.exe', '\r\r\r\b\b\b'],
};

/** The screen that the person sees at the next prompt, when `ls` is typed there, and what came of it beside the screen. */
async function after(output: string) {
  const head = headlessTerminal(40, 10);
  guardOutput(head.terminal as unknown as Parameters<typeof guardOutput>[0]);
  const effects: string[] = [];
  head.terminal.onData((data) => effects.push(`typed ${JSON.stringify(data)}`));
  head.terminal.onBinary((data) => effects.push(`typed ${JSON.stringify(data)}`));
  head.terminal.onTitleChange((title) => effects.push(`title ${title}`));
  const options = { ...head.terminal.options };
  const tty = new Tty(head.port, () => undefined);
  /** Until everything on its way is on the screen, or it is clear that it never will be. */
  const settle = async () => {
    for (let turn = 0; turn < 20; turn += 1) {
      await tty.flushed();
      await head.settled();
      if (head.screen().rows.at(-1) === '$') return;
    }
  };
  void tty.print(output);
  void tty.readLine('prompt', { prompt: '$ ' });
  await settle();
  tty.input('echo \u2500 next\r');
  // Drawn by the terminal as the shell would print it: a tab, two lines, a full row that wraps.
  void tty.print(`a\tb\nc\n${'-'.repeat(41)}\n`);
  void tty.readLine('prompt', { prompt: '$ ' });
  await settle();
  const { modes, buffer } = head.terminal;
  return {
    rows: head.screen().rows.slice(-6),
    effects,
    isAlternate: buffer.active.type === 'alternate',
    modes: { ...modes },
    isChanged: (['convertEol', 'cursorBlink', 'cursorStyle'] as const).some((name) => head.terminal.options[name] !== options[name]),
    isPlain: buffer.active.getLine(buffer.active.baseY + buffer.active.cursorY)?.getCell(0)?.isAttributeDefault(),
  };
}

test.each(Object.entries(ATTACKS))('%s: no effect beyond the screen, and the next prompt is a prompt', async (_kind, outputs) => {
  const calm = await after('');
  expect(calm.rows).toEqual(['$ echo ─ next', 'a       b', 'c', '-'.repeat(40), '-', '$']);
  for (const output of outputs) expect(await after(output), JSON.stringify(output.slice(0, 40))).toEqual(calm);
});
