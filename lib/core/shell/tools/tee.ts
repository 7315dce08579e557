import type { Command } from '../command.ts';
import { FsError } from '../../fs/files.ts';
import { locate } from '../locate.ts';
import { concatBytes } from '../text.ts';
import { complain } from './files-in.ts';
import { parseOptions } from './options.ts';

export const tee: Command = {
  name: 'tee',
  summary: 'Copy input to files and to output',
  usage: 'tee [-a] [FILE]...',
  help: 'ls | tee list.txt | wc -l\ndate | tee -a log.txt   # behind what is there',
  options: [['-a, --append', 'behind what is there'], ['-i, -p', 'accepted, without effect']],
  section: 'text',
  async run(context) {
    const options = parseOptions(context.args, { short: 'aip', long: { append: 'a', 'ignore-interrupts': 'i', 'output-error': 'p' } });
    let failed = false;
    let targets: { name: string; path: string }[] = [];
    const attempt = async (name: string, work: () => void): Promise<boolean> => {
      try {
        work();
        return true;
      } catch (error) {
        if (!(error instanceof FsError)) throw error;
        failed = true;
        await complain(context, `${name}: ${error.message}`);
        return false;
      }
    };
    for (const name of options.operands) {
      await attempt(name, () => {
        const path = locate(context, name);
        if (context.files.stat(path)?.kind === 'directory') throw new FsError('EISDIR', name);
        if (!options.has('a') || context.files.stat(path) === undefined) context.files.write(path, new Uint8Array(0));
        targets.push({ name, path });
      });
    }
    let held: Uint8Array[] = [];
    let size = 0;
    const store = async (): Promise<void> => {
      const bytes = concatBytes(held);
      held = [];
      size = 0;
      if (bytes.length === 0) return;
      const good: typeof targets = [];
      // One that is full does not stop the others.
      for (const target of targets) if (await attempt(target.name, () => context.files.append(target.path, bytes))) good.push(target);
      targets = good;
    };
    try {
      for await (const chunk of context.stdin) {
        if (targets.length > 0) {
          held.push(chunk.slice());
          size += chunk.length;
        }
        if (size > 262_144) await store();
        await context.stdout.write(chunk);
      }
    } finally {
      await store();
    }
    return failed ? 1 : 0;
  },
};
