import type { Builtin } from '../builtin.ts';
import { wait, type Step } from '../flow.ts';
import type { Interpreter } from '../interpreter.ts';
import type { Job } from '../jobs.ts';
import { parseSignal, SIGNAL_NAMES, signalNumber, signalStatus, signalTable } from '../signals.ts';
import { UsageError } from '../tools/options.ts';
import { parseDuration, pause } from './pause.ts';

function requireJob(shell: Interpreter, text: string): Job {
  const job = shell.jobs.find(text.startsWith('%') ? text : `%${text}`);
  if (job === 'ambiguous') throw new UsageError(`${text}: ambiguous job spec`, 1);
  if (job === undefined) throw new UsageError(`${text}: no such job`, 1);
  return job;
}

function jobs(shell: Interpreter, args: string[]): number {
  const letters = args.filter((argument) => /^-[lprsnx]+$/.test(argument)).join('');
  const operands = args.filter((argument) => !/^-[lprsnx]+$/.test(argument));
  const bad = operands.find((operand) => /^-./.test(operand));
  if (bad !== undefined) throw new UsageError(`${bad}: invalid option`, 2);
  let status = 0;
  const chosen: Job[] = [];
  if (operands.length === 0) chosen.push(...shell.jobs.all());
  for (const operand of operands) {
    const job = shell.jobs.find(operand.startsWith('%') ? operand : `%${operand}`);
    if (job === undefined || job === 'ambiguous') {
      shell.report(`jobs: ${operand}: no such job`);
      status = 1;
    } else chosen.push(job);
  }
  for (const job of chosen) {
    const isStopped = job.status === undefined && job.cancel.stopped;
    // A script was told of it when it ended, in its own way.
    if (job.status !== undefined && shell.run.terminal === undefined) continue;
    if (letters.includes('r') && (job.status !== undefined || isStopped)) continue;
    if (letters.includes('s') && !isStopped) continue;
    shell.print(letters.includes('p') ? `${job.processId}\n` : shell.jobs.describe(job, letters.includes('l')));
  }
  if (shell.run.terminal !== undefined) for (const job of chosen) if (job.status !== undefined) shell.jobs.remove(job);
  return status;
}

function* waitFor(shell: Interpreter, args: string[]): Step<number> {
  let rest = args;
  let isAny = false;
  let target: string | undefined;
  while (/^-[nfp]+$/.test(rest[0] ?? '')) {
    const letters = rest[0] as string;
    if (letters.includes('n')) isAny = true;
    rest = rest.slice(1);
    if (letters.includes('p')) {
      target = rest[0];
      if (target === undefined) throw new UsageError('-p: option requires an argument', 2);
      rest = rest.slice(1);
    }
  }
  if (/^-./.test(rest[0] ?? '')) throw new UsageError(`${rest[0]}: invalid option`, 2);
  let status = 0;
  let isMissing = false;
  const own = shell.jobs.all().filter((job) => job.isOwn);
  // One may end while another is waited for.
  const wereRunning = new Set(own.filter((job) => job.status === undefined));
  const chosen: Job[] = rest.length === 0 ? own : [];
  for (const operand of rest) {
    const job = shell.jobs.find(operand);
    if (job === undefined || job === 'ambiguous' || !job.isOwn) {
      if (!operand.startsWith('%') && !/^\d+$/.test(operand)) shell.report(`wait: \`${operand}': not a pid or valid job spec`);
      else shell.report(operand.startsWith('%') ? `wait: ${operand}: no such job` : `wait: pid ${operand} is not a child of this shell`);
      status = 127;
      isMissing = !operand.startsWith('%') && !/^\d+$/.test(operand);
    } else {
      chosen.push(job);
      if (!isAny) {
        const interrupted = yield* until(shell, job.done);
        if (interrupted) return shell.signals.status;
        status = job.status ?? 0;
        if (target !== undefined) shell.state.assign(target, String(job.processId));
        reap(shell, job, wereRunning.has(job));
      }
    }
  }
  if (isMissing) return 1;
  if (isAny) {
    if (chosen.length === 0) return 127;
    if (chosen.every((job) => job.status === undefined) && (yield* until(shell, Promise.race(chosen.map((job) => job.done))))) return shell.signals.status;
    const ended = chosen.find((job) => job.status !== undefined) as Job;
    if (target !== undefined) shell.state.assign(target, String(ended.processId));
    reap(shell, ended, wereRunning.has(ended));
    return ended.status ?? 0;
  }
  if (rest.length > 0) return status;
  for (const job of chosen) {
    if (yield* until(shell, job.done)) return shell.signals.status;
    reap(shell, job, wereRunning.has(job));
  }
  return 0;
}

/** A person at a prompt is told how it ended, as by bash if that had to be waited for. */
function reap(shell: Interpreter, job: Job, wasRunning: boolean): void {
  if (wasRunning && shell.tellsOfJobs) shell.complain(shell.jobs.describe(job).trimEnd());
  shell.jobs.remove(job);
}

/** Whether a signal came first. */
function* until(shell: Interpreter, promise: Promise<unknown>): Step<boolean> {
  let isDone = false;
  yield* wait(shell.signals.orSignal(promise.then(() => (isDone = true))));
  return !isDone && shell.signals.any;
}

function kill(shell: Interpreter, args: string[]): number {
  if (args[0] === '-l' || args[0] === '-L') return listSignals(shell, args.slice(1));
  let rest = args;
  let name = 'TERM';
  const first = rest[0] ?? '';
  if (first === '-s' || first === '-n') {
    name = rest[1] ?? '';
    rest = rest.slice(2);
  } else if (/^-[A-Za-z0-9]/.test(first)) {
    name = first.slice(1);
    rest = rest.slice(1);
  }
  if (rest[0] === '--') rest = rest.slice(1);
  const signal = name === '0' ? '0' : parseSignal(name);
  if (signal === undefined) throw new UsageError(`${name}: invalid signal specification`, 1);
  if (rest.length === 0) throw new UsageError('usage: kill [-s SIGNAL | -SIGNAL] PID | %JOB ... or kill -l [SIGNAL]', 2);
  let failed = 0;
  for (const operand of rest) {
    const job = operand.startsWith('%') ? shell.jobs.find(operand) : undefined;
    if (operand.startsWith('%') ? job === undefined || job === 'ambiguous' : !/^-?\d+$/.test(operand)) {
      shell.report(operand.startsWith('%') ? `kill: ${operand}: no such job` : `kill: ${operand}: arguments must be process or job IDs`);
      failed += 1;
      continue;
    }
    const target = shell.run.processes.get(job !== undefined && job !== 'ambiguous' ? job.processId : Math.abs(Number(operand)));
    if (target === undefined) {
      shell.report(`kill: (${operand}) - No such process`);
      failed += 1;
    } else if (signal !== '0') target.deliver(signal);
  }
  return failed === rest.length ? 1 : 0;
}

function listSignals(shell: Interpreter, args: readonly string[]): number {
  if (args.length === 0) {
    shell.print(signalTable());
    return 0;
  }
  let status = 0;
  for (const argument of args) {
    // 128 and more is the exit status of what the signal ended.
    const number = Number(argument);
    const name = /^\d+$/.test(argument) ? SIGNAL_NAMES[(number > 128 ? number - 128 : number) - 1] : parseSignal(argument);
    if (name === undefined) {
      shell.report(`kill: ${argument}: invalid signal specification`);
      status = 1;
    } else shell.print(`${/^\d+$/.test(argument) ? name : signalNumber(name)}\n`);
  }
  return status;
}

/** Waits for a job in front: Ctrl-C ends it, Ctrl-Z stops it again. */
function* foreground(shell: Interpreter, args: string[]): Step<number> {
  if (shell.run.terminal === undefined) throw new UsageError('no job control', 1);
  const job = requireJob(shell, args[0] ?? '%+');
  if (job.status !== undefined) throw new UsageError('job has terminated', 1);
  shell.print(`${job.text}\n`);
  const { run } = shell;
  let isStopped = false;
  run.foreground.job = job;
  run.cancel.adopt(job.cancel);
  job.cancel.resume();
  try {
    yield* wait(new Promise<void>((resolve) => {
      const forget = job.cancel.onStop(() => {
        isStopped = true;
        resolve();
      });
      void job.done.then(() => {
        forget();
        resolve();
      });
    }));
  } finally {
    run.cancel.release(job.cancel);
    run.foreground.job = undefined;
  }
  if (isStopped) {
    shell.jobs.makeCurrent(job);
    shell.complain(`\n${shell.jobs.describe(job).trimEnd()}`);
    return signalStatus('TSTP');
  }
  shell.jobs.remove(job);
  return job.status ?? 0;
}

function background(shell: Interpreter, args: string[]): number {
  if (shell.run.terminal === undefined) throw new UsageError('no job control', 1);
  let status = 0;
  for (const spec of args.length === 0 ? ['%+'] : args) {
    const job = requireJob(shell, spec);
    if (job.status !== undefined) {
      shell.report('bg: job has terminated');
      status = 1;
    } else if (!job.cancel.stopped) shell.report(`bg: job ${job.id} already in background`);
    else {
      job.cancel.resume();
      shell.print(`[${job.id}]${shell.jobs.mark(job)} ${job.text} &\n`);
    }
  }
  return status;
}

function disown(shell: Interpreter, args: string[]): number {
  const letters = args.filter((argument) => /^-[ahr]+$/.test(argument)).join('');
  const operands = args.filter((argument) => !/^-[ahr]+$/.test(argument));
  const chosen = operands.length > 0
    ? operands.map((operand) => {
      const job = shell.jobs.find(operand);
      if (job === undefined || job === 'ambiguous') throw new UsageError(`${operand}: no such job`, 1);
      return job;
    })
    : letters.includes('a') ? shell.jobs.all() : letters.includes('r') ? shell.jobs.running() : [requireJob(shell, '%+')];
  if (!letters.includes('h')) for (const job of chosen) shell.jobs.remove(job);
  return 0;
}

export const jobBuiltins: readonly Builtin[] = [
  {
    name: 'jobs',
    summary: 'List what runs in the background',
    usage: 'jobs [-lprs] [%JOB]...',
    help: 'sleep 100 & jobs -l',
    options: [['-l', 'with process ids'], ['-p', 'process ids only'], ['-r', 'those that run'], ['-s', 'those that are stopped']],
    run: jobs,
  },
  {
    name: 'wait',
    summary: 'Wait for background commands',
    usage: 'wait [-n] [-p NAME] [PID | %JOB]...',
    help: 'sleep 1 & wait $!; echo $?\nwait        # for all of them\nwait -n     # for the first that ends',
    options: [['-n', 'for the first that ends'], ['-p NAME', 'put the process id of what ended into NAME']],
    run: waitFor,
  },
  {
    name: 'kill',
    summary: 'Send a signal to a background command',
    usage: 'kill [-s SIGNAL | -SIGNAL] PID | %JOB ... | kill -l [SIGNAL]',
    help: 'kill %1\nkill -STOP %1; kill -CONT %1\nkill -USR1 $$   # what `trap` waits for\nkill -l',
    options: [['-s SIGNAL, -SIGNAL', 'this signal instead of TERM'], ['-l', 'list the signals']],
    run: kill,
  },
  {
    name: 'fg',
    summary: 'Bring a job to the front',
    usage: 'fg [%JOB]',
    options: [],
    help: 'sleep 100   # then Ctrl-Z\nfg',
    run: foreground,
  },
  { name: 'bg', summary: 'Let a stopped job go on in the background', usage: 'bg [%JOB]...', options: [], help: 'sleep 100   # then Ctrl-Z\nbg %1', run: background },
  {
    name: 'disown',
    summary: 'Forget jobs, which run on',
    usage: 'disown [-ar] [%JOB]...',
    help: 'sleep 100 & disown %1',
    options: [['-a', 'all'], ['-r', 'those that run']],
    run: disown,
  },
  {
    name: 'sleep',
    summary: 'Wait for a time',
    usage: 'sleep NUMBER[smhd]...',
    options: [],
    help: 'sleep 0.5\nsleep 2m',
    *run(shell, args) {
      if (args.length === 0) throw new UsageError("missing operand\nTry 'help sleep' for more information.", 1);
      let milliseconds = 0;
      for (const argument of args) {
        const duration = parseDuration(argument);
        if (duration === undefined) throw new UsageError(`invalid time interval '${argument}'`, 1);
        milliseconds += duration;
      }
      yield* wait(shell.signals.orSignal(pause(shell.run, milliseconds, () => shell.run.cancel.aborted || shell.signals.any)));
      shell.run.turn.begin();
      return shell.signals.any ? shell.signals.status : 0;
    },
  },
];
