import { adoptFiles } from '../../fs/adopt-files.ts';
import { HOME } from '../../fs/places.ts';
import type { Files } from '../../fs/files.ts';
import { openStoredFiles } from '../../fs/stored-files.ts';
import { withReserve } from '../../fs/key-value-store.ts';
import { keysOf, type Tab } from './simulated-browser.ts';
import { PERSON, type Scenario, type Stage } from './crash-sweep.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const at = (name: string): string => `${HOME}/${name}`;
const read = (files: Files, name: string): string | undefined => (files.stat(at(name))?.kind === 'file' ? decoder.decode(files.read(at(name))) : undefined);

/** The person writes this text, whatever it takes. */
const write = ({ person }: Stage, tab: Tab, name: string, text: string): void =>
  person(tab, (files) => files.write(at(name), encoder.encode(text)), (files) => read(files, name) === text);
const rename = ({ person }: Stage, tab: Tab, from: string, to: string): void =>
  person(tab, (files) => {
    if (files.linkStat(at(from)) !== undefined) files.rename(at(from), at(to));
  }, (files) => files.linkStat(at(from)) === undefined);
const remove = ({ person }: Stage, tab: Tab, name: string): void =>
  person(tab, (files) => {
    if (files.linkStat(at(name)) !== undefined) files.remove(at(name));
  }, (files) => files.linkStat(at(name)) === undefined);
/** No compression makes it smaller, so that it travels in packs. */
const bulk = (): string => {
  let seed = 1;
  return Array.from({ length: 4000 }, () => String.fromCharCode(33 + ((seed = (seed * 48_271) % 2_147_483_647) % 90))).join('');
};

/** Both devices have these files. */
const both = (files: Record<string, string>) => async (stage: Stage): Promise<void> => {
  for (const [name, text] of Object.entries(files)) write(stage, stage.one, name, text);
  await stage.sync(stage.one);
  await stage.sync(stage.other);
  stage.second.files.refresh(undefined);
};
/** What this browser kept before anybody signed in. */
const localFiles = ({ browser }: Tab) => {
  let serial = 0;
  return openStoredFiles({
    store: withReserve(browser.raw, 'selkie1:reserve', 500), prefix: keysOf('local').files, tab: 'l', keepsRemovals: false,
    device: browser.name, now: () => 0, newId: () => `local-${++serial}`,
  });
};
const adopt = ({ page, one }: Stage): void => page(one, () => void adoptFiles(localFiles(one), one.files, 'one'));
const nothing = async (): Promise<void> => {};
const POEM = 'one\ntwo\nthree\n';

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'first sync', before: nothing,
    async during(stage) {
      write(stage, stage.one, 'a', 'A\n');
      stage.person(stage.one, (files) => files.makeDirectory(at('d')), (files) => files.stat(at('d')) !== undefined);
      write(stage, stage.one, 'd/b', 'B\n');
      await stage.sync(stage.one);
    },
    after: [['a=A\n', 'd/', 'd/b=B\n']],
  },
  {
    name: 'edit', before: both({ a: POEM }),
    async during(stage) {
      write(stage, stage.one, 'a', 'new\n');
      await stage.sync(stage.one);
      await stage.sync(stage.other);
    },
    after: [['a=new\n']],
  },
  {
    name: 'rename over another file', before: both({ a: 'A\n', b: 'B\n' }),
    async during(stage) {
      rename(stage, stage.one, 'a', 'b');
      await stage.sync(stage.one);
      await stage.sync(stage.other);
    },
    after: [['b=A\n']],
  },
  {
    name: 'rename a directory', before: both({ a: 'A\n' }),
    async during(stage) {
      stage.person(stage.one, (files) => files.makeDirectory(at('d')), (files) => files.stat(at('d')) !== undefined);
      rename(stage, stage.one, 'a', 'd/a');
      stage.person(stage.one, (files) => {
        // Half of it may have been moved by a page that ended.
        if (files.stat(at('e')) === undefined) files.rename(at('d'), at('e'));
        else if (files.stat(at('d/a')) !== undefined) files.rename(at('d/a'), at('e/a'));
        else if (files.stat(at('d')) !== undefined) files.remove(at('d'));
      }, (files) => files.stat(at('d')) === undefined);
      await stage.sync(stage.one);
      await stage.sync(stage.other);
    },
    after: [['e/', 'e/a=A\n']],
  },
  {
    name: 'remove', before: both({ a: 'A\n', b: 'B\n' }),
    async during(stage) {
      remove(stage, stage.one, 'a');
      await stage.sync(stage.one);
      await stage.sync(stage.other);
    },
    after: [['b=B\n']],
  },
  {
    name: 'link', before: both({ a: 'A\n' }),
    async during(stage) {
      stage.person(stage.one, (files) => files.link('a', at('l')), (files) => files.linkStat(at('l')) !== undefined);
      await stage.sync(stage.one);
      await stage.sync(stage.other);
    },
    after: [['a=A\n', 'l -> a']],
  },
  {
    name: 'pull', before: nothing,
    async during(stage) {
      for (const name of ['a', 'b', 'c', 'd']) write(stage, stage.other, name, `${name}\n`);
      await stage.sync(stage.other);
      remove(stage, stage.other, 'a');
      await stage.sync(stage.other);
      await stage.sync(stage.one);
    },
    after: [['b=b\n', 'c=c\n', 'd=d\n']],
  },
  {
    name: 'merge of a text', before: both({ a: POEM }),
    async during(stage) {
      write(stage, stage.other, 'a', 'ONE\ntwo\nthree\n');
      await stage.sync(stage.other);
      write(stage, stage.one, 'a', 'one\ntwo\nTHREE\n');
      await stage.sync(stage.one);
      await stage.sync(stage.other);
    },
    // Without room to keep what it was before, a text is not merged.
    after: [['a=ONE\ntwo\nTHREE\n'], ['a=ONE\ntwo\nthree\n', 'a (conflict)=one\ntwo\nTHREE\n']],
  },
  {
    name: 'conflict', before: both({ 'a.md': POEM }),
    async during(stage) {
      write(stage, stage.other, 'a.md', 'theirs\n');
      await stage.sync(stage.other);
      write(stage, stage.one, 'a.md', 'ours\n');
      await stage.sync(stage.one);
      await stage.sync(stage.other);
    },
    after: [['a.md=theirs\n', 'a (conflict).md=ours\n'], ['a.md=ours\n', 'a (conflict).md=theirs\n']],
  },
  {
    name: 'edit against removal', before: both({ a: 'A\n' }),
    async during(stage) {
      remove(stage, stage.other, 'a');
      await stage.sync(stage.other);
      write(stage, stage.one, 'a', 'kept\n');
      await stage.sync(stage.one);
      await stage.sync(stage.other);
    },
    after: [['a=kept\n']],
  },
  {
    name: 'a large file in packs', before: both({ a: 'A\n' }),
    async during(stage) {
      write(stage, stage.one, 'large', bulk());
      await stage.sync(stage.one);
      await stage.sync(stage.other);
    },
    after: [['a=A\n', `large=${bulk()}`]],
  },
  {
    name: 'two tabs write one file', before: both({ a: 'A\n' }),
    async during(stage) {
      // The second has not heard of the first.
      write(stage, stage.one, 'a', 'first\n');
      write(stage, stage.second, 'a', 'second\n');
      await stage.sync(stage.one);
      await stage.sync(stage.second);
    },
    // The later one may have looked before it wrote, if its page had to be opened again.
    after: [['a=second\n'], ['a=first\n', 'a (conflict)=second\n'], ['a=second\n', 'a (conflict)=first\n']],
  },
  {
    name: 'files from before the sign-in', before: both({ a: 'A\n' }),
    async during(stage) {
      const before = localFiles(stage.one);
      before.write(at('a'), encoder.encode('mine\n'));
      before.write(at('b'), encoder.encode('B\n'));
      adopt(stage);
      await stage.sync(stage.one);
    },
    // What could not be moved for lack of room is moved at the next start.
    afterwards: async (stage) => adopt(stage),
    after: [['a=A\n', 'a (conflict)=mine\n', 'b=B\n']],
  },
  {
    name: 'a snapshot, and a new device that reads it', before: async (stage) => {
      for (const text of ['1\n', '2\n', '3\n', '4\n', '5\n']) {
        write(stage, stage.one, 'a', text);
        write(stage, stage.one, `b${text.trim()}`, text);
        await stage.sync(stage.one);
      }
    },
    async during(stage) {
      for (const text of ['6\n', '7\n', '8\n']) {
        write(stage, stage.one, 'a', text);
        await stage.sync(stage.one);
        await stage.sync(stage.one);
      }
      await stage.sync(stage.newcomer());
    },
    after: [['a=8\n', 'b1=1\n', 'b2=2\n', 'b3=3\n', 'b4=4\n', 'b5=5\n']],
  },
  {
    name: 'sign-out: everything of the person is removed here, and fetched at the next sign-in', before: both({ a: 'A\n', b: 'B\n' }),
    async during(stage) {
      const { one } = stage;
      write(stage, one, 'c', 'C\n');
      await stage.sync(one);
      // Only what the store holds may be wiped.
      if (read(stage.other.files, 'c') === undefined) await stage.sync(one);
      await stage.sync(stage.other);
      const { tree } = stage.browsers.baseOf(stage.other);
      if (![...tree.values()].some(({ path }) => path === at('c'))) return;
      stage.page(one, () => {
        for (const key of one.browser.raw.keys(`selkie1:${PERSON}:`)) stage.browsers.removeKey(one.browser, key);
      });
      stage.browsers.restart(one);
      stage.browsers.restart(stage.second);
      await stage.sync(one);
    },
    after: [['a=A\n', 'b=B\n', 'c=C\n']],
  },
  {
    name: 'the store put back to an old state, and `sync rejoin`', before: async (stage) => {
      await both({ a: 'A\n' })(stage);
      write(stage, stage.other, 'b', 'B\n');
      await stage.sync(stage.other);
      await stage.sync(stage.one);
      stage.server.logOf(PERSON).rollBack(1);
      // The one who wrote it has lost everything: now it is only here, and came from a history that another one has outgrown.
      const { raw } = stage.other.browser;
      for (const key of raw.keys('selkie1:')) raw.remove(key);
      stage.browsers.restart(stage.other);
      for (const name of ['c', 'd']) {
        await stage.sync(stage.other);
        write(stage, stage.other, name, `${name}\n`);
      }
      await stage.sync(stage.other);
    },
    async during(stage) {
      await stage.rejoin(stage.one);
      await stage.sync(stage.other);
    },
    // A page that ended on the way syncs by itself when it is opened: it is stopped as before, and the person says it again.
    async afterwards(stage) {
      stage.mayStop = true;
      await stage.sync(stage.one);
      stage.mayStop = false;
      for (let tries = 0; tries < 3; tries++) await stage.rejoin(stage.one);
    },
    after: [['a=A\n', 'b=B\n', 'c=c\n', 'd=d\n']],
  },
];
