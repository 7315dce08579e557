import type { Command } from '../command.ts';
import * as limits from '../../limits.ts';
import { encodeText } from '../text.ts';
import { complain } from './files-in.ts';
import { parseOptions, UsageError } from './options.ts';

const PORTABLE_NAME = /^[A-Za-z0-9._/-]*$/;
const POSIX_NAME_BYTES = 14;
const POSIX_PATH_BYTES = 256;
const NAME_BYTES = 255;

export const pathchk: Command = {
  name: 'pathchk',
  summary: 'Check whether names are valid and portable',
  usage: 'pathchk [-pP] NAME...',
  help: "pathchk notes/today.md\npathchk -p 'a b.txt'      # would it work everywhere?",
  options: [
    ['-p', 'as POSIX promises for every system'],
    ['-P', 'also no empty name and none that starts with -'],
    ['--portability', 'both'],
  ],
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args, { short: 'pP\x01', long: { portability: '\x01' } });
    if (options.operands.length === 0) throw new UsageError('missing operand');
    const isPortable = options.has('p') || options.has('\x01');
    const isStrict = options.has('P') || options.has('\x01');
    let status = 0;
    for (const name of options.operands) {
      const words = faultOf(name, isPortable, isStrict);
      if (words === undefined) continue;
      status = 1;
      await complain(context, words);
    }
    return status;
  },
};

function faultOf(name: string, isPortable: boolean, isStrict: boolean): string | undefined {
  const segments = name.split('/').filter((segment) => segment !== '');
  if (isStrict && segments.some((segment) => segment.startsWith('-'))) return `leading '-' in a component of file name '${name}'`;
  if (name === '') return isPortable || isStrict ? 'empty file name' : "'': No such file or directory";
  const odd = isPortable && !PORTABLE_NAME.test(name) ? [...name].find((character) => !PORTABLE_NAME.test(character)) : undefined;
  if (odd !== undefined) return `non-portable character '${odd}' in file name '${name}'`;
  const bytes = encodeText(name).length;
  const most = isPortable ? POSIX_PATH_BYTES - 1 : limits.pathMaxBytes;
  if (bytes > most) return `limit ${most} exceeded by length ${bytes} of file name '${name}'`;
  const mostName = isPortable ? POSIX_NAME_BYTES : NAME_BYTES;
  const long = segments.find((segment) => encodeText(segment).length > mostName);
  return long === undefined ? undefined : `limit ${mostName} exceeded by length ${encodeText(long).length} of file name component '${long}'`;
}
