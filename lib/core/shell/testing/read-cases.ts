import { isUnfinished } from '../parse.ts';

/** One script of the tables in `differential/`. */
export interface DifferentialCase {
  area: string;
  script: string;
  /** Why ours does something else on purpose; undefined where it must be the same. */
  differs: string | undefined;
}

/** The programs that a table needs beside bash and coreutils: its lines that begin with `#? `. */
export function programsOf(text: string): string[] {
  return text.split('\n').filter((line) => line.startsWith('#? ')).flatMap((line) => line.slice(3).split(' '));
}

/**
 * One table of `differential/`: `#### area` starts an area, `#! reason` says why the next script differs from bash, `#? program` what it needs; every
 * other line is a script. A line whose command is not complete (an open quote, a here-document) goes on in the next.
 */
export function readCases(text: string): DifferentialCase[] {
  const cases: DifferentialCase[] = [];
  let area = '';
  let script = '';
  let differs: string | undefined;
  for (const line of text.split('\n')) {
    if (script === '' && line.startsWith('#### ')) {
      area = line.slice(5);
      continue;
    }
    if (script === '' && line.startsWith('#! ')) {
      differs = line.slice(3);
      continue;
    }
    if (script === '' && (line === '' || line.startsWith('#? '))) continue;
    script = script === '' ? line : `${script}\n${line}`;
    if (isUnfinished(script)) continue;
    cases.push({ area, script, differs });
    script = '';
    differs = undefined;
  }
  if (script !== '') throw new Error(`the last script is not complete: ${script}`);
  return cases;
}
