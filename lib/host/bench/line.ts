import { coreCommands } from '../../core/shell/core-commands.ts';
import type { HistoryRecord } from '../../core/shell/command.ts';
import { createMemoryFiles } from '../../core/fs/memory-files.ts';
import { HOME } from '../../core/fs/places.ts';
import { createShell } from '../../core/shell/shell.ts';
import { HistoryIndex } from '../../core/tty/history-index.ts';
import { LinePainter } from '../../core/tty/line-painter.ts';
import { lineLists } from '../../core/tty/line-lists.ts';
import { LineReader } from '../../core/tty/line-reader.ts';
import type { Row } from './table.ts';

/**
 * What a key costs at the prompt before the terminal draws: with a history of 100,000 lines, each key of lines that were
 * entered, of lines that were not, and of searches. The slowest key counts (the first of each kind, which makes the index, is a row
 * of its own); beside it stands what it may cost. Each line is typed a few times and a key's quickest time taken: another
 * process that had the processor is not the key's cost.
 */
const LINES = 100_000;
const TRIES = 5;

const VERBS = ['git commit -m', 'git push origin', 'ls -la', 'grep -rn TODO', 'cat', 'edit', 'cd', 'sort -u', 'find . -name', 'echo'];
const WORDS = ['notes', 'garden', 'invoice', 'draft', 'letters', 'recipes', 'server.log', 'plan', 'häuser', 'config'];

/** Ten kinds of command over a hundred directories, most lines different from each other. */
function records(): HistoryRecord[] {
  return Array.from({ length: LINES }, (_, index) => ({
    line: `${VERBS[index % 10]} ${WORDS[(index * 7) % 10]}/${WORDS[(index * 3) % 7]}-${(index * 7919) % LINES}.md --flag=${index % 97}`,
    at: 1_700_000_000_000 + index * 60_000, directory: `${HOME}/d${index % 100}`, durationMs: 3, status: 0,
  }));
}

export async function measureLine(): Promise<Row[]> {
  const all = records();
  const started = performance.now();
  const index = new HistoryIndex(all);
  index.suggest('g', `${HOME}/d1`);
  const suggestReady = performance.now() - started;
  let longestPiece = 0;
  for (let at = performance.now(), pieces = index.prepare(); pieces.next().done !== true; at = performance.now()) longestPiece = Math.max(longestPiece, performance.now() - at);

  const typed = [all[LINES - 3]!.line, all[17]!.line, 'git commit -m "nothing like it was ever entered"', 'zz', 'grep -rn TODO häuser/x'];
  const suggestions = slowestKey(typed, (text) => void index.suggest(text, `${HOME}/d1`));
  const queries = ['gitnotes', 'e', 'md', 'plan99', 'g c m', 'häuser', 'qqq', 'flag=96', 'Nope', 'sortlet'];
  const searches = slowestKey(queries, (query) => void index.find(query, `${HOME}/d1`));

  const files = createMemoryFiles({ now: Date.now });
  files.makeDirectory(`${HOME}/notes`);
  for (let number = 0; number < 1_000; number += 1) files.write(`${HOME}/notes/file-${number}.md`, new Uint8Array());
  const shell = createShell({
    files, env: { HOME, PATH: '/bin', USER: 'me', PWD: HOME, TERM: 'dumb' }, cwd: HOME, now: Date.now, monotonic: () => performance.now(), random: Math.random,
    yieldNow: () => new Promise((resolve) => setImmediate(resolve)), commands: coreCommands,
  });
  await shell.prepare();
  const whole = Math.max(...['for f in *.md; do grep -n "a $HOME b" "$f" | sort -u > out.txt; done', 'cat notes/file-99', 'echo "日本 👍🏽" | tr a-z A-Z # comment'].map((line) => {
    const costs = Array.from(line, () => Number.POSITIVE_INFINITY);
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const reader = new LineReader({
        prompt: 'me@selkie:~$ ', history: [], lists: () => lineLists, colour: (text, cursor) => shell.colours(text, cursor), complete: (text, cursor) => shell.complete(text, cursor),
        suggest: (text) => index.suggest(text, HOME) ?? text + (shell.complete(text, text.length).candidates[0]?.text ?? ''),
      });
      const painter = new LinePainter(80, 24);
      painter.paint(reader.view());
      [...line].forEach((letter, at) => {
        const began = performance.now();
        reader.press({ type: 'text', text: letter });
        painter.paint(reader.view());
        costs[at] = Math.min(costs[at] ?? Number.POSITIVE_INFINITY, performance.now() - began);
      });
    }
    return Math.max(...costs.filter(Number.isFinite));
  }));

  const limit = (what: string, ours: number, peer: number, note = ''): Row => ({ what, ours, peer, peerName: 'what it may cost', unit: 'ms', note });
  return [
    limit(`suggestion, slowest key, ${LINES.toLocaleString('en')} lines`, suggestions, 4),
    limit('Ctrl-R, slowest key, as many lines', searches, 16),
    limit('a key with colours, suggestion and drawing', whole, 8, 'without xterm.js'),
    limit('first suggestion of a page', suggestReady, 50),
    limit('one piece of making Ctrl-R ready', longestPiece, 16, 'while nobody waits'),
  ];
}

/** Types each text letter by letter; the most that a letter costs. */
function slowestKey(texts: readonly string[], press: (text: string) => void): number {
  let slowest = 0;
  for (const text of texts) {
    const costs = Array.from({ length: text.length }, () => Number.POSITIVE_INFINITY);
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      for (let length = 1; length <= text.length; length += 1) {
        const began = performance.now();
        press(text.slice(0, length));
        costs[length - 1] = Math.min(costs[length - 1] ?? Number.POSITIVE_INFINITY, performance.now() - began);
      }
    }
    slowest = Math.max(slowest, ...costs);
  }
  return slowest;
}
