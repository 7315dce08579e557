import type { Pipeline } from 'unbash';
import type { DescriptorTable } from './descriptors.ts';
import { drive, wait, type Step } from './flow.ts';
import type { Interpreter } from './interpreter.ts';
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
  let counted = 0;
  try {
    for (; counted <= last; counted += 1) run.processes.start();
    // All are forked before one starts, so that no pipe looks as if its reader had gone.
    const children = tables.map((table) => shell.fork(table));
    const statuses = children.map((child, index) => drive(child.process(() => child.command(node.commands[index]!)), run.cancel));
    const all = Promise.all(statuses);
    all.catch(() => {});
    const results = yield* wait(all);
    state.pipeStatus = results;
    if (state.flags.pipefail) {
      for (let index = last; index >= 0; index -= 1) if (results[index] !== 0) return results[index]!;
      return 0;
    }
    return results[last]!;
  } finally {
    for (let index = 0; index < counted; index += 1) run.processes.end();
  }
}
