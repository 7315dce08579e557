import type { TerminalIo } from '../../shell/command.ts';
import { createTestShell } from '../../shell/testing/run-in-memory.ts';
import { createMemoryFiles } from '../../fs/memory-files.ts';
import { runView } from '../../tty/screen/run-view.ts';
import { decodeText } from '../../shell/text.ts';
import { viewBench } from './view-bench.ts';

declare const AbortController: new () => { signal: { aborted: boolean; addEventListener(type: 'abort', listener: () => void): void; removeEventListener(type: 'abort', listener: () => void): void } };

/** For tests: a command of the shell at a terminal without a page, on memory files whose clock stands still. */
export async function runOnScreen(line: string, options: { columns?: number; rows?: number; content?: Record<string, string>; terminal?: Partial<TerminalIo>; env?: Record<string, string> } = {}) {
  const bench = viewBench(options.columns ?? 80, options.rows ?? 12);
  const files = createMemoryFiles({ now: () => Date.UTC(2026, 10, 21, 12) });
  for (const [path, text] of Object.entries(options.content ?? {})) {
    const segments = path.split('/').slice(1, -1);
    segments.forEach((_, index) => {
      const directory = `/${segments.slice(0, index + 1).join('/')}`;
      if (files.stat(directory) === undefined) files.makeDirectory(directory);
    });
    files.write(path, new TextEncoder().encode(text));
  }
  const edited: string[] = [];
  const terminal: TerminalIo = {
    columns: () => bench.tty.columns(),
    rows: () => bench.tty.rows(),
    ask: async () => '',
    edit: async (path) => { edited.push(path); },
    clear: () => undefined,
    view: (work) => runView(bench.tty, work),
    ...options.terminal,
  };
  const shell = createTestShell({ files, env: { ...options.env } });
  const print = { write: async (bytes: Uint8Array) => { await bench.tty.print(bytes); } };
  let isOver = false;
  const status = shell.run(line, {
    stdin: { async *[Symbol.asyncIterator]() {} }, stdout: print, stderr: print, signal: new AbortController().signal, terminal,
  }).finally(() => { isOver = true; });
  // The command's code is fetched first.
  while (!isOver && !bench.head.port.isAlternateScreen()) await bench.rest();
  await bench.rest();
  return {
    ...bench, files, status, edited,
    read: (path: string): string | undefined => (files.stat(path)?.kind === 'file' ? decodeText(files.read(path)) : undefined),
  };
}
