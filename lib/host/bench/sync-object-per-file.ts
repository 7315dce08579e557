import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { s3Meter } from './sync-meter.ts';
import { CONTESTED, EDIT_OF_A, EDIT_OF_B, EDITED, judgeEdits, noteName, noteText, PEER_BUCKET, type PeerMaker } from './sync-peer.ts';
import { openS3 } from './sync-s3-keys.ts';

const AT_ONCE = 8;

/** The plain way: list, compare by ETag, put or get what differs. Devices in memory; both collision writers hold what they listed. */
export const objectPerFile: PeerMaker = async (bench) => {
  const s3 = openS3(bench);
  const prefix = `${bench.prefix}/`;
  type Device = { texts: Map<string, string>; etags: Map<string, string> };
  const device = (): Device => ({ texts: new Map(), etags: new Map() });
  let [a, b] = [device(), device()];

  const list = async (): Promise<Map<string, string>> => {
    const etags = new Map<string, string>();
    let token: string | undefined;
    do {
      const page = await s3.send(new ListObjectsV2Command({ Bucket: PEER_BUCKET, Prefix: prefix, ContinuationToken: token }));
      for (const { Key = '', ETag = '' } of page.Contents ?? []) etags.set(Key.slice(prefix.length), ETag);
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return etags;
  };
  const many = async (names: Iterable<string>, work: (name: string) => Promise<void>): Promise<void> => {
    const queue = [...names];
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      for (let name = queue.pop(); name !== undefined; name = queue.pop()) await work(name);
    }));
  };
  const sync = async (at: Device, changed: readonly string[]): Promise<void> => {
    const there = await list();
    await many(changed, async (name) => {
      const { ETag = '' } = await s3.send(new PutObjectCommand({ Bucket: PEER_BUCKET, Key: prefix + name, Body: at.texts.get(name) ?? '' }));
      at.etags.set(name, ETag);
      there.set(name, ETag);
    });
    await many([...there].filter(([name, etag]) => at.etags.get(name) !== etag).map(([name]) => name), async (name) => {
      const { Body, ETag = '' } = await s3.send(new GetObjectCommand({ Bucket: PEER_BUCKET, Key: prefix + name }));
      at.texts.set(name, await Body!.transformToString());
      at.etags.set(name, ETag);
    });
  };

  return {
    name: 'one object a file, AWS SDK',
    meter: s3Meter(bench.cloud),
    steps: {
      'first sync': {
        async prepare() {
          for (let number = 1; number <= bench.files; number++) a.texts.set(noteName(number), noteText(number));
        },
        run: () => sync(a, [...a.texts.keys()]),
      },
      'one edit': {
        async prepare() {
          a.texts.set(EDITED, `${a.texts.get(EDITED)}changed\n`);
        },
        run: () => sync(a, [EDITED]),
      },
      'no change': { run: () => sync(a, []) },
      'new device': {
        run: () => sync(b, []),
        async check() {
          if ([...a.texts].some(([name, text]) => b.texts.get(name) !== text)) throw new Error('The new device differs.');
        },
      },
      'two devices collide': {
        async prepare() {
          a.texts.set(CONTESTED, EDIT_OF_A + a.texts.get(CONTESTED));
          b.texts.set(CONTESTED, b.texts.get(CONTESTED) + EDIT_OF_B);
        },
        async run() {
          await sync(a, [CONTESTED]);
          await sync(b, [CONTESTED]);
          await sync(a, []);
        },
      },
      'restore of an old state': 'keeps no history',
    },
    survived: async () => judgeEdits([[a.texts.get(CONTESTED) ?? ''], [b.texts.get(CONTESTED) ?? '']]),
    async dispose() {
      [a, b] = [device(), device()];
      s3.destroy();
    },
  };
};
