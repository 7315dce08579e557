import { sections } from './sections.ts';

/** The production checklist as Markdown: the table of checks itself, explained. `docs/checklist.md` is this text. */
export function checklist(): string {
  const lines = [
    '# Production checklist',
    '',
    'Made by `npm run doctor -- --checklist` from the checks themselves; a test compares it. `npm run doctor` looks at all of it, `-- --url https://…` also at the running',
    'deployment, `-- --instances a=FILE b=FILE` compares instances. What is wrong is an error unless the line says "warning"; what could not be looked at is never called well.',
    'Lines marked "at start" also stop `npm start` when they are wrong.',
    '',
  ];
  for (const { name, checks } of sections) {
    lines.push(`## ${name}`, '');
    for (const { id, line, why, todo, severity, atStart } of checks) {
      const marks = [...(severity === 'warning' ? ['warning'] : []), ...(atStart === true ? ['at start'] : [])];
      lines.push(`### ${id}`, '', `- [ ] ${line}.${marks.length > 0 ? ` *(${marks.join(', ')})*` : ''}`, '', `Why: ${why}`, '', `What to do: ${todo}`, '');
    }
  }
  return `${lines.join('\n').trimEnd()}\n`;
}
