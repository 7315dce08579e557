import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { builtins } from './builtins/all.ts';
import { coreCommands } from './core-commands.ts';
import { runInMemory } from './testing/run-in-memory.ts';

/** Commands that the page adds, because they have to do with the account. */
const OF_THE_PAGE = ['logout', 'sync', 'whoami'];

const PACKAGES: Readonly<Record<string, string>> = {
  coreutils: 'arch b2sum base32 base64 basename basenc cat chcon chgrp chmod chown chroot cksum comm cp csplit cut date dd df dir dircolors dirname du echo env expand expr factor false fmt fold groups head hostid id install join kill link ln logname ls md5sum mkdir mkfifo mknod mktemp mv nice nl nohup nproc numfmt od paste pathchk pinky pr printenv printf ptx pwd readlink realpath rm rmdir runcon seq sha1sum sha224sum sha256sum sha384sum sha512sum shred shuf sleep sort split stat stdbuf stty sum sync tac tail tee test timeout touch tr true truncate tsort tty uname unexpand uniq unlink uptime users vdir wc who whoami yes',
  'findutils, diffutils, grep, sed, gawk': 'find xargs locate updatedb cmp diff diff3 sdiff grep egrep fgrep rgrep sed awk gawk',
  gzip: 'gunzip gzexe gzip uncompress zcat zcmp zdiff zegrep zfgrep zforce zgrep zless zmore znew',
  'util-linux': 'cal col colcrt colrm column flock getopt hexdump kill logger look lsblk mcookie more mount namei rename renice rev script setsid ul umount uuidgen wall whereis write',
  moreutils: 'chronic combine errno ifne isutf8 lckdo mispipe parallel pee sponge ts vidir vipe zrun',
  ncurses: 'clear infocmp reset tabs tic tput',
};

test.each(Object.entries(PACKAGES))('every command of %s is here, or says in a sentence why not and what to use', async (_name, list) => {
  const unexplained: string[] = [];
  for (const name of list.split(' ').filter((each) => !OF_THE_PAGE.includes(each))) {
    const { errors } = await runInMemory(`${name} --help < /dev/null > /dev/null`);
    if (/command not found/.test(errors)) unexplained.push(name);
  }
  expect(unexplained).toEqual([]);
});

const bash = spawnSync('bash', ['-c', 'compgen -b'], { encoding: 'utf8' });

test.skipIf(bash.status !== 0)('every builtin of bash is here', () => {
  const missing = bash.stdout.trim().split('\n').filter((name) => !builtins.has(name) && !coreCommands.some((command) => command.name === name) && !OF_THE_PAGE.includes(name));
  expect(missing).toEqual([]);
});
