import type { Interpreter } from './interpreter.ts';

/** What a web page cannot do, in one sentence. */
const NETWORK = 'a web page has no sockets; it can only talk to its own server';
const PROCESSES = 'there are no system processes in a web page; see `jobs`';
const OWNER = 'every file here is yours; there are no other users';
const INSTALL = 'nothing can be installed in a web page; `help` lists what is here';
const IMPOSSIBLE: Readonly<Record<string, string>> = {
  ssh: NETWORK, scp: NETWORK, sftp: NETWORK, curl: NETWORK, wget: NETWORK, ping: NETWORK, telnet: NETWORK, nc: NETWORK,
  dig: NETWORK, nslookup: NETWORK, rsync: NETWORK, ftp: NETWORK, traceroute: NETWORK, netstat: NETWORK, git: NETWORK,
  ps: PROCESSES, top: PROCESSES, htop: PROCESSES, systemctl: PROCESSES, service: PROCESSES, strace: PROCESSES,
  sudo: OWNER, su: OWNER, chown: OWNER, useradd: OWNER, chgrp: OWNER,
  apt: INSTALL, 'apt-get': INSTALL, brew: INSTALL, yum: INSTALL, dnf: INSTALL, npm: INSTALL, pip: INSTALL, docker: INSTALL,
  node: INSTALL, python: INSTALL, python3: INSTALL, gcc: INSTALL, make: INSTALL,
  mount: 'a web page has no disks to mount', ln: 'there are no links in this file system; use `cp`',
  vi: 'use `edit`', vim: 'use `edit`', nano: 'use `edit`', emacs: 'use `edit`',
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
