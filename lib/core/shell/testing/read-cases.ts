/** One script of the table. */
export interface DifferentialCase {
  area: string;
  script: string;
}

/**
 * The table of scripts: `#### area` starts an area, every other line is a script. A line whose command is not
 * complete (an open quote, a here-document) goes on in the next.
 */
export function readCases(text: string, isIncomplete: (source: string) => boolean): DifferentialCase[] {
  const cases: DifferentialCase[] = [];
  let area = '';
  let script = '';
  for (const line of text.split('\n')) {
    if (script === '' && line.startsWith('#### ')) {
      area = line.slice(5);
      continue;
    }
    if (script === '' && line === '') continue;
    script = script === '' ? line : `${script}\n${line}`;
    if (isIncomplete(script)) continue;
    cases.push({ area, script });
    script = '';
  }
  if (script !== '') throw new Error(`the last script is not complete: ${script}`);
  return cases;
}
