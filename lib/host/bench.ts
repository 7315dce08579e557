import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanEnvironment, startStack } from './testing/running-stack.ts';
import { formatTable, type Row } from './bench/table.ts';
import { measureGuard } from './bench/guard.ts';
import { placeControl } from './bench/control-page.ts';
import { measureLine } from './bench/line.ts';
import { measureMemory } from './bench/memory.ts';
import { measurePrompt } from './bench/prompt.ts';
import { measureScreen } from './bench/screen.ts';
import { measureShell } from './bench/shell.ts';
import { measureSync } from './bench/sync.ts';
import { buildIfNeeded } from './build.ts';
import { dataDirectory } from './paths.ts';
import { main, Stop } from './stop.ts';

/**
 * `npm run bench [-- SECTION …]`: each figure beside a peer's, both from one run on one machine, because a
 * ratio survives a noisy machine and a time does not. Nothing here passes or fails. A section answers rows, or tables
 * of its own.
 */
const sections: Record<string, (stack: { origin: string; cloud: string; dataDir: string }) => Promise<Row[] | string>> = {
  prompt: measurePrompt,
  screen: measureScreen,
  memory: measureMemory,
  sync: measureSync,
  shell: measureShell,
  line: measureLine,
  guard: measureGuard,
};

await main(async () => {
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((name) => sections[name] === undefined);
  if (unknown.length > 0) throw new Stop(`Unknown section ${unknown.join(', ')}. Known: ${Object.keys(sections).join(', ')}.`);
  const dataDir = mkdtempSync(join(tmpdir(), 'selkie-bench-'));
  await buildIfNeeded(cleanEnvironment(), (line) => process.stderr.write(`${line}\n`));
  const removeControl = placeControl();
  process.stderr.write('Starting a stack of its own …\n');
  const stack = await startStack({ app: 4410, cloud: 4490, dataDir, env: cleanEnvironment() });
  const rows: Row[] = [];
  const tables: string[] = [];
  try {
    for (const [name, measure] of Object.entries(sections)) {
      if (wanted.length > 0 && !wanted.includes(name)) continue;
      process.stderr.write(`Measuring: ${name} …\n`);
      const measured = await measure({ ...stack, dataDir });
      if (typeof measured === 'string') tables.push(measured);
      else rows.push(...measured);
    }
  } finally {
    await stack.stop();
    removeControl();
    rmSync(dataDir, { recursive: true, force: true });
  }
  if (rows.length > 0) tables.unshift(formatTable(rows));
  const table = `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'CPU'}\n\n${tables.join('\n')}`;
  process.stdout.write(`\n${table}`);
  const directory = dataDirectory(process.env);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'bench.md'), table);
  process.stderr.write(`\nAlso written to ${join(directory, 'bench.md')}\n`);
});
