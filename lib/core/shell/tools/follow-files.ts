import { FsError } from '../../fs/files.ts';
import type { CommandContext } from '../command.ts';
import { locate } from '../locate.ts';
import { complain } from './files-in.ts';

export interface Followed {
  names: readonly string[];
  /** Bytes of each that were read already. */
  sizes: Map<string, number>;
  /** A file that goes away may come again. */
  byName: boolean;
  retry: boolean;
  /** Prints the title when another file than before has something new. */
  showTitle(name: string): Promise<void>;
  /** The file whose text was printed last. */
  last: string;
}

/** Resolves at the next change of any file, or at Ctrl-C. */
function nextChange({ files, signal }: CommandContext): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stop();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const stop = files.onChange(done);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}

/**
 * `tail -f`: prints what is added to files, at once, as the file system tells of each change; nothing is polled. Ends with
 * Ctrl-C, when the reader has gone, or when no file is left to follow.
 */
export async function followFiles(context: CommandContext, followed: Followed): Promise<number> {
  const { sizes } = followed;
  let { last } = followed;
  let names = [...followed.names];
  const missing = new Set(names.filter((name) => !sizes.has(name)));
  while (names.length > 0) {
    let hasNews = false;
    for (const name of names) {
      const bytes = read(context, name);
      if (bytes === undefined) {
        if (missing.has(name)) continue;
        missing.add(name);
        await complain(context, `'${name}' has become inaccessible: No such file or directory`);
        if (!followed.byName && !followed.retry) names = names.filter((each) => each !== name);
        hasNews = true;
        continue;
      }
      if (missing.delete(name)) {
        await complain(context, `'${name}' has appeared;  following new file`);
        sizes.set(name, 0);
      }
      let from = sizes.get(name) ?? 0;
      if (bytes.length < from) {
        await complain(context, `${name}: file truncated`);
        from = 0;
      }
      sizes.set(name, bytes.length);
      if (bytes.length === from) continue;
      hasNews = true;
      if (last !== name) await followed.showTitle(name);
      last = name;
      await context.stdout.write(bytes.slice(from));
    }
    // While something was written more may have come.
    if (!hasNews) await nextChange(context);
    const rest = context.breathe();
    if (rest !== undefined) await rest;
  }
  if (followed.names.length === 0) return 0;
  await complain(context, 'no files remaining');
  return 1;
}

function read(context: CommandContext, name: string): Uint8Array | undefined {
  try {
    const path = locate(context, name);
    return context.files.stat(path)?.kind === 'file' ? context.files.read(path) : undefined;
  } catch (error) {
    if (error instanceof FsError) return undefined;
    throw error;
  }
}
