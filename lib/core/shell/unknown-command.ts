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
const IMPOSSIBLE: Readonly<Record<string, string>> = {
  ssh: NETWORK, scp: NETWORK, sftp: NETWORK, curl: NETWORK, wget: NETWORK, ping: NETWORK, telnet: NETWORK, nc: NETWORK, ncat: NETWORK, netcat: NETWORK,
  dig: NETWORK, host: NETWORK, nslookup: NETWORK, rsync: NETWORK, ftp: NETWORK, traceroute: NETWORK, netstat: NETWORK, git: NETWORK, ip: NETWORK,
  ifconfig: NETWORK, ss: NETWORK, whois: NETWORK, mail: NETWORK, aws: NETWORK, kubectl: NETWORK,
  ps: PROCESSES, top: PROCESSES, htop: PROCESSES, systemctl: PROCESSES, service: PROCESSES, strace: PROCESSES, pgrep: PROCESSES, pkill: PROCESSES,
  killall: PROCESSES, lsof: PROCESSES, free: PROCESSES, vmstat: PROCESSES, tmux: PROCESSES, screen: PROCESSES, reboot: PROCESSES, shutdown: PROCESSES,
  sudo: OWNER, su: OWNER, chown: OWNER, useradd: OWNER, usermod: OWNER, adduser: OWNER, chgrp: OWNER, passwd: OWNER, who: OWNER, w: OWNER, last: OWNER,
  apt: INSTALL, 'apt-get': INSTALL, brew: INSTALL, yum: INSTALL, dnf: INSTALL, pacman: INSTALL, snap: INSTALL, npm: INSTALL, npx: INSTALL, yarn: INSTALL,
  pip: INSTALL, pip3: INSTALL, cargo: INSTALL, docker: INSTALL, podman: INSTALL,
  node: INSTALL, python: INSTALL, python3: INSTALL, perl: INSTALL, ruby: INSTALL, php: INSTALL, java: INSTALL, go: INSTALL, gcc: INSTALL, cc: INSTALL,
  clang: INSTALL, make: INSTALL, cmake: INSTALL,
  bzip2: PACKED, bunzip2: PACKED, bzcat: PACKED, xz: PACKED, unxz: PACKED, xzcat: PACKED, zstd: PACKED, '7z': PACKED, rar: PACKED, unrar: PACKED, cpio: PACKED,
  crontab: CLOCK, at: CLOCK, batch: CLOCK,
  mount: DISKS, umount: DISKS, fdisk: DISKS, mkfs: DISKS, lsblk: DISKS, chroot: DISKS,
  emacs: EDITORS, pico: EDITORS, ed: EDITORS, mc: 'use `fm`', locate: 'use `find`', updatedb: 'use `find`', info: 'use `man`',
};

/** The line for a name that is no command; on a terminal with the nearest name. */
export function explainUnknown(shell: Interpreter, name: string): string {
  const reason = Object.hasOwn(IMPOSSIBLE, name) ? IMPOSSIBLE[name] : undefined;
  if (reason !== undefined) return `${name}: not available here: ${reason}`;
  const base = `${name}: command not found`;
  if (shell.run.terminal === undefined) return base;
  const names = [...shell.run.builtins.keys(), ...shell.run.commands.names(), ...shell.state.functions.keys()];
  let nearest: string | undefined;
  let best = name.length <= 3 ? 2 : 3;
  for (const candidate of names) {
    const distance = editDistance(name, candidate, best);
    if (distance < best) {
      best = distance;
      nearest = candidate;
    }
  }
  return nearest === undefined ? `${base} (\`help\` lists the commands)` : `${base}; did you mean \`${nearest}\`?`;
}

/** Damerau-Levenshtein (optimal string alignment), given up at `limit`. */
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
        cost = Math.min(cost, before[column - 2]! + 1);
      }
      current.push(cost);
    }
    before = above;
    above = current;
  }
  return above[right.length]!;
}
