import type { Pipeline } from 'unbash';
import { releaseAll, retainAll, type DescriptorTable } from './descriptors.ts';
import { Interrupted } from './command.ts';
import { drive, later, wait, type Step } from './flow.ts';
import type { Interpreter } from './interpreter.ts';
import { signalStatus } from './signals.ts';
import { createPipe } from './streams/pipe.ts';

/**
 * Runs the stages of `a | b | c` side by side, each a process of its own between two pipes. The first one starts at
 * once and runs until it has to wait, so short pipelines need few turns of the event loop.
 */
export function* startPipeline(shell: Interpreter, node: Pipeline): Step<number> {
  const { run, state } = shell;
  const last = node.commands.length - 1;
  const tables: DescriptorTable[] = node.commands.map(() => shell.fds.slice());
  for (let index = 0; index < last; index += 1) {
    const pipe = createPipe();
    const writer = { output: pipe.output };
    tables[index]![1] = writer;
    if (node.operators[index] === '|&') tables[index]![2] = writer;
    tables[index + 1]![0] = { input: pipe.input };
  }
  // Where Ctrl-C leaves this shell something to do, the stages end without it.
  const cancel = shell.outlivesInterrupt ? run.cancel.child() : run.cancel;
  const stageRun = cancel === run.cancel ? run : { ...run, cancel };
  const isLastHere = state.flags.lastpipe && !state.flags.monitor;
  let counted = 0;
  try {
    for (; counted <= last; counted += 1) run.processes.start();
    // All are forked before one starts, so that no pipe looks as if its reader had gone.
    const children = (isLastHere ? tables.slice(0, -1) : tables).map((table) => shell.fork(table, stageRun));
    if (isLastHere) retainAll(tables[last]!);
    const statuses = children.map((child, index) => drive(child.process(() => child.whole(node.commands[index]!)), cancel).catch((error: unknown) => {
      if (error instanceof Interrupted && !run.cancel.aborted && cancel.signal !== undefined) return signalStatus(cancel.signal);
      throw error;
    }));
    const all = Promise.all(statuses);
    all.catch(() => {});
    let results: number[];
    if (isLastHere) {
      const status = yield* inThisShell(shell, tables[last]!, node);
      results = [...yield* wait(all), status];
    } else results = yield* wait(all);
    const stage = node.commands[last]!;
    if (stage.type === 'Command') {
      state.command = stage;
      state.commandSource = state.source;
    }
    state.pipeStatus = results;
    if (state.flags.pipefail) {
      for (let index = last; index >= 0; index -= 1) if (results[index] !== 0) return results[index]!;
      return 0;
    }
    return results[last]!;
  } finally {
    for (let index = 0; index < counted; index += 1) run.processes.end();
    if (cancel !== run.cancel) run.cancel.release(cancel);
  }
}

/** `shopt -s lastpipe`: the last stage is no process of its own, so that `... | read x` sets `x`. */
function* inThisShell(shell: Interpreter, table: DescriptorTable, node: Pipeline): Step<number> {
  const outer = shell.fds;
  shell.fds = table;
  try {
    return yield* later(shell.command(node.commands[node.commands.length - 1]!));
  } finally {
    shell.fds = outer;
    releaseAll(table);
  }
}
