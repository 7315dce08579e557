import type { Interpreter } from './interpreter.ts';

/** What a web page cannot do, in one sentence. */
const NETWORK = 'a web page has no sockets; it can only talk to its own server';
const PROCESSES = 'there are no system processes in a web page; see `jobs`';
const OWNER = 'every file here is yours; there are no other users';
const INSTALL = 'nothing can be installed in a web page; `help` lists what is here';
const PACKED = 'only gzip and zip are known here; use `gzip`, `tar -z` or `zip`';
const CLOCK = 'nothing runs here while the page is closed; `watch` runs a command again and again';
const DISKS = 'a web page has no disks to mount; `df` shows the room there is';
const EDITORS = 'use `edit`';
const LANGUAGES = 'no other language runs here; shell scripts, `awk`, `jq` and `bc` do';
const SHELLS = 'this shell follows bash; `bash FILE` runs a script';
const CLIPBOARD = 'use `clip`';
const IMPOSSIBLE: Readonly<Record<string, string>> = {
  ssh: NETWORK, scp: NETWORK, sftp: NETWORK, curl: NETWORK, wget: NETWORK, ping: NETWORK, telnet: NETWORK, nc: NETWORK, ncat: NETWORK, netcat: NETWORK,
  dig: NETWORK, host: NETWORK, nslookup: NETWORK, rsync: NETWORK, ftp: NETWORK, traceroute: NETWORK, netstat: NETWORK, ip: NETWORK,
  ifconfig: NETWORK, ss: NETWORK, whois: NETWORK, mail: NETWORK, aws: NETWORK, kubectl: NETWORK,
  ps: PROCESSES, top: PROCESSES, htop: PROCESSES, systemctl: PROCESSES, service: PROCESSES, strace: PROCESSES, pgrep: PROCESSES, pkill: PROCESSES,
  killall: PROCESSES, lsof: PROCESSES, free: PROCESSES, vmstat: PROCESSES, tmux: PROCESSES, screen: PROCESSES, reboot: PROCESSES, shutdown: PROCESSES,
  git: `${NETWORK}; \`sync log\` shows what your files were, \`sync restore\` brings it back`,
  sudo: 'every file here is yours; leave `sudo` away', doas: 'every file here is yours; leave `doas` away', su: OWNER, chown: OWNER, useradd: OWNER, usermod: OWNER, adduser: OWNER, chgrp: OWNER, passwd: OWNER, who: OWNER, w: OWNER, last: OWNER,
  apt: INSTALL, 'apt-get': INSTALL, brew: INSTALL, yum: INSTALL, dnf: INSTALL, pacman: INSTALL, snap: INSTALL, npm: INSTALL, npx: INSTALL, yarn: INSTALL,
  pip: INSTALL, pip3: INSTALL, cargo: INSTALL, docker: INSTALL, podman: INSTALL,
  node: LANGUAGES, python: LANGUAGES, python3: LANGUAGES, perl: LANGUAGES, ruby: LANGUAGES, php: LANGUAGES, java: LANGUAGES, go: INSTALL, gcc: INSTALL, cc: INSTALL,
  clang: INSTALL, make: INSTALL, cmake: INSTALL,
  bzip2: PACKED, bunzip2: PACKED, bzcat: PACKED, xz: PACKED, unxz: PACKED, xzcat: PACKED, zstd: PACKED, '7z': PACKED, rar: PACKED, unrar: PACKED, cpio: PACKED,
  crontab: CLOCK, at: CLOCK, batch: CLOCK,
  mount: DISKS, umount: DISKS, fdisk: DISKS, mkfs: DISKS, lsblk: DISKS, chroot: DISKS,
  gh: NETWORK, mosh: NETWORK, nmap: NETWORK, ipconfig: NETWORK, psql: NETWORK, mysql: NETWORK, 'redis-cli': NETWORK, terraform: NETWORK, gcloud: NETWORK,
  btop: PROCESSES, uptime: PROCESSES, dmesg: PROCESSES, journalctl: PROCESSES, lscpu: PROCESSES, lsusb: PROCESSES, pidof: PROCESSES, pstree: PROCESSES, renice: PROCESSES,
  chsh: OWNER, visudo: OWNER, userdel: OWNER, groupadd: OWNER,
  dpkg: INSTALL, rpm: INSTALL, apk: INSTALL, flatpak: INSTALL, nix: INSTALL, pnpm: INSTALL, bun: INSTALL, deno: INSTALL, pipx: INSTALL, uv: INSTALL, gem: INSTALL, rustc: INSTALL,
  rustup: INSTALL, tsc: INSTALL, 'g++': INSTALL, python2: LANGUAGES, lua: LANGUAGES, ghc: INSTALL, mvn: INSTALL, gradle: INSTALL, sqlite3: INSTALL, ffmpeg: INSTALL, convert: INSTALL, pandoc: INSTALL,
  zsh: SHELLS, fish: SHELLS, dash: SHELLS, ksh: SHELLS, csh: SHELLS, tcsh: SHELLS, pwsh: SHELLS, powershell: SHELLS,
  pbcopy: CLIPBOARD, pbpaste: CLIPBOARD, xclip: CLIPBOARD, xsel: CLIPBOARD, 'wl-copy': CLIPBOARD, 'wl-paste': CLIPBOARD,
  code: EDITORS, nvim: EDITORS, gvim: EDITORS, hx: EDITORS, kak: EDITORS, micro: EDITORS, joe: EDITORS, gedit: EDITORS, subl: EDITORS, notepad: EDITORS,
  'xdg-open': 'use `open`', explorer: 'use `open`', ranger: 'use `fm`', nnn: 'use `fm`', vifm: 'use `fm`', cls: 'use `clear`', bat: 'use `cat` or `less`', exa: 'use `ls`', eza: 'use `ls`', lsd: 'use `ls`',
  rg: 'use `grep -r`', ag: 'use `grep -r`', ack: 'use `grep -r`', fd: 'use `find`', fdfind: 'use `find`', fzf: 'Ctrl-R looks for a line, Tab for a name', dc: 'use `bc`', parallel: 'use `xargs -P`', pv: 'use `cat`',
  fallocate: 'use `truncate -s`', shred: 'use `rm`', stdbuf: 'every command hands on what it has at once; leave `stdbuf` away', getopt: 'use `getopts`', mkfifo: 'there are no named pipes; use `<(...)` or `coproc`',
  mknod: 'there are no named pipes; use `<(...)` or `coproc`', dos2unix: "use `sed -i 's/\\r$//'`", unix2dos: "use `sed -i 's/$/\\r/'`", openssl: 'use `sha256sum` for hashes, `base64 < /dev/urandom | head -c 20` for a password',
  gpg: 'what is here is yours alone; nothing here encrypts', neofetch: 'see `uname -a` and `df`', fastfetch: 'see `uname -a` and `df`', rename: 'use `mv` in a loop: `for f in *.TXT; do mv "$f" "${f%.TXT}.txt"; done`',
  pmap: PROCESSES, pwdx: PROCESSES, pidwait: PROCESSES, skill: PROCESSES, snice: PROCESSES, tload: PROCESSES, slabtop: PROCESSES, ionice: PROCESSES, iostat: PROCESSES, prlimit: PROCESSES, taskset: PROCESSES, chrt: PROCESSES,
  setsid: PROCESSES, ipcs: PROCESSES, ipcrm: PROCESSES, ipcmk: PROCESSES, nsenter: PROCESSES, unshare: PROCESSES, sysctl: PROCESSES, gdb: PROCESSES, halt: PROCESSES, poweroff: PROCESSES, logger: PROCESSES, setarch: PROCESSES, 'run-parts': PROCESSES,
  users: OWNER, pinky: OWNER, lastb: OWNER, lslogins: OWNER, chfn: OWNER, newgrp: OWNER, runuser: OWNER, mesg: OWNER, wall: OWNER, write: OWNER, chcon: OWNER, runcon: OWNER,
  blkid: DISKS, findmnt: DISKS, mountpoint: DISKS, fsck: DISKS, mkswap: DISKS, swapon: DISKS, swapoff: DISKS, losetup: DISKS, parted: DISKS, wipefs: DISKS, fstrim: DISKS,
  http: NETWORK, lynx: NETWORK, w3m: NETWORK, svn: NETWORK, hg: NETWORK, dnsdomainname: NETWORK, domainname: NETWORK, 'ssh-keygen': NETWORK, 'ssh-add': NETWORK, 'ssh-agent': NETWORK,
  ar: INSTALL, gettext: INSTALL, aspell: INSTALL, hunspell: INSTALL, ispell: INSTALL, spell: INSTALL, units: INSTALL, banner: INSTALL, figlet: INSTALL, cowsay: INSTALL, fortune: INSTALL, lolcat: INSTALL, say: INSTALL, rust: INSTALL,
  compress: PACKED, uncompress: PACKED, lzma: PACKED, unlzma: PACKED, znew: PACKED, zforce: PACKED, gzexe: PACKED, cron: CLOCK, ex: EDITORS, helix: EDITORS,
  view: 'use `less`', rgrep: 'use `grep -r`', ripgrep: 'use `grep -r`', mawk: 'use `awk`', nawk: 'use `awk`', tldr: 'use `man`, whose pages begin with examples', cheat: 'use `man`, whose pages begin with examples', whereis: 'use `type -a`', namei: 'use `realpath` or `ls -ld`',
  link: 'one file has one name here; use `ln -s` or `cp`', flock: 'nothing is locked between the tabs; give each its own file', stty: 'use `tput cols` and `tput lines` for the size, `read -s` to read without an echo, `reset` to set it to rights', setterm: 'use `tput`', tabs: 'use `expand -t`',
  infocmp: 'every terminal here is an xterm-256color; use `tput`', tic: 'every terminal here is an xterm-256color; use `tput`', dircolors: 'the colours of `ls` are those of the theme; see `settings`', locale: 'every text here is UTF-8, in the order of C.UTF-8', iconv: 'every text here is UTF-8; `file` tells what a file holds',
  isutf8: 'use `file`', getconf: 'see `ulimit -a`', col: 'use `sed`', colrm: 'use `cut -c`', colcrt: 'use `less`', ul: 'use `less`', ptx: 'use `grep -on`', script: 'use `tee`', scriptreplay: 'use `less`', savelog: 'use `mv` and `gzip`', tempfile: 'use `mktemp`', hostid: 'use `hostname`', mcookie: 'use `uuidgen`', rot13: 'use `tr A-Za-z N-ZA-Mn-za-m`',
  pee: 'use `tee >(COMMAND)`', ifne: 'use `grep . |`', vipe: 'keep it in a file and `edit` that', vidir: 'use `fm`', chronic: 'use `out=$(COMMAND 2>&1) || echo "$out"`', combine: 'use `comm`', zrun: 'use `<(zcat FILE)`', lckdo: 'nothing is locked between the tabs; give each its own file', mispipe: 'use `set -o pipefail`',
  hexedit: 'use `xxd FILE > text`, `edit text`, `xxd -r text > FILE`', errno: 'messages say in words what is wrong',
  emacs: EDITORS, pico: EDITORS, ed: EDITORS, mc: 'use `fm`', locate: 'use `find`', updatedb: 'use `find`', info: 'use `man`',
};

/** The line for a name that is no command; on a terminal with the nearest name. */
export function explainUnknown(shell: Interpreter, name: string): string {
  const reason = reasonAgainst(name);
  if (reason !== undefined) return `${name}: not available here: ${reason}`;
  const base = `${name}: command not found`;
  if (shell.run.terminal === undefined) return base;
  const here = [...shell.run.builtins.keys(), ...shell.run.commands.names(), ...shell.state.functions.keys()];
  const nearest = nearestOf(name, [...here, ...Object.keys(IMPOSSIBLE)]);
  if (nearest === undefined) return `${base} (\`help\` lists the commands)`;
  const against = here.includes(nearest) ? undefined : reasonAgainst(nearest);
  return against === undefined ? `${base}; did you mean \`${nearest}\`?` : `${base}, and \`${nearest}\` is not available here: ${against}`;
}

const reasonAgainst = (name: string): string | undefined => (Object.hasOwn(IMPOSSIBLE, name) ? IMPOSSIBLE[name] : undefined);

function nearestOf(name: string, names: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let best = Math.min(name.length, name.length <= 3 ? 2 : 3);
  for (const candidate of names) {
    const distance = editDistance(name, candidate, best);
    if (distance < best) {
      best = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

/** Damerau-Levenshtein (optimal string alignment), given up at `limit`; two letters that changed places are the likeliest mistake. */
function editDistance(left: string, right: string, limit: number): number {
  if (Math.abs(left.length - right.length) >= limit || left.length > 40) return limit;
  let before: number[] = [];
  let above = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1];
      let cost = Math.min(above[column]! + 1, current[column - 1]! + 1, above[column - 1]! + (same ? 0 : 1));
      if (row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]) {
        cost = Math.min(cost, before[column - 2]! + 0.9);
      }
      current.push(cost);
    }
    before = above;
    above = current;
  }
  return above[right.length]!;
}
