import type { Finding } from './check.ts';
import type { InstanceSettings } from './instances.ts';

export interface Report {
  /** `0`: all well; `1`: something is wrong; `2`: something could not be told. Warnings are well. */
  exitCode: 0 | 1 | 2;
  findings: Finding[];
  /** What another instance may be compared with; no secret can be read from it. */
  instance: InstanceSettings;
}

export function exitCodeOf(findings: readonly Finding[]): Report['exitCode'] {
  if (findings.some(({ severity }) => severity === 'error')) return 1;
  return findings.some(({ severity }) => severity === 'unknown') ? 2 : 0;
}

const SIGNS = { error: 'WRONG  ', warning: 'warning' } as const;

/** For people: what is wrong first, then warnings, then what could not be told, then how much is well. */
export function reportText({ findings, instance }: Report): string {
  const lines: string[] = [];
  for (const severity of ['error', 'warning'] as const) {
    for (const { id, what, todo, link } of findings.filter((one) => one.severity === severity)) {
      lines.push(`${SIGNS[severity]} ${id}`, `        ${what}`, `        → ${todo}`, `        ${link}`, '');
    }
  }
  // One reason usually stands behind many of them.
  for (const why of new Set(findings.flatMap(({ because }) => because ?? []))) {
    const ids = findings.filter(({ because }) => because === why).map(({ id }) => id);
    lines.push(`unknown ${ids.join(', ')}`, `        Could not be checked: ${why}.`, '');
  }
  const count = (severity: Finding['severity']) => findings.filter((one) => one.severity === severity).length;
  lines.push(`${count('ok')} well, ${count('error')} wrong, ${count('warning')} ${count('warning') === 1 ? 'warning' : 'warnings'}, ${count('unknown')} unknown.`);
  const prints = Object.entries(instance.fingerprints);
  if (prints.length > 0) lines.push('', 'Fingerprints of the secrets, to compare between instances:', ...prints.map(([name, print]) => `  ${print}  ${name}`));
  return `${lines.join('\n')}\n`;
}
