import { FsError } from '../../../fs/files.ts';
import { baseName, directoryOf, joinPath } from '../../../fs/path.ts';
import type { Command, CommandContext } from '../../command.ts';
import { locate } from '../../locate.ts';
import { FileOutput } from '../../streams/file-output.ts';
import { concatBytes, decodeText } from '../../text.ts';
import { complain, readNamed, readWhole } from '../files-in.ts';
import { parseOptions, UsageError } from '../options.ts';
import { LineOutput } from './line-output.ts';
import { LineSource } from './line-source.ts';
import { Machine } from './machine.ts';
import { parseScript, type ScriptPiece } from './parse-script.ts';
import { SedError, type SedScript } from './script.ts';

/** The files that `w` writes; `/dev/stdout` and `/dev/stderr` are the command's own. */
class WrittenFiles {
  readonly #context: CommandContext;
  readonly #separator: string;
  readonly #outputs = new Map<string, { lines: LineOutput; file: FileOutput | undefined }>();
  readonly failures: string[] = [];
  readonly errors: Uint8Array[] = [];

  constructor(context: CommandContext, separator: string, stdout: LineOutput) {
    this.#context = context;
    this.#separator = separator;
    this.#outputs.set('/dev/stdout', { lines: stdout, file: undefined });
    this.#outputs.set('/dev/stderr', { lines: new LineOutput((bytes) => this.errors.push(bytes), separator), file: undefined });
  }

  /** Makes the file empty, as it is from the start. @throws SedError */
  open(name: string): void {
    if (this.#outputs.has(name)) return;
    try {
      const file = new FileOutput(this.#context.files, locate(this.#context, name), 'write', (error) => this.failures.push(`couldn't flush ${name}: ${error.message}`));
      file.retain();
      this.#outputs.set(name, { lines: new LineOutput((bytes) => file.put(bytes), this.#separator), file });
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      throw new SedError(`couldn't open file ${name}: ${error.message}`, 4);
    }
  }

  get(name: string): LineOutput {
    return this.#outputs.get(name)?.lines as LineOutput;
  }

  flush(): void {
    for (const { lines, file } of this.#outputs.values()) if (file !== undefined || lines !== this.get('/dev/stdout')) lines.flush();
  }

  close(): void {
    this.flush();
    for (const { file } of this.#outputs.values()) file?.release();
  }
}

/** One file that is edited in place: all of the new is there before anything of the old goes. */
class EditedFile {
  readonly #context: CommandContext;
  readonly #name: string;
  readonly #path: string;
  readonly #suffix: string;
  #chunks: Uint8Array[] = [];
  readonly lines: LineOutput;

  constructor(context: CommandContext, name: string, suffix: string, isFollowed: boolean, separator: string) {
    this.#context = context;
    this.#name = name;
    const path = locate(context, name);
    this.#path = isFollowed ? context.files.realPath(path) : path;
    this.#suffix = suffix;
    this.lines = new LineOutput((bytes) => {
      this.#chunks.push(bytes);
    }, separator);
  }

  /** Puts the new content in the place of the old. @throws SedError when it can't; then the old is as it was. */
  finish(): void {
    try {
      this.#replace();
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      throw new SedError(`couldn't write ${this.#name}: ${error.message}`, 4);
    }
  }

  #replace(): void {
    const { files } = this.#context;
    this.lines.flush();
    const bytes = concatBytes(this.#chunks);
    const mode = files.stat(this.#path)?.mode ?? 0o644;
    const isLink = files.linkStat(this.#path)?.kind === 'link';
    if (!isLink && this.#suffix === '' && (mode & 0o200) !== 0) {
      files.write(this.#path, bytes);
      return;
    }
    const directory = directoryOf(this.#path);
    let temporary = '';
    for (let number = 0; temporary === '' || files.linkStat(temporary) !== undefined; number += 1) temporary = joinPath(directory, `sed${String(number).padStart(6, '0')}`);
    files.write(temporary, bytes);
    try {
      files.setMode(temporary, mode);
      if (this.#suffix !== '') {
        const name = this.#suffix.includes('*') ? this.#suffix.replaceAll('*', () => baseName(this.#path)) : baseName(this.#path) + this.#suffix;
        files.rename(this.#path, name.includes('/') ? locate(this.#context, name) : joinPath(directory, name));
      }
      files.rename(temporary, this.#path);
    } catch (error) {
      if (files.linkStat(this.#path) !== undefined) files.remove(temporary);
      throw error;
    }
  }
}

const namesIn = (script: SedScript, commands: string): string[] => script.commands.flatMap(({ action }) => {
  if (action.name === 's') return commands.includes('w') && action.substitution.file !== undefined ? [action.substitution.file] : [];
  return 'file' in action && commands.includes(action.name) ? [action.file] : [];
});

export const sed: Command = {
  name: 'sed',
  summary: 'Edit text line by line by a script',
  usage: 'sed [-nEszu] [-i[SUFFIX]] [-e SCRIPT] [-f FILE] [SCRIPT] [FILE]...',
  help: [
    "sed 's/cat/dog/g' pets.txt              # replace",
    "sed -n '5,10p' log.txt                  # some lines only",
    "sed '/^#/d' config                      # without the lines that match",
    "sed -i.bak 's/http:/https:/' *.html     # change files, keep the old ones",
    "sed -E 's/([a-z]+) ([a-z]+)/\\2 \\1/'     # swap two words",
    "sed '1i\\Title' notes.txt                # a line before the first",
    "sed -n '/BEGIN/,/END/p' key.pem         # from one pattern to another",
    "sed ':a;N;$!ba;s/\\n/, /g' list.txt      # all lines into one",
  ].join('\n'),
  options: [
    ['-n, --quiet, --silent', 'print only what p and its like print'],
    ['-e, --expression=SCRIPT', 'add to the script'],
    ['-f, --file=FILE', 'add the content of a file to the script'],
    ['-E, -r, --regexp-extended', 'extended regular expressions: + ? | ( ) { } without backslashes'],
    ['-i, --in-place[=SUFFIX]', 'edit the files themselves; with a suffix keep each old one under its name and that'],
    ['-s, --separate', 'line numbers and $ for each file by itself'],
    ['-z, --null-data', 'lines end with a zero byte'],
    ['-l, --line-length=N', 'where the command l folds; 70 if not given'],
    ['-u, --unbuffered', 'read no more than is needed, write at once'],
    ['--follow-symlinks', 'with -i: edit what a link leads to'],
    ['--posix', 'no additions of GNU'],
    ['--sandbox', 'refuse r and w'],
  ],
  section: 'text',
  async run(context) {
    try {
      return await edit(context);
    } catch (error) {
      if (!(error instanceof SedError)) throw error;
      await complain(context, error.message);
      return error.status;
    }
  },
};

async function edit(context: CommandContext): Promise<number> {
  // `-i` takes its suffix only when it follows at once.
  const given = context.args.map((argument) => (/^-[nErszu]*i./.test(argument) ? argument : argument === '--in-place' ? '-i' : argument));
  let suffix = '';
  const ended = given.indexOf('--');
  const args = given.map((argument, index) => {
    const match = ended >= 0 && index > ended ? null : /^-([nErszu]*)i(.+)$/.exec(argument) ?? /^--(in-place)=(.*)$/.exec(argument);
    if (match === null) return argument;
    suffix = match[2] as string;
    return match[1] === 'in-place' ? '-i' : `-${match[1]}i`;
  });
  const options = parseOptions(args, {
    short: 'ne:f:Erisl:zubPSFD',
    long: {
      quiet: 'n', silent: 'n', expression: 'e', file: 'f', 'regexp-extended': 'E', 'in-place': 'i', separate: 's', 'line-length': 'l', 'null-data': 'z',
      'zero-terminated': 'z', unbuffered: 'u', binary: 'b', posix: 'P', sandbox: 'S', 'follow-symlinks': 'F', debug: 'D',
    },
    status: 1,
  });
  if (options.has('D')) throw new UsageError("--debug is not here; print with 'l' and '=' instead", 1);
  const operands = [...options.operands];
  const pieces: ScriptPiece[] = [];
  for (const { letter, value } of options.all) {
    if (letter === 'e') pieces.push({ text: value, file: undefined });
    if (letter === 'f') pieces.push({ text: await scriptFile(context, value), file: value });
  }
  if (pieces.length === 0) {
    const script = operands.shift();
    if (script === undefined) throw new UsageError('no script is given', 1);
    pieces.push({ text: script, file: undefined });
  }
  const width = options.value('l') ?? '70';
  if (!/^\d+$/.test(width)) throw new SedError(`invalid line length: ${width}`);
  const script = parseScript(pieces, options.has('E') || options.has('r'));
  if (options.has('S') && namesIn(script, 'rRwW').length > 0) throw new SedError('-e expression #1, char 0: e/r/w commands disabled in sandbox mode');
  const isEditing = options.has('i');
  if (isEditing && operands.length === 0) throw new SedError('no input files', 4);
  return new Run(context, script, { operands, isEditing, suffix, options, width: Number(width) }).all();
}

async function scriptFile(context: CommandContext, name: string): Promise<string> {
  try {
    const bytes = name === '-' ? await readWhole(context.stdin) : readNamed(context, name);
    return decodeText(bytes).replace(/\n$/, '').replace(/^#!.*/, '#');
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    throw new SedError(`couldn't open file ${name}: ${error.message}`, 4);
  }
}

interface RunOptions {
  operands: string[];
  isEditing: boolean;
  suffix: string;
  options: { has(letter: string): boolean };
  width: number;
}

class Run {
  readonly #context: CommandContext;
  readonly #script: SedScript;
  readonly #run: RunOptions;
  readonly #separator: string;
  readonly #stdout: LineOutput;
  readonly #files: WrittenFiles;
  readonly #source: LineSource;
  readonly #readLines = new Map<string, { lines: string[]; at: number; isTerminated: boolean }>();
  readonly #complaints: string[] = [];
  /** What `r /dev/stdin` finds, once. */
  #standardInput = '';
  #pending: Uint8Array[] = [];
  #edited: EditedFile | undefined;
  #status = 0;

  constructor(context: CommandContext, script: SedScript, run: RunOptions) {
    this.#context = context;
    this.#script = script;
    this.#run = run;
    this.#separator = run.options.has('z') ? '\0' : '\n';
    this.#stdout = new LineOutput((bytes) => this.#pending.push(bytes), this.#separator);
    this.#files = new WrittenFiles(context, this.#separator, this.#stdout);
    const names = run.operands.length === 0 ? ['-'] : run.isEditing ? run.operands.filter((name) => this.#isEditable(name)) : run.operands;
    this.#source = new LineSource(context, names, { separator: this.#separator, isSeparate: run.isEditing || run.options.has('s') });
  }

  #isEditable(name: string): boolean {
    const stat = this.#context.files.stat(locate(this.#context, name));
    if (stat?.kind === 'file') return true;
    this.#complaints.push(stat === undefined ? `can't read ${name}: No such file or directory` : `couldn't edit ${name}: not a regular file`);
    this.#status = stat === undefined ? 2 : 4;
    return false;
  }

  async all(): Promise<number> {
    const { options, isEditing, width } = this.#run;
    for (const name of namesIn(this.#script, 'wW')) this.#files.open(name);
    if (namesIn(this.#script, 'rR').includes('/dev/stdin')) {
      const { operands } = this.#run;
      const isFree = operands.length > 0 && !operands.includes('-');
      this.#standardInput = isFree ? decodeText(await readWhole(this.#context.stdin)) : '';
    }
    const machine = new Machine(this.#script, {
      source: this.#source,
      output: () => this.#edited?.lines ?? this.#stdout,
      fileOutput: (name) => this.#files.get(name),
      readFile: (name) => this.#read(name),
      nextLineOf: (name) => this.#nextLineOf(name),
      leaveFile: () => this.#enterFile(),
    }, {
      quiet: options.has('n') || this.#script.quiet, isSeparate: isEditing || options.has('s'), listWidth: width, isPosix: options.has('P'), separator: this.#separator,
    });
    try {
      for (let state = machine.run(); state !== 'end'; state = machine.run()) {
        await this.#flush();
        if (state === 'input') await this.#source.fill();
        const rest = this.#context.breathe();
        if (rest !== undefined) await rest;
      }
      this.#finishFile();
    } finally {
      this.#files.close();
    }
    await this.#flush();
    this.#source.giveBack(options.has('u'));
    if (this.#files.failures.length > 0) this.#status = 4;
    return machine.status !== 0 ? machine.status : this.#status !== 0 ? this.#status : this.#source.failed ? 2 : 0;
  }

  async #flush(): Promise<void> {
    this.#stdout.flush();
    this.#files.flush();
    const chunks = this.#pending;
    this.#pending = [];
    if (chunks.length > 0) await this.#context.stdout.write(concatBytes(chunks));
    for (const message of [...this.#complaints.splice(0), ...this.#files.failures]) await complain(this.#context, message);
    for (const bytes of this.#files.errors.splice(0)) await this.#context.stderr.write(bytes);
  }

  #enterFile(): void {
    this.#finishFile();
    if (!this.#run.isEditing) return;
    this.#edited = new EditedFile(this.#context, this.#source.upcomingName, this.#run.suffix, this.#run.options.has('F'), this.#separator);
  }

  #finishFile(): void {
    const edited = this.#edited;
    this.#edited = undefined;
    edited?.finish();
  }

  #read(name: string): string {
    if (name === '/dev/stdin') {
      const text = this.#standardInput;
      this.#standardInput = '';
      return text;
    }
    try {
      return decodeText(readNamed(this.#context, name));
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      return '';
    }
  }

  #nextLineOf(name: string): { text: string; isTerminated: boolean } | undefined {
    let reader = this.#readLines.get(name);
    if (reader === undefined) {
      const text = this.#read(name);
      const lines = text === '' ? [] : text.split('\n');
      const isTerminated = text.endsWith('\n');
      if (isTerminated) lines.pop();
      reader = { lines, at: 0, isTerminated };
      this.#readLines.set(name, reader);
    }
    const text = reader.lines[reader.at];
    if (text === undefined) return undefined;
    reader.at += 1;
    return { text, isTerminated: true };
  }
}
