import { DeleteObjectsCommand, ListObjectsV2Command, ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { type Bucket, eraseObjects } from './erase-objects.ts';

interface Version {
  Key: string;
  VersionId: string;
  isMarker: boolean;
}

/** As much of S3 as an erasure sees: pages of 1,000, versions, and deletion of exactly what is named. */
function fakeStore(kept: Version[], options: { knowsVersions?: boolean; keeps?: boolean } = {}): { store: Bucket; asked: string[] } {
  const { knowsVersions = true, keeps = false } = options;
  const asked: string[] = [];
  const page = (prefix: string | undefined) => kept.filter(({ Key }) => Key.startsWith(prefix ?? '')).slice(0, 1_000);
  const send = async (command: unknown): Promise<unknown> => {
    asked.push((command as object).constructor.name);
    if (command instanceof ListObjectVersionsCommand) {
      if (!knowsVersions) throw Object.assign(new Error('not here'), { name: 'NotImplemented' });
      const found = page(command.input.Prefix);
      return { Versions: found.filter(({ isMarker }) => !isMarker), DeleteMarkers: found.filter(({ isMarker }) => isMarker) };
    }
    if (command instanceof ListObjectsV2Command) return { Contents: page(command.input.Prefix) };
    if (!(command instanceof DeleteObjectsCommand)) throw new Error('an operation that nobody expects');
    const named = command.input.Delete!.Objects!;
    if (keeps) return { Errors: named.map(({ Key }) => ({ Key, Code: 'AccessDenied' })) };
    for (const { Key, VersionId } of named) {
      const at = kept.findIndex((each) => each.Key === Key && (VersionId === undefined || each.VersionId === VersionId));
      if (at >= 0) kept.splice(at, 1);
    }
    return {};
  };
  return { store: { client: { send } as unknown as S3Client, bucket: 'b', deadline: () => ({ abortSignal: new AbortController().signal }) }, asked };
}

const versions = (count: number, prefix: string): Version[] =>
  Array.from({ length: count }, (_, i) => ({ Key: `${prefix}${i >> 1}`, VersionId: `v${i}`, isMarker: i % 2 === 1 }));

test('every version and every delete marker goes, page after page; what is under another prefix stays', async () => {
  const kept = [...versions(2_500, 'u/ada/'), ...versions(2, 'u/ada2/')];
  const { store, asked } = fakeStore(kept);
  await eraseObjects(store, 'u/ada/');
  expect(kept).toEqual(versions(2, 'u/ada2/'));
  expect(asked.filter((name) => name === 'DeleteObjectsCommand').length).toBe(3);
  expect(asked.at(-1)).toBe('ListObjectVersionsCommand');
});

test('a store that has no versions is asked for its objects', async () => {
  const kept = Array.from({ length: 1_200 }, (_, i) => ({ Key: `u/ada/${i}`, VersionId: '', isMarker: false }));
  const { store } = fakeStore(kept, { knowsVersions: false });
  await eraseObjects(store, 'u/ada/');
  expect(kept).toEqual([]);
});

test('what the store keeps is an error, and so is a list that never ends', async () => {
  const refusing = fakeStore(versions(2, 'u/ada/'), { keeps: true });
  await expect(eraseObjects(refusing.store, 'u/ada/')).rejects.toThrow('AccessDenied');
  const { store } = fakeStore([]);
  const endless = { ...store, client: { send: async (command: unknown) => (command instanceof DeleteObjectsCommand ? {} : { Versions: [{ Key: 'u/ada/1', VersionId: 'v' }] }) } as unknown as S3Client };
  await expect(eraseObjects(endless, 'u/ada/')).rejects.toThrow('does not end');
});
