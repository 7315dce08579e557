import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FsError, type Files } from './files.ts';
import { snapshot } from './files-contract.ts';
import { createMemoryStore, withReserve } from './key-value-store.ts';
import { createMemoryFiles } from './memory-files.ts';
import { createMountFiles } from './mount-files.ts';
import { directoryOf } from './path.ts';
import { HOME } from './places.ts';
import { openStoredFiles } from './stored-files.ts';

let serial = 0;
const now = (): number => 0;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const memory = (): Files => createMemoryFiles({ now });
const mounted = (): Files => createMountFiles({ now, home: memory() });
const stored = (keepsRemovals: boolean) => (): Files =>
  openStoredFiles({
    store: withReserve(createMemoryStore(), 'selkie1:reserve', 200), prefix: 'selkie1:p:f:', tab: `t${(serial += 1)}`, keepsRemovals, device: 'here', now,
    newId: () => `id${(serial += 1)}`,
  });

describe.each([
  ['memory', HOME, memory], ['the mounted home', HOME, mounted], ['the mounted /tmp', '/tmp', mounted],
  ['stored files', HOME, stored(true)], ['stored files without removal notes', HOME, stored(false)],
] as const)('%s keeps the contract of Files', (_, root, create) => {
  const at = (path: string): string => `${root}/${path}`;

  test('any sequence of operations ends as it does in memory', () => {
    const names = fc.constantFrom('a', 'b', 'a/c', 'a/d', 'b/c', 'a/c/e');
    const destinations = fc.constantFrom('a', 'b', 'c', '../a', 'a/c', '../b/c', 'a/..', '.', 'none');
    const operation = fc.oneof(
      fc.tuple(fc.constant('write' as const), names, fc.string({ maxLength: 3 })),
      fc.tuple(fc.constant('append' as const), names, fc.string({ maxLength: 3 })),
      fc.tuple(fc.constant('makeDirectory' as const), names, fc.constant('')),
      fc.tuple(fc.constant('remove' as const), names, fc.constant('')),
      fc.tuple(fc.constant('rename' as const), names, names),
      fc.tuple(fc.constant('link' as const), names, destinations),
      fc.tuple(fc.constant('realPath' as const), names, fc.constant('')),
      fc.tuple(fc.constant('list' as const), names, fc.constant('')),
      fc.tuple(fc.constant('readLink' as const), names, fc.constant('')),
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 25 }), (operations) => {
        const files = create();
        const model = createMemoryFiles({ now: () => 0 });
        const run = (target: Files, base: string, [kind, path, more]: (typeof operations)[number]): string => {
          try {
            if (kind === 'write' || kind === 'append') target[kind](`${base}/${path}`, bytes(more));
            else if (kind === 'rename') target.rename(`${base}/${path}`, `${base}/${more}`);
            else if (kind === 'link') target.link(more, `${base}/${path}`);
            else return `ok ${JSON.stringify(target[kind](`${base}/${path}`))?.replaceAll(directoryOf(base), '')}`;
            return 'ok';
          } catch (error) {
            return error instanceof FsError ? error.code : String(error);
          }
        };
        // One level down, so that no target leads out of the part that is compared.
        files.makeDirectory(at('w'));
        model.makeDirectory('/tmp/w');
        for (const step of operations) expect(run(files, at('w'), step)).toBe(run(model, '/tmp/w', step));
        expect(snapshot(files, root)).toEqual(snapshot(model, '/tmp'));
      }),
      { numRuns: 100 },
    );
  });
});
