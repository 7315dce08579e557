import type { CommandContext } from '../command.ts';
import { isInput } from '../streams/input.ts';
import { concatBytes, decodeText, encodeText } from '../text.ts';

/** Asks as `rm -i` does: the person where there is one, else the next line of standard input. Anything but a yes is a no. */
export async function askYes(context: CommandContext, words: string): Promise<boolean> {
  const question = `${context.name}: ${words}`;
  const { stdin, terminal } = context;
  if (terminal !== undefined && isInput(stdin) && stdin.isTerminal) return /^y/i.test(await terminal.ask(question));
  await context.stderr.write(encodeText(question));
  return /^y/i.test(await nextLine(context));
}

/** The next line without its end; what follows stays for whoever reads next. */
async function nextLine({ stdin }: CommandContext): Promise<string> {
  if (!isInput(stdin)) return '';
  const parts: Uint8Array[] = [];
  for (;;) {
    const chunk = await stdin.pull();
    if (chunk === undefined) break;
    const end = chunk.indexOf(10);
    if (end < 0) {
      parts.push(chunk);
      continue;
    }
    parts.push(chunk.slice(0, end));
    stdin.unread(chunk.slice(end + 1));
    break;
  }
  return decodeText(concatBytes(parts));
}
