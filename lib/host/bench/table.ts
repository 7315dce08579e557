/** One measured line: ours beside a peer of the same run. */
export interface Row {
  what: string;
  ours: number;
  peer: number;
  peerName: string;
  /** `ms`, `requests`, `KB`, `req/s`. */
  unit: string;
  /** Said after the ratio, where a bare number would mislead. */
  note?: string;
}

/** A Markdown table; the ratio is ours ÷ peer. */
export function formatTable(rows: readonly Row[]): string {
  return formatCells([
    ['what', 'ours', 'peer', 'ratio', 'peer is', 'note'],
    ...rows.map((row) => [
      row.what, `${formatNumber(row.ours)} ${row.unit}`, `${formatNumber(row.peer)} ${row.unit}`,
      row.peer === 0 ? '–' : `${(row.ours / row.peer).toFixed(2)} ×`, row.peerName, row.note ?? '',
    ]),
  ]);
}

/** The same of any cells, the head first. */
export function formatCells(cells: readonly (readonly string[])[]): string {
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((line) => line[column]!.length)));
  const lines = cells.map((line) => `| ${line.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`);
  lines.splice(1, 0, `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`);
  return `${lines.join('\n')}\n`;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function formatNumber(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
