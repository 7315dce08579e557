import { readFileSync } from 'node:fs';
import { build, type Plugin } from 'esbuild';
import { projectRoot } from './paths.ts';

/** A planted change: in `file` (below the checkout's top folder), `from`, which stands there once, becomes `to`. */
export interface Plant {
  file: string;
  from: string;
  to: string;
}

/** Small limits, so that packs, snapshots, cut lists and long absences happen in runs of a few commits. */
const SMALL: readonly Plant[] = [
  ['snapshotEvery = 64;', 'snapshotEvery = 4;'],
  ['syncReplyMaxEntries = 256;', 'syncReplyMaxEntries = 3;'],
  ['syncWantMax = 64;', 'syncWantMax = 2;'],
  ['syncLookBackMax = 30;', 'syncLookBackMax = 3;'],
  ['commitMaxOperations = 2_000;', 'commitMaxOperations = 6;'],
  ['commitMaxBytes = 900_000;', 'commitMaxBytes = 6_000;'],
].map(([from = '', to = '']) => ({ file: 'lib/core/limits.ts', from, to }));

/**
 * The simulation and all it drives as one script for worker threads: it starts at once, and a long run goes on with the
 * code it began with while the files change. A mistake is planted in the source text, so that any line can be
 * broken and the product needs no door for it.
 *
 * @throws Error when the text of a plant is not in its file exactly once.
 */
export async function bundleSimulation(entry: 'simulate-worker' | 'crash-sweep-worker', plants: readonly Plant[] = []): Promise<string> {
  const sources = plantInSources([...SMALL, ...plants]);
  const plant: Plugin = {
    name: 'plant',
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const contents = sources.get(path);
        return contents === undefined ? undefined : { contents, loader: 'ts' };
      });
    },
  };
  const { outputFiles } = await build({
    entryPoints: [`${projectRoot}lib/host/${entry}.ts`], bundle: true, write: false, format: 'cjs', platform: 'node', target: 'node20',
    logLevel: 'silent', plugins: [plant],
  });
  return outputFiles[0]?.text ?? '';
}

/**
 * The changed sources by path.
 * @throws Error when the text of a plant is not in its file exactly once.
 */
export function plantInSources(plants: readonly Plant[]): Map<string, string> {
  const sources = new Map<string, string>();
  for (const { file, from, to } of plants) {
    const path = `${projectRoot}${file}`;
    const source = sources.get(path) ?? readFileSync(path, 'utf8');
    if (source.split(from).length !== 2) throw new Error(`This must stand in ${file} exactly once: ${from}`);
    sources.set(path, source.replace(from, () => to));
  }
  return sources;
}
