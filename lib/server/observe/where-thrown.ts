import 'server-only';

/** Where an error was thrown, as `function (file:line:column)` without folders: enough to find it, and nothing of what it says. */
export function whereThrown(error: unknown): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  // The message stands first and may have lines of its own that look like places.
  const frames = error instanceof Error && stack.startsWith(`${error.name}: ${error.message}`) ? stack.slice(`${error.name}: ${error.message}`.length) : '';
  const [, name = '', file = ''] = /^ {4}at (?:([\w.$<>[\] ]{1,80}) )?\(?(?:.*\/)?([\w.[\]-]{1,120}:\d+:\d+)\)?$/m.exec(frames) ?? [];
  return file === '' ? undefined : `${name === '' ? 'anonymous' : name.trim()} (${file})`;
}
