import { FsError } from '../../fs/files.ts';
import type { Command } from '../command.ts';
import { locate, locateEntry } from '../locate.ts';
import { decodeText, encodeText } from '../text.ts';
import { openNamed, readWhole } from './files-in.ts';
import { fileType, type FileType } from './file-type.ts';
import { parseOptions, UsageError } from './options.ts';

export const file: Command = {
  name: 'file',
  summary: 'Say what kind of file it is, by its content',
  usage: 'file [-biL] [-f LIST] FILE...',
  help: 'file *\nfile -i photo.jpg      # as a MIME type\nfile -b unknown        # without the name\ncurious=$(file -b --mime-type notes.txt)',
  options: [
    ['-b, --brief', 'without the names'],
    ['-i, --mime', 'as a MIME type with the encoding'],
    ['--mime-type', 'the MIME type alone'],
    ['--mime-encoding', 'the encoding alone'],
    ['-L, --dereference', 'what a link leads to'],
    ['-f, --files-from=LIST', 'the names are in LIST, one a line'],
    ['-0, --print0', 'a zero byte behind each name'],
    ['-F, --separator=TEXT', 'instead of the colon'],
  ],
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args, {
      short: 'biLhf:0F:zksEN\x01\x02', long: { brief: 'b', mime: 'i', 'mime-type': '\x01', 'mime-encoding': '\x02', dereference: 'L', 'no-dereference': 'h', 'files-from': 'f', print0: '0', separator: 'F', 'no-pad': 'N' },
    });
    const list = options.value('f');
    const names = [...(list === undefined ? [] : decodeText(await readWhole(openNamed(context, list).chunks)).split('\n').filter((line) => line !== '')), ...options.operands];
    if (names.length === 0) throw new UsageError('name a file, as in: file notes.txt');
    const width = options.has('N') ? 0 : Math.max(...names.map((name) => name.length));
    for (const name of names) {
      await context.breathe();
      let type: FileType;
      try {
        const path = name === '-' ? '-' : options.has('L') ? locate(context, name) : locateEntry(context, name);
        const stat = name === '-' ? undefined : options.has('L') ? context.files.stat(path) : context.files.linkStat(path);
        if (stat === undefined && name !== '-') throw new FsError('ENOENT', name);
        switch (stat?.kind) {
          case 'directory':
            type = { words: 'directory', mime: 'inode/directory' };
            break;
          case 'device':
            type = { words: 'character special', mime: 'inode/chardevice' };
            break;
          case 'link': {
            const target = context.files.readLink(path);
            type = { words: `${context.files.stat(path) === undefined ? 'broken symbolic link' : 'symbolic link'} to ${target}`, mime: 'inode/symlink' };
            break;
          }
          default: type = fileType(await readWhole(openNamed(context, name).chunks));
        }
      } catch (error) {
        if (!(error instanceof FsError)) throw error;
        const words = error.code === 'ENOENT' ? `cannot open \`${name}' (No such file or directory)` : `cannot open \`${name}' (${error.message})`;
        type = { words, mime: words };
      }
      const charset = /UTF-8/.test(type.words) ? 'utf-8' : /ASCII/.test(type.words) || type.mime === 'application/json' ? 'us-ascii' : /ISO-8859/.test(type.words) ? 'iso-8859-1' : 'binary';
      const text = type.mime.startsWith('cannot') ? type.words : options.has('i') ? `${type.mime}; charset=${charset}` : options.has('\x01') ? type.mime : options.has('\x02') ? charset : type.words;
      const shown = name === '-' ? '/dev/stdin' : name;
      const separator = options.value('F') ?? ':';
      const front = options.has('b') ? '' : options.has('0') ? `${shown}\0${separator} ` : `${shown}${separator} ${' '.repeat(Math.max(0, width - shown.length))}`;
      await context.stdout.write(encodeText(`${front}${text}\n`));
    }
    return 0;
  },
};
