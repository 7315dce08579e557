import type { Builtin } from '../builtin.ts';
import { controlBuiltins } from './control.ts';
import { directoryBuiltins } from './directory.ts';
import { helpBuiltin } from './help.ts';
import { jobBuiltins } from './jobs.ts';
import { lookupBuiltins } from './lookup.ts';
import { outputBuiltins } from './output.ts';
import { readBuiltins } from './read.ts';
import { testBuiltins } from './test.ts';
import { umaskBuiltin } from './umask.ts';
import { variableBuiltins } from './variables.ts';

/** The shell's own commands, by name. */
export const builtins: ReadonlyMap<string, Builtin> = new Map(
  [
    ...outputBuiltins, ...testBuiltins, ...directoryBuiltins, ...variableBuiltins, ...readBuiltins, ...controlBuiltins,
    ...jobBuiltins, ...lookupBuiltins, umaskBuiltin, helpBuiltin,
  ].map((builtin) => [builtin.name, builtin]),
);
