import type { Builtin } from '../builtin.ts';
import { wait } from '../flow.ts';
import type { Interpreter } from '../interpreter.ts';
import type { Job } from '../run.ts';
import { UsageError } from '../tools/options.ts';

function findJob(shell: Interpreter, text: string): Job | undefined {
  const jobs = [...shell.run.jobs.values()];
  if (text === '%%' || text === '%+' || text === '%') return jobs[jobs.length - 1];
  const number = Number(text.replace(/^%/, ''));
  return jobs.find((job) => (text.startsWith('%') ? job.id === number : job.processId === number));
}

export const jobBuiltins: readonly Builtin[] = [
  {
    name: 'jobs',
    summary: 'List what runs in the background',
    usage: 'jobs',
    run(shell) {
      for (const job of shell.run.jobs.values()) {
        shell.print(`[${job.id}]  ${job.status === undefined ? 'Running' : `Done(${job.status})`}  ${job.processId}\n`);
        if (job.status !== undefined) shell.run.jobs.delete(job.id);
      }
      return 0;
    },
  },
  {
    name: 'wait',
    summary: 'Wait for background commands',
    usage: 'wait [PID | %JOB]...',
    *run(shell, args) {
      let status = 0;
      const jobs = args.length === 0 ? [...shell.run.jobs.values()] : args.map((argument) => findJob(shell, argument));
      for (const job of jobs) {
        if (job === undefined) {
          status = 127;
          continue;
        }
        const result = yield* wait(job.done);
        shell.run.jobs.delete(job.id);
        if (args.length > 0) status = result;
      }
      return status;
    },
  },
  {
    name: 'kill',
    summary: 'End a background command',
    usage: 'kill PID | %JOB',
    run(shell, args) {
      const operands = args.filter((argument) => !/^-[A-Za-z0-9]+$/.test(argument));
      if (operands.length === 0) throw new UsageError('usage: kill PID | %JOB', 2);
      let status = 0;
      for (const operand of operands) {
        const job = findJob(shell, operand);
        if (job === undefined || job.status !== undefined) {
          shell.complain(`kill: (${operand}) - No such process`);
          status = 1;
        } else job.cancel.abort();
      }
      return status;
    },
  },
  {
    name: 'sleep',
    summary: 'Wait for a time',
    usage: 'sleep NUMBER[smhd]...',
    help: 'sleep 0.5\nsleep 2m',
    *run(shell, args) {
      if (args.length === 0) throw new UsageError("missing operand\nTry 'help sleep' for more information.", 1);
      let milliseconds = 0;
      for (const argument of args) {
        const match = /^(\d+\.?\d*|\.\d+)([smhd]?)$/.exec(argument);
        if (match === null && argument !== 'infinity') throw new UsageError(`invalid time interval '${argument}'`, 1);
        const unit = { s: 1, m: 60, h: 3600, d: 86_400 }[match?.[2] || 's'] ?? 1;
        milliseconds += match === null ? Number.POSITIVE_INFINITY : Number(match[1]) * unit * 1000;
      }
      const { run } = shell;
      const until = run.monotonic() + milliseconds;
      for (let left = milliseconds; left > 0; left = until - run.monotonic()) yield run.delay(Math.min(left, 60_000));
      run.turn.begin();
      return 0;
    },
  },
];
