import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const command = ['--import', 'tsx', 'lib/host/shell.ts'];

interface Ended {
  stdout: Buffer;
  stderr: string;
  status: number | null;
}

function start(args: readonly string[], input?: Buffer | string, onStdout?: (child: ReturnType<typeof spawn>) => void): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...command, ...args], { cwd: root });
    const out: Buffer[] = [];
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out.push(chunk);
      onStdout?.(child);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.stdin.on('error', () => {});
    if (input !== undefined) child.stdin.end(input);
    child.on('close', (status) => resolve({ stdout: Buffer.concat(out), stderr, status }));
  });
}

test('streams and exit status are those of bash -c', async () => {
  const { stdout, stderr, status } = await start(['-c', 'cat | tr a-z A-Z; echo "$0 $1 $#"; echo err >&2; exit 7', 'name', 'one'], 'input\n');
  expect({ stdout: stdout.toString(), stderr, status }).toEqual({ stdout: 'INPUT\nname one 1\n', stderr: 'err\n', status: 7 });
});

test('bytes come through as they are', async () => {
  const bytes = Buffer.from(Array.from({ length: 256 * 300 }, (_, index) => (index * 7) % 256));
  const { stdout, status } = await start(['-c', 'cat > f; cat f | cat'], bytes);
  expect(stdout.equals(bytes)).toBe(true);
  expect(status).toBe(0);
});

test('without -c the script comes on standard input', async () => {
  expect(await start([], 'x=3\necho $((x * 2))\nexit 2\n')).toEqual({ stdout: Buffer.from('6\n'), stderr: '', status: 2 });
});

test('a reader that leaves ends it quietly, and Ctrl-C is 130', async () => {
  const gone = await start(['-c', 'yes'], '', (child) => child.stdout?.destroy());
  expect({ stderr: gone.stderr, status: gone.status }).toEqual({ stderr: '', status: 141 });
  const stopped = await start(['-c', 'echo ready; while :; do :; done'], undefined, (child) => void child.kill('SIGINT'));
  expect({ stdout: stopped.stdout.toString(), stderr: stopped.stderr, status: stopped.status }).toEqual({ stdout: 'ready\n', stderr: '', status: 130 });
});
