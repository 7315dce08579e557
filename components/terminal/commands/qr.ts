import type { Command, CommandContext } from '@/lib/core/shell/command.ts';
import { decodeText, encodeText } from '@/lib/core/shell/text.ts';
import { complain, readWhole } from '@/lib/core/shell/tools/files-in.ts';
import { parseOptions, UsageError } from '@/lib/core/shell/tools/options.ts';
import { drawQrCode } from './draw-qr-code.ts';

/** Bytes of the largest code (version 40, level L; ISO/IEC 18004). */
const CODE_MAX_BYTES = 2953;
/** A pipe or a file has no edge; the largest code is 177 modules and its margins wide. */
const NO_SCREEN = { columns: 185, rows: 185 };

export const qr: Command = {
  name: 'qr',
  summary: 'A QR code of a text, to be read by a phone',
  usage: 'qr [TEXT]...',
  help: "qr https://example.com\nclip -o | qr\nprintf 'WIFI:T:WPA;S:name;P:password;;' | qr",
  options: [],
  section: 'other',
  async run(context) {
    const { operands } = parseOptions(context.args, { short: '', stopAtOperand: true });
    const isTyped = 'isTerminal' in context.stdin && context.stdin.isTerminal === true;
    if (operands.length === 0 && isTyped) throw new UsageError('name a text, as in: qr https://example.com');
    const text = operands.length > 0 ? operands.join(' ') : decodeText(await readWhole(context.stdin)).replace(/\r?\n$/, '');
    if (text === '') return refuse(context, 'there is no text to draw');
    if (encodeText(text).length > CODE_MAX_BYTES) return refuse(context, `that text is too long for a QR code, which holds ${CODE_MAX_BYTES} bytes`);
    const { terminal, isTerminalOutput } = context;
    const screen = terminal !== undefined && isTerminalOutput ? { columns: terminal.columns(), rows: terminal.rows() - 1 } : NO_SCREEN;
    const code = drawQrCode(text, screen);
    if (code === undefined) return refuse(context, 'that code is larger than the screen; use a shorter text, a smaller font or a larger window');
    await context.stdout.write(encodeText(code));
    return 0;
  },
};

async function refuse(context: CommandContext, sentence: string): Promise<1> {
  await complain(context, sentence);
  return 1;
}
