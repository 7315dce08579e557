import type { RequestListener } from 'node:http';
import { peerPackages } from './peer-packages.ts';
import { startHttpFront } from './sync-http-front.ts';
import { CONTESTED, EDIT_OF_A, EDIT_OF_B, EDITED, judgeEdits, noteName, noteText, type PeerMaker } from './sync-peer.ts';

/** What is used of PouchDB. */
interface Note {
  _id: string;
  _rev?: string;
  _conflicts?: string[];
  _revisions?: { start: number; ids: string[] };
  text: string;
}

interface Database {
  get(id: string, options?: object): Promise<Note>;
  put(note: Note): Promise<unknown>;
  bulkDocs(notes: Note[]): Promise<unknown>;
  allDocs(options: object): Promise<{ rows: { id: string; doc: Note }[] }>;
  sync(url: string): Promise<unknown>;
  destroy(): Promise<void>;
}

interface Pouch {
  new (name: string, options: object): Database;
  plugin(plugin: unknown): Pouch;
  defaults(options: object): Pouch;
}

interface Parts {
  pouch: Pouch;
  server: RequestListener;
}

let loaded: Parts | undefined;

/** Once: neither a plugin nor the server can be put in twice. */
function load(): Parts | undefined {
  const require = peerPackages();
  if (require === undefined) return undefined;
  const names = ['pouchdb-core', 'pouchdb-adapter-memory', 'pouchdb-adapter-http', 'pouchdb-replication', 'express', 'express-pouchdb'];
  const [core, memory, http, replication, express, serve] = names.map((name) => require(name) as unknown);
  const pouch = (core as Pouch).plugin(memory).plugin(http).plugin(replication);
  const server = (express as () => RequestListener & { use(handler: unknown): void })();
  const handler = (serve as (pouch: Pouch, options: object) => unknown)(pouch.defaults({ adapter: 'memory' }), { mode: 'minimumForPouchDB', inMemoryConfig: true, logPath: '/dev/null' });
  server.use(handler);
  return { pouch, server };
}

/** A document a file, two devices and the server each with a database in memory. */
export const pouchDb: PeerMaker = async (bench) => {
  loaded ??= load();
  if (loaded === undefined) return 'not installed';
  const { pouch, server } = loaded;
  const front = await startHttpFront(server);
  const url = `${front.url}/${bench.prefix.replaceAll('/', '-')}`;
  const [a, b] = ['a', 'b'].map((name) => new pouch(`${bench.prefix}-${name}`, { adapter: 'memory' })) as [Database, Database];
  const change = async (device: Database, name: string, work: (text: string) => string): Promise<void> => {
    const note = await device.get(name);
    await device.put({ ...note, text: work(note.text) });
  };
  const textsOf = async (device: Database): Promise<Map<string, string>> =>
    new Map((await device.allDocs({ include_docs: true })).rows.map(({ id, doc }) => [id, doc.text]));

  return {
    name: 'PouchDB to express-pouchdb',
    meter: front.meter,
    remarks: {
      'first sync': 'a database: no modes, links or directories',
      'restore of an old state': 'only on the device that wrote it, until a compaction',
    },
    steps: {
      'first sync': {
        async prepare() {
          await a.bulkDocs(Array.from({ length: bench.files }, (_, index) => ({ _id: noteName(index + 1), text: noteText(index + 1) })));
        },
        run: async () => void (await a.sync(url)),
      },
      'one edit': { prepare: () => change(a, EDITED, (text) => `${text}changed\n`), run: async () => void (await a.sync(url)) },
      'no change': { run: async () => void (await a.sync(url)) },
      'new device': {
        run: async () => void (await b.sync(url)),
        async check() {
          const [here, there] = [await textsOf(a), await textsOf(b)];
          if ([...here].some(([name, text]) => there.get(name) !== text)) throw new Error('The new device differs.');
        },
      },
      'two devices collide': {
        async prepare() {
          await change(a, CONTESTED, (text) => EDIT_OF_A + text);
          await change(b, CONTESTED, (text) => text + EDIT_OF_B);
        },
        async run() {
          await a.sync(url);
          await b.sync(url);
          await a.sync(url);
        },
      },
      'restore of an old state': {
        async run() {
          // Old texts are kept where they were written, and only until a compaction.
          for (const name of [EDITED, CONTESTED]) {
            const { _rev, _revisions } = await a.get(name, { revs: true });
            const old = await a.get(name, { rev: `1-${_revisions!.ids.at(-1)}` });
            await a.put({ _id: name, _rev: _rev!, text: old.text });
          }
        },
        async check() {
          const texts = await textsOf(a);
          for (let number = 1; number <= bench.files; number++) if (texts.get(noteName(number)) !== noteText(number)) throw new Error(`${noteName(number)} is not as it was.`);
        },
      },
    },
    async survived() {
      const shown = await Promise.all([a, b].map(async (device) => {
        const note = await device.get(CONTESTED, { conflicts: true });
        const hidden = await Promise.all((note._conflicts ?? []).map((rev) => device.get(CONTESTED, { rev })));
        return [note.text, ...hidden.map(({ text }) => text)];
      }));
      const judged = judgeEdits(shown);
      return judged === 'both, as two files' ? 'both, but one is hidden until the app asks' : judged;
    },
    async dispose() {
      await front.close();
      await Promise.all([a.destroy(), b.destroy()]);
    },
  };
};
