import type { Coproc, Statement } from 'unbash';
import * as limits from '../limits.ts';
import { Cancel, drive, ShellError, type Soon } from './flow.ts';
import type { Interpreter } from './interpreter.ts';
import type { Job } from './jobs.ts';
import { freeDescriptor } from './redirections.ts';
import { signalStatus } from './signals.ts';
import { BytesInput } from './streams/input.ts';
import { createPipe } from './streams/pipe.ts';

/** `command &`: the status is 0 at once. */
export function startJob(shell: Interpreter, statement: Statement): number {
  const table = shell.fds.slice();
  table[0] = { input: new BytesInput(new Uint8Array(0)) };
  const text = shell.state.source.text.slice(statement.pos, statement.end).replace(/\s*&\s*$/, '').trim();
  const job = launch(shell, table, text, (child) =>
    statement.command.type === 'Subshell' ? child.whole(statement.command) : child.statement({ ...statement, type: 'Statement', command: statement.command, background: undefined }));
  if (shell.tellsOfJobs) shell.complain(`[${job.id}] ${job.processId}`);
  return 0;
}

/** `coproc [NAME] command`: a job whose input and output are descriptors of this shell, in the list NAME. */
export function startCoprocess(shell: Interpreter, node: Coproc): number {
  const { body } = node;
  if (body.type === 'CompoundList') throw new ShellError('coproc: a command is missing', 2);
  const [toChild, fromChild] = [createPipe(), createPipe()];
  const table = shell.fds.slice();
  table[0] = { input: toChild.input };
  table[1] = { output: fromChild.output };
  const name = node.name?.value ?? 'COPROC';
  const variable = shell.state.writable(name);
  const job = launch(shell, table, shell.state.source.text.slice(node.pos, node.end), (child) => child.command(body));
  const reads = freeDescriptor(shell.fds, 60);
  const writes = freeDescriptor(shell.fds, reads + 1);
  fromChild.input.retain();
  toChild.output.retain();
  shell.fds[reads] = { input: fromChild.input };
  shell.fds[writes] = { output: toChild.output };
  variable.value = undefined;
  variable.map = undefined;
  variable.list = [String(reads), String(writes)];
  shell.state.assign(`${name}_PID`, String(job.processId));
  return 0;
}

function launch(shell: Interpreter, table: Interpreter['fds'], text: string, body: (child: Interpreter) => Soon<number>): Job {
  const { run, jobs, state } = shell;
  run.processes.start();
  const cancel = new Cancel();
  const child = shell.fork(table, { ...run, cancel, isBackground: true });
  child.state.isInteractive = false;
  cancel.owner = child;
  // Those that ended are kept for `wait`, but not for ever.
  for (const job of jobs.all()) {
    if (jobs.size < limits.shellMaxProcesses) break;
    if (job.status !== undefined) jobs.remove(job);
  }
  const processId = child.state.ownProcessId;
  // Known by its id before its first turn: `kill $!` may come at once.
  run.processes.set(processId, child);
  const step = child.process(() => body(child));
  const ended = Promise.resolve()
    .then(() => drive(step, cancel))
    .catch(() => signalStatus(cancel.signal ?? 'INT'))
    .then((status) => {
      run.processes.end();
      run.processes.remove(processId);
      job.status = status;
      return status;
    });
  const job: Job = { id: jobs.nextId(), processId, text, cancel, done: ended, status: undefined, isOwn: true, isReported: false };
  jobs.add(job);
  run.background.add(ended);
  void ended.then(() => run.background.delete(ended));
  state.lastJob = processId;
  return job;
}
