import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanEnvironment, startStack } from './testing/running-stack.ts';
import { formatTable, type Row } from './bench/table.ts';
import { measureGuard } from './bench/guard.ts';
import { measurePrompt, placeControl } from './bench/prompt.ts';
import { measureShell } from './bench/shell.ts';
import { measureSync } from './bench/sync.ts';
import { buildIfNeeded } from './build.ts';
import { dataDirectory } from './paths.ts';
import { main, Stop } from './stop.ts';

/**
 * `npm run bench [-- SECTION …]`: each figure beside a peer's, both from one run on one machine, because a
 * ratio survives a noisy machine and a time does not. Nothing here passes or fails.
 */
const sections: Record<string, (stack: { origin: string; cloud: string; dataDir: string }) => Promise<Row[]>> = {
  prompt: measurePrompt,
  sync: measureSync,
  shell: measureShell,
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
  try {
    for (const [name, measure] of Object.entries(sections)) {
      if (wanted.length > 0 && !wanted.includes(name)) continue;
      process.stderr.write(`Measuring: ${name} …\n`);
      rows.push(...(await measure({ ...stack, dataDir })));
    }
  } finally {
    await stack.stop();
    removeControl();
    rmSync(dataDir, { recursive: true, force: true });
  }
  const table = `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'CPU'}\n\n${formatTable(rows)}`;
  process.stdout.write(`\n${table}`);
  const directory = dataDirectory(process.env);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'bench.md'), table);
  process.stderr.write(`\nAlso written to ${join(directory, 'bench.md')}\n`);
});
