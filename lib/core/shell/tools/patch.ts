import { FsError } from '../../fs/files.ts';
import { directoryOf } from '../../fs/path.ts';
import type { Command, CommandContext } from '../command.ts';
import { contextOf, placeOf, reversed } from '../diff/apply-hunk.ts';
import { PatchUnreadable, readPatch, type FilePatch, type Hunk } from '../diff/read-patch.ts';
import { sideOf, type Side } from '../diff/text-sides.ts';
import { locate } from '../locate.ts';
import { decodeText, encodeText } from '../text.ts';
import { complain, openNamed, readNamed, readWhole } from './files-in.ts';
import { parseOptions, UsageError, type ParsedOptions } from './options.ts';

/** patch: applies what diff wrote, with the words of GNU's. Where hunks fit is in `../diff/apply-hunk.ts`. */

const SOME_FAILED = 1;
const TROUBLE = 2;
const DEFAULT_FUZZ = '2';

export const patch: Command = {
  name: 'patch',
  summary: 'Apply the changes that diff wrote',
  usage: 'patch [-pN] [-R] [-i PATCHFILE] [FILE]',
  help: 'patch notes.txt < change.patch\npatch -p1 < change.patch        # names as git writes them: a/file, b/file\npatch --dry-run -p1 < x.patch   # only say whether it would fit\npatch -R -p1 < change.patch     # take it back',
  options: [
    ['-p, --strip=N', 'leave N leading directories out of the names'],
    ['-R, --reverse', 'take the changes back'],
    ['-i, --input=FILE', 'read the patch from FILE'],
    ['-o, --output=FILE', 'write the result to FILE, and leave the patched file alone'],
    ['-d, --directory=DIR', 'work in DIR'],
    ['--dry-run', 'change nothing, only say what would happen'],
    ['-b, --backup', 'keep the old file as FILE.orig'],
    ['-z, --suffix=TEXT', 'with -b: this instead of .orig'],
    ['--no-backup-if-mismatch', 'no backup where a change fits only nearly'],
    ['-r, --reject-file=FILE', 'what does not fit goes to FILE'],
    ['-F, --fuzz=N', 'lines of context that need not match, at most; 2'],
    ['-l, --ignore-whitespace', 'blanks in context need not match'],
    ['-N, --forward', 'pass over what is applied already'],
    ['-f, --force', 'ask nothing, and try everything'],
    ['-t, --batch', 'ask nothing; where it is applied already take it back'],
    ['-E, --remove-empty-files', 'remove files that become empty'],
    ['-s, --quiet', 'say only what goes wrong'],
  ],
  section: 'text',
  async run(context) {
    const options = parseOptions(context.args, {
      short: 'p:Ri:o:d:bz:r:F:lNftEscnu\x01\x02\x03',
      long: {
        strip: 'p', reverse: 'R', input: 'i', output: 'o', directory: 'd', backup: 'b', suffix: 'z', 'reject-file': 'r', fuzz: 'F', 'ignore-whitespace': 'l',
        forward: 'N', force: 'f', batch: 't', 'remove-empty-files': 'E', quiet: 's', silent: 's', context: 'c', normal: 'n', unified: 'u',
        'dry-run': '\x01', 'no-backup-if-mismatch': '\x02', verbose: '\x03',
      },
      status: TROUBLE,
    });
    if (options.operands.length > 2) throw new UsageError(`${options.operands[2]}: extra operand`, TROUBLE);
    for (const [letter, word] of [['p', 'strip count'], ['F', 'fuzz factor']] as const) {
      const text = options.value(letter);
      if (text !== undefined && !/^\d+$/.test(text)) throw new UsageError(`**** ${word} ${text} is not a number`, TROUBLE);
    }
    const source = options.value('i') ?? options.operands[1] ?? '-';
    const text = decodeText(await readWhole(openNamed(context, source).chunks));
    const lines = text.split('\n');
    if (lines[lines.length - 1] === '') lines.pop();
    let patches: FilePatch[];
    try {
      patches = readPatch(lines);
    } catch (error) {
      if (!(error instanceof PatchUnreadable)) throw error;
      await complain(context, `**** ${error.message}\n`);
      return TROUBLE;
    }
    if (patches.length === 0) {
      if (text !== '') await complain(context, '**** Only garbage was found in the patch input.');
      return text === '' ? 0 : TROUBLE;
    }
    const place = options.value('d') === undefined ? context.cwd : locate(context, options.value('d')!);
    const patcher = new Patcher({ ...context, cwd: place }, options);
    for (const each of patches) await patcher.apply(each);
    return patcher.status;
  },
};

class Patcher {
  readonly #context: CommandContext;
  readonly #options: ParsedOptions;
  readonly #isDry: boolean;
  status = 0;

  constructor(context: CommandContext, options: ParsedOptions) {
    this.#context = context;
    this.#options = options;
    this.#isDry = options.has('\x01');
  }

  /** With `-o -` standard output is the patched text. */
  async #say(text: string): Promise<void> {
    await (this.#options.value('o') === '-' ? this.#context.stderr : this.#context.stdout).write(encodeText(text));
  }

  /** What GNU asks; where nobody can answer, its default holds. */
  async #ask(question: string): Promise<string> {
    const { terminal, isTerminalOutput } = this.#context;
    if (terminal !== undefined && isTerminalOutput) return terminal.ask(question);
    await this.#say(`${question}\n`);
    return '';
  }

  async apply(found: FilePatch): Promise<void> {
    const isReverse = this.#options.has('R');
    const name = await this.#nameOf(found);
    if (name === undefined) {
      await this.#say(`Skipping patch.\n${found.hunks.length} out of ${found.hunks.length} hunk${found.hunks.length === 1 ? '' : 's'} ignored\n`);
      this.status = Math.max(this.status, SOME_FAILED);
      return;
    }
    const path = locate(this.#context, name);
    const stat = this.#context.files.stat(path);
    const output = this.#options.value('o');
    let hunks = isReverse ? found.hunks.map(reversed) : found.hunks;
    const [creates, removes] = isReverse ? [found.removes, found.creates] : [found.creates, found.removes];
    if (stat !== undefined && stat.kind !== 'file') {
      await this.#say(`File ${name} is not a regular file -- refusing to patch\n`);
      return this.#ignoreAll(found);
    }
    const text = sideOf(stat === undefined ? new Uint8Array(0) : readNamed(this.#context, name));
    const verb = this.#isDry ? 'checking' : 'patching';
    if (creates && text.lines.length > 0 && hunks.length === 1 && placeOf(reversed(hunks[0]!), text, { offset: 0, frozen: 0, fuzz: 0, ignoresSpace: false }) === undefined) {
      await this.#say(`The next patch would create the file ${name},\nwhich already exists!  `);
      if (!(await this.#answersReversed(isReverse))) return this.#ignoreAll(found);
    }
    const removesAll = removes || (hunks.length === 1 && found.form === 'context' && hunks[0]!.newStart === 0 && hunks[0]!.lines.every(({ mark }) => mark === '-'));
    if (removesAll && stat !== undefined && text.lines.length === 0) {
      await this.#say(`The next patch would ${removes ? 'delete' : 'empty out'} the file ${name},\nwhich is already empty!  `);
      if (!(await this.#answersReversed(isReverse))) return this.#ignoreAll(found);
    }
    if (!this.#options.has('s')) {
      await this.#say(output === undefined ? `${verb} file ${name}\n` : `${verb} file ${output} (read from ${name})\n`);
    }
    let result = await this.#tryHunks(hunks, text, found, isReverse);
    let isTurned = isReverse;
    if (result === 'reversed') {
      hunks = hunks.map(reversed);
      isTurned = !isReverse;
      result = await this.#tryHunks(hunks, text, found, undefined);
      if (typeof result === 'object') result.isInexact = true;
    }
    if (result === 'ignored' || result === 'reversed') {
      await this.#reject(name, found, hunks.map((hunk) => ({ hunk, offset: 0 })), 'ignored', isTurned);
      return;
    }
    if (result.failed.length > 0) await this.#reject(name, found, result.failed, 'FAILED', isTurned);
    if (this.#isDry) return;
    if (output !== undefined) {
      if (output === '-') await this.#context.stdout.write(encodeText(result.text));
      else this.#context.files.write(locate(this.#context, output), encodeText(result.text));
      return;
    }
    const needsBackup = this.#options.has('b') || (result.isInexact && !this.#options.has('\x02'));
    if (needsBackup) this.#write(`${name}${this.#options.value('z') ?? '.orig'}`, stat === undefined ? new Uint8Array(0) : this.#context.files.read(path), stat?.mode);
    if (result.applied === 0) return;
    if (result.text === '' && (removes || this.#options.has('E')) && stat !== undefined) this.#remove(name, path);
    else {
      if (removes && result.text !== '') {
        await this.#say(`Not deleting file ${name} as content differs from patch\n`);
        this.status = Math.max(this.status, SOME_FAILED);
      }
      this.#write(name, encodeText(result.text), undefined);
    }
  }

  async #skip(): Promise<void> {
    if (!this.#options.has('s')) await this.#say('Skipping patch.\n');
  }

  async #ignoreAll(found: FilePatch): Promise<void> {
    const count = found.hunks.length;
    await this.#say(`Skipping patch.\n${count} out of ${count} hunk${count === 1 ? '' : 's'} ignored\n`);
    this.status = Math.max(this.status, SOME_FAILED);
  }

  #write(name: string, bytes: Uint8Array, mode: number | undefined): void {
    const { files } = this.#context;
    const path = locate(this.#context, name);
    const parents: string[] = [];
    for (let at = directoryOf(path); files.stat(at) === undefined; at = directoryOf(at)) parents.unshift(at);
    for (const parent of parents) files.makeDirectory(parent);
    files.write(path, bytes);
    if (mode !== undefined && mode !== files.stat(path)?.mode) files.setMode(path, mode);
  }

  /** With the directories that are empty then, as far as the name goes. */
  #remove(name: string, path: string): void {
    const { files } = this.#context;
    files.remove(path);
    let at = directoryOf(path);
    for (let depth = name.split('/').filter((segment) => segment !== '').length - 1; depth > 0 && files.list(at).length === 0; depth -= 1) {
      files.remove(at);
      at = directoryOf(at);
    }
  }

  /** The file that is meant: among those the patch names and that are there the one with the fewest directories. */
  async #nameOf(found: FilePatch): Promise<string | undefined> {
    const [given] = this.#options.operands;
    if (given !== undefined) return given;
    const strip = this.#options.value('p');
    const stripped = (name: string | undefined): string | undefined => {
      if (name === undefined) return undefined;
      const segments = name.split(/\/+/);
      if (strip === undefined) return segments[segments.length - 1];
      return segments.length <= Number(strip) ? undefined : segments.slice(Number(strip)).join('/');
    };
    let names = [found.oldName, found.newName, found.indexName].map(stripped).filter((name) => name !== undefined && name !== '') as string[];
    for (const name of names.filter((each) => each.startsWith('/') || each.split('/').includes('..'))) {
      await this.#context.stderr.write(encodeText(`Ignoring potentially dangerous file name ${name}\n`));
      names = names.filter((each) => each !== name);
    }
    const there = names.filter((name) => this.#isThere(name));
    const creates = this.#options.has('R') ? found.removes : found.creates;
    const chosen = nearest(there) ?? (creates ? nearest(names) : undefined);
    if (chosen !== undefined) return chosen;
    await this.#say(`can't find file to patch at input line ${found.hunkLine}\n`);
    if (!this.#options.has('f') && !this.#options.has('t')) {
      await this.#say(strip === undefined ? 'Perhaps you should have used the -p or --strip option?\n' : 'Perhaps you used the wrong -p or --strip option?\n');
    }
    if (found.leading.length > 0) {
      await this.#say(`The text leading up to this was:\n--------------------------\n${found.leading.map((line) => `|${line}\n`).join('')}--------------------------\n`);
    }
    if (this.#options.has('f') || this.#options.has('t')) {
      await this.#say('No file to patch.  ');
      return undefined;
    }
    const answer = await this.#ask('File to patch: ');
    if (answer !== '') return answer;
    const skips = await this.#ask('Skip this patch? [y] ');
    return /^n/i.test(skips) ? this.#nameOf(found) : undefined;
  }

  #isThere(name: string): boolean {
    try {
      return this.#context.files.stat(locate(this.#context, name)) !== undefined;
    } catch (error) {
      if (error instanceof FsError) return false;
      throw error;
    }
  }

  /** @returns whether the person wants it the other way round. */
  async #answersReversed(isReverse: boolean): Promise<boolean> {
    if (this.#options.has('N')) {
      return false;
    }
    if (this.#options.has('f')) {
      await this.#say('Applying it anyway.\n');
      return true;
    }
    if (this.#options.has('t')) {
      await this.#say(isReverse ? 'Ignoring -R.\n' : 'Assuming -R.\n');
      return true;
    }
    if (/^y/i.test(await this.#ask(isReverse ? 'Ignore -R? [n] ' : 'Assume -R? [n] '))) return true;
    return /^y/i.test(await this.#ask('Apply anyway? [n] '));
  }

  /** @param asks whether the patch is taken back already; undefined once that is settled. */
  async #tryHunks(hunks: readonly Hunk[], text: Side, found: FilePatch, asks: boolean | undefined): Promise<Applied | 'ignored' | 'reversed'> {
    const maxFuzz = found.form === 'normal' ? 0 : Number(this.#options.value('F') ?? DEFAULT_FUZZ);
    const ignoresSpace = this.#options.has('l');
    const out: string[] = [];
    let frozen = 0;
    let offset = 0;
    let grown = 0;
    let isTerminated = text.isTerminated;
    let isInexact = false;
    let mayAsk = true;
    const failed: Rejected[] = [];
    for (const [index, hunk] of hunks.entries()) {
      await this.#context.breathe();
      const { before, after } = contextOf(hunk);
      const most = Math.min(Math.max(before, after), maxFuzz);
      let fuzz = 0;
      let at: number | undefined;
      for (; fuzz <= most; fuzz += 1) {
        at = placeOf(hunk, text, { offset, frozen, fuzz, ignoresSpace });
        if (at === undefined && index === 0 && mayAsk && asks !== undefined && !this.#options.has('f')) {
          if (placeOf(reversed(hunk), text, { offset, frozen, fuzz, ignoresSpace }) !== undefined) {
            await this.#say(asks ? 'Unreversed patch detected!  ' : 'Reversed (or previously applied) patch detected!  ');
            if (this.#options.has('N')) {
              await this.#skip();
              return 'ignored';
            }
            if (this.#options.has('t')) {
              await this.#say(asks ? 'Ignoring -R.\n' : 'Assuming -R.\n');
              return 'reversed';
            }
            if (/^y/i.test(await this.#ask(asks ? 'Ignore -R? [n] ' : 'Assume -R? [n] '))) return 'reversed';
            mayAsk = false;
            if (!/^y/i.test(await this.#ask('Apply anyway? [n] '))) {
              await this.#skip();
              return 'ignored';
            }
          }
        }
        if (at !== undefined) break;
      }
      const start = hunk.oldStart + (hunk.lines.some(({ mark }) => mark !== '+') ? 0 : 1);
      if (at === undefined) {
        isInexact = true;
        failed.push({ hunk, offset: grown });
        if (!this.#options.has('s')) await this.#say(`Hunk #${index + 1} FAILED at ${start + grown}.\n`);
        continue;
      }
      offset = at - start;
      if (fuzz > 0 || offset !== 0) {
        isInexact = true;
        if (!this.#options.has('s')) {
          const moved = offset === 0 ? '' : ` (offset ${offset} line${offset === 1 ? '' : 's'})`;
          await this.#say(`Hunk #${index + 1} succeeded at ${at + grown}${fuzz > 0 ? ` with fuzz ${fuzz}` : ''}${moved}.\n`);
        }
      }
      for (; frozen < Math.min(at - 1, text.lines.length); frozen += 1) out.push(text.lines[frozen]!);
      let last = ' ';
      for (const { mark, text: line } of hunk.lines) {
        last = mark;
        if (mark === '+') {
          out.push(line);
          grown += 1;
          continue;
        }
        if (mark === '-') grown -= 1;
        // Context that fuzz let pass may stand past the end.
        if (frozen >= text.lines.length) continue;
        if (mark === ' ') out.push(text.lines[frozen]!);
        frozen += 1;
      }
      if (frozen >= text.lines.length) isTerminated = last === ' ' ? text.isTerminated : last === '+' ? !hunk.newIsOpen : true;
    }
    for (; frozen < text.lines.length; frozen += 1) out.push(text.lines[frozen]!);
    return { text: out.length === 0 ? '' : out.join('\n') + (isTerminated ? '\n' : ''), failed, isInexact, applied: hunks.length - failed.length };
  }

  async #reject(name: string, found: FilePatch, rejected: readonly Rejected[], word: string, isReverse: boolean): Promise<void> {
    this.status = Math.max(this.status, SOME_FAILED);
    const count = `${rejected.length} out of ${found.hunks.length} hunk${found.hunks.length === 1 ? '' : 's'} ${word}`;
    const to = this.#options.value('r') ?? `${this.#options.value('o') ?? name}.rej`;
    if (this.#isDry || to === '-') {
      await this.#say(`${count}\n`);
      return;
    }
    await this.#say(`${count} -- saving rejects to file ${to}\n`);
    this.#write(to, encodeText(rejectText(found, rejected, isReverse)), undefined);
  }
}

interface Rejected {
  hunk: Hunk;
  /** Lines that the hunks before have added. */
  offset: number;
}

interface Applied {
  text: string;
  failed: Rejected[];
  isInexact: boolean;
  applied: number;
}

function nearest(names: readonly string[]): string | undefined {
  const size = (name: string): readonly number[] => [name.split('/').length, name.split('/').pop()!.length, name.length];
  let best: string | undefined;
  for (const name of names) {
    if (best === undefined) best = name;
    const [own, other] = [size(name), size(best)];
    const at = own.findIndex((value, index) => value !== other[index]);
    if (at >= 0 && own[at]! < other[at]!) best = name;
  }
  return best;
}

/** In the form of the patch; a normal one has none of its own and becomes a context diff, as GNU writes it. */
function rejectText(found: FilePatch, rejected: readonly Rejected[], isReverse: boolean): string {
  const isUnified = found.form === 'unified';
  const names = found.header.map((line) => line.slice(4));
  if (isReverse) names.reverse();
  const [old = '/dev/null', fresh = '/dev/null'] = names;
  let text = isUnified ? `--- ${old}\n+++ ${fresh}\n` : `*** ${old}\n--- ${fresh}\n`;
  const open = '\\ No newline at end of file\n';
  for (const { hunk, offset } of rejected) {
    const oldLines = hunk.lines.filter(({ mark }) => mark !== '+');
    const newLines = hunk.lines.filter(({ mark }) => mark !== '-');
    const [oldFrom, newFrom] = [hunk.oldStart + offset, hunk.newStart + offset];
    if (isUnified) {
      const range = (from: number, count: number): string => (count === 1 ? String(from) : `${from},${count}`);
      text += `@@ -${range(oldFrom, oldLines.length)} +${range(newFrom, newLines.length)} @@${hunk.heading === '' ? '' : ` ${hunk.heading}`}\n`;
      const lastOld = hunk.lines.findLastIndex(({ mark }) => mark !== '+');
      const lastNew = hunk.lines.findLastIndex(({ mark }) => mark !== '-');
      for (const [index, { mark, text: line }] of hunk.lines.entries()) {
        text += `${mark}${line}\n${(hunk.oldIsOpen && index === lastOld) || (hunk.newIsOpen && index === lastNew) ? open : ''}`;
      }
      continue;
    }
    const range = (from: number, count: number): string => (count > 1 ? `${from},${from + count - 1}` : String(from));
    const isNormal = found.form === 'normal';
    const half = (own: '-' | '+'): string => {
      if (own === (isReverse ? '+' : '-') && !hunk.lines.some(({ mark }) => mark === own)) return '';
      let out = '';
      for (let at = 0; at < hunk.lines.length; ) {
        let end = at;
        while (end < hunk.lines.length && hunk.lines[end]!.mark !== ' ') end += 1;
        const run = hunk.lines.slice(at, end);
        const isBoth = !isNormal && run.some(({ mark }) => mark === '-') && run.some(({ mark }) => mark === '+');
        for (const { mark, text: line } of run) if (mark === own) out += `${isBoth ? '!' : own} ${line}\n`;
        if (end < hunk.lines.length) out += `  ${hunk.lines[end]!.text}\n`;
        at = end + 1;
      }
      return out + ((own === '-' ? hunk.oldIsOpen : hunk.newIsOpen) ? open : '');
    };
    // GNU writes those of a normal diff in an older way, without the last stars.
    const [stars, dashes] = isNormal ? ['', ' -----'] : [' ****', ' ----'];
    const side = (from: number, count: number): string => (isNormal && count === 0 ? '0' : range(from, count));
    text += `***************${hunk.heading === '' ? '' : ` ${hunk.heading}`}\n*** ${side(oldFrom, oldLines.length)}${stars}\n${half('-')}--- ${side(newFrom, newLines.length)}${dashes}\n${half('+')}`;
  }
  return text;
}
