import type { Builtin } from '../builtin.ts';
import { completionBuiltins } from './completions.ts';
import { controlBuiltins } from './control.ts';
import { declareBuiltins } from './declare.ts';
import { directoryBuiltins } from './directory.ts';
import { enableBuiltin } from './enable.ts';
import { fcBuiltin } from './fc.ts';
import { getoptsBuiltin } from './getopts.ts';
import { manualBuiltins } from './help.ts';
import { jobBuiltins } from './jobs.ts';
import { lookupBuiltins } from './lookup.ts';
import { outputBuiltins } from './output.ts';
import { programBuiltins } from './programs.ts';
import { readBuiltins } from './read.ts';
import { resourceBuiltins } from './resources.ts';
import { setBuiltins } from './set.ts';
import { testBuiltins } from './test.ts';
import { trapBuiltin } from './trap.ts';
import { umaskBuiltin } from './umask.ts';
import { variableBuiltins } from './variables.ts';

/** The shell's own commands, by name. */
export const builtins: ReadonlyMap<string, Builtin> = new Map(
  [
    ...outputBuiltins, ...testBuiltins, ...directoryBuiltins, ...declareBuiltins, ...variableBuiltins, ...setBuiltins, ...readBuiltins, getoptsBuiltin, ...controlBuiltins,
    ...jobBuiltins, trapBuiltin, ...programBuiltins, ...lookupBuiltins, ...resourceBuiltins, ...completionBuiltins, enableBuiltin, umaskBuiltin, fcBuiltin, ...manualBuiltins,
  ].map((builtin) => [builtin.name, builtin]),
);
