import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

export interface ProcessInfo {
  parent: number;
  commandLine: string;
}

/** What the system says about a process; nothing when there is none. `/proc` where it exists, else `ps`. */
export async function processInfo(pid: number): Promise<ProcessInfo | undefined> {
  if (process.platform === 'linux') {
    try {
      const [stat, commandLine] = await Promise.all([readFile(`/proc/${pid}/stat`, 'utf8'), readFile(`/proc/${pid}/cmdline`, 'utf8')]);
      // The name in brackets may hold spaces and brackets itself; the state and the parent follow the last one.
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return state === 'Z' ? undefined : { parent: Number(parent), commandLine: commandLine.replaceAll('\0', ' ') };
    } catch {
      return undefined;
    }
  }
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'ppid=,args=', '-p', String(pid)]);
    const parts = /^\s*(\d+)\s+(.*)$/s.exec(stdout);
    return parts === null ? undefined : { parent: Number(parts[1]), commandLine: parts[2] ?? '' };
  } catch {
    return undefined;
  }
}
