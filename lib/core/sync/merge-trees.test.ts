import { describe, expect, test } from 'vitest';
import type { LocalEntry } from '../fs/stored-files.ts';
import { mergeText } from './merge-text.ts';
import { mergeTrees, type Step } from './merge-trees.ts';
import { hashOf } from './sha256.ts';
import { applyOperations, pendingOperations, type TreeEntry } from './tree.ts';

/** `id: path=content`, `path/` for a directory. */
type Spec = Record<string, string>;

const parts = (spec: string): { kind: 'file' | 'directory'; path: string; hash: string; size: number } => {
  const [name = '', content] = spec.split('=');
  if (content === undefined) return { kind: 'directory', path: `/home/me/${name.replace(/\/$/, '')}`, hash: '', size: 0 };
  return { kind: 'file', path: `/home/me/${name}`, hash: hashOf(content), size: content.length };
};
const treeOf = (spec: Spec): Map<string, TreeEntry> =>
  new Map(Object.entries(spec).map(([id, text]) => [id, { ...parts(text), mode: 0o644, at: 1 }]));
const localOf = (spec: Spec): Map<string, LocalEntry> =>
  new Map(Object.entries(spec).map(([id, text]) => [id, { id, ...parts(text), mode: 0o644, mtimeMs: 0, tag: `v-${id}` }]));

function merge(base: Spec, local: Spec, remote: Spec, removed: string[] = [], merged?: string): string[] {
  const { steps } = mergeTrees({
    base: treeOf(base), local: localOf(local), removed: new Set(removed), remote: treeOf(remote), device: 'dev',
    mergeContent: () => (merged === undefined ? undefined : new TextEncoder().encode(merged)),
  });
  const contents = new Map([base, local, remote].flatMap((spec) => Object.values(spec)).map((text) => [parts(text).hash, text.split('=')[1] ?? '']));
  return steps.map((step: Step) => {
    if (step.step === 'drop') return `drop ${step.id}${step.note ? ' and tell' : ''}`;
    if (step.step === 'melt') return `melt ${step.id} into ${step.into}`;
    const path = step.path.slice('/home/me/'.length).replace(/[0-9a-z]{8}\)/, 'HASH)');
    if (step.step === 'copy') return `copy ${step.from} to ${path}`;
    const content = typeof step.content === 'string' ? contents.get(step.content) : step.content && new TextDecoder().decode(step.content);
    return `put ${step.id} at ${path}${content === undefined || step.kind === 'directory' ? '' : ` = ${content}`}${step.expect === undefined ? ' (new)' : ''}`;
  });
}

describe('the table of merges', () => {
  const table: [string, Parameters<typeof merge>, string[]][] = [
    ['nothing changed', [{ x: 'a=1' }, { x: 'a=1' }, { x: 'a=1' }], []],
    ['changed there', [{ x: 'a=1' }, { x: 'a=1' }, { x: 'a=2' }], ['put x at a = 2']],
    ['changed here', [{ x: 'a=1' }, { x: 'a=2' }, { x: 'a=1' }], []],
    ['changed alike on both sides', [{ x: 'a=1' }, { x: 'a=2' }, { x: 'a=2' }], []],
    ['changed differently, and it merges', [{ x: 'a=1' }, { x: 'a=2' }, { x: 'a=3' }, [], '23'], ['put x at a = 23']],
    ['changed differently', [{ x: 'a.md=1' }, { x: 'a.md=2' }, { x: 'a.md=3' }],
      ['copy x to a (conflict dev HASH).md', 'put x at a.md = 3']],
    ['new there', [{}, {}, { x: 'a=1' }], ['put x at a = 1 (new)']],
    ['new here', [{}, { x: 'a=1' }, {}], []],
    ['removed there', [{ x: 'a=1' }, { x: 'a=1' }, {}], ['drop x']],
    ['removed here', [{ x: 'a=1' }, {}, { x: 'a=1' }, ['x']], []],
    ['removed on both sides', [{ x: 'a=1' }, {}, {}, ['x']], []],
    ['removed there, changed here', [{ x: 'a=1' }, { x: 'a=2' }, {}], []],
    ['removed here, changed there', [{ x: 'a=1' }, {}, { x: 'a=2' }, ['x']], ['put x at a = 2 (new)']],
    ['lost here without a removal', [{ x: 'a=1' }, {}, { x: 'a=1' }], ['put x at a = 1 (new)']],
    ['renamed there, changed here', [{ x: 'a=1' }, { x: 'a=2' }, { x: 'b=1' }], ['put x at b']],
    ['changed there, renamed here', [{ x: 'a=1' }, { x: 'b=1' }, { x: 'a=2' }], ['put x at b = 2']],
    ['renamed differently', [{ x: 'a=1' }, { x: 'b=1' }, { x: 'c=1' }], ['put x at c']],
    ['two new files of one name and content', [{}, { l: 'a=1' }, { r: 'a=1' }], ['put r at a = 1 (new)', 'drop l']],
    ['two new files of one name', [{}, { l: 'a=1' }, { r: 'a=2' }], ['put l at a (conflict dev HASH)', 'put r at a = 2 (new)']],
    ['two new directories of one name', [{}, { l: 'd/' }, { r: 'd/' }], ['put r at d (new)', 'drop l']],
    ['a new file here, a directory there', [{}, { l: 'a=1' }, { r: 'a/' }], ['put l at a (conflict dev HASH)', 'put r at a (new)']],
    ['a directory with a file here, a file there', [{}, { l: 'a/x=1' }, { r: 'a=2' }], ['put r at a (conflict dev HASH) = 2 (new)']],
    ['a directory removed there that got a file here', [{ d: 'd/' }, { d: 'd/', n: 'd/n=1' }, {}], ['drop d']],
    ['a directory that the log has twice', [{}, {}, { p: 'd/', q: 'd/' }], ['put p at d (new)', 'melt q into p']],
    ['a name swapped there', [{ x: 'a=1', y: 'b=2' }, { x: 'a=1', y: 'b=2' }, { x: 'b=1', y: 'a=2' }], ['put x at b', 'put y at a']],
    ['a file renamed here onto a name that is new there', [{ x: 'a=1' }, { x: 'b=1' }, { x: 'a=1', r: 'b=9' }],
      ['put x at b (conflict dev HASH)', 'put r at b = 9 (new)']],
  ];
  test.each(table)('%s', (_, input, steps) => {
    expect(merge(...input)).toEqual(steps);
  });

  test('a conflict that was cut off after its copy makes no second one', () => {
    const first = mergeTrees({
      base: treeOf({ x: 'a=1' }), local: localOf({ x: 'a=2' }), removed: new Set(), remote: treeOf({ x: 'a=3' }), device: 'dev',
      mergeContent: () => undefined,
    }).steps[0];
    if (first?.step !== 'copy') throw new Error('a copy was expected');
    const again = merge({ x: 'a=1' }, { x: 'a=2', [first.id]: `${first.path.slice('/home/me/'.length)}=2` }, { x: 'a=3' });
    expect(again).toEqual(['put x at a = 3']);
  });
});

test('what is pending follows from base and files alone, names freed before they are taken', () => {
  const base = treeOf({ gone: 'a=1', lost: 'l=1', moved: 'm=1', same: 's=1', edited: 'e=1' });
  const local = localOf({ moved: 'a=1', same: 's=1', edited: 'e=2', fresh: 'm=5', dir: 'd/' });
  const operations = pendingOperations(base, local, new Set(['gone', 'never-synced']));
  expect(operations.map((operation) => `${operation.op} ${operation.id}`))
    .toEqual(['remove gone', 'move moved', 'directory dir', 'put edited', 'put fresh']);
});

describe('links', () => {
  const LINK = 0o120777;
  type Side = { mode: number; text: string } | undefined;
  const link = (text: string): Side => ({ mode: LINK, text });
  const file = (text: string, mode = 0o644): Side => ({ mode, text });
  const run = (base: Side, local: Side, remote: Side): string[] => {
    const tree = (side: Side): Map<string, TreeEntry> => new Map(side === undefined ? [] : [['x', {
      kind: 'file', path: '/home/me/a', mode: side.mode, hash: hashOf(side.text), size: side.text.length, at: 1,
    }]]);
    const { steps } = mergeTrees({
      base: tree(base), remote: tree(remote), removed: new Set(local === undefined ? ['x'] : []), device: 'dev',
      local: new Map([...tree(local)].map(([id, entry]) => [id, { ...entry, id, mtimeMs: 0, tag: 'v' }])),
      mergeContent: () => new TextEncoder().encode('merged by line'),
    });
    const texts = new Map([base, local, remote].flatMap((side) => (side === undefined ? [] : [[hashOf(side.text), side.text] as const])));
    return steps.map((step) => {
      if (step.step === 'drop' || step.step === 'melt') return step.step;
      const kind = step.mode === LINK ? 'link' : `file ${step.mode.toString(8)}`;
      if (step.step === 'copy') return `copy as ${kind}`;
      return `put ${kind}${typeof step.content === 'string' ? ` ${texts.get(step.content)}` : step.content === undefined ? '' : ' MERGED'}`;
    });
  };
  const table: [string, [Side, Side, Side], string[]][] = [
    ['a new target there', [link('t'), link('t'), link('u')], ['put link u']],
    ['a new target here', [link('t'), link('u'), link('t')], []],
    ['two new targets', [link('t'), link('u'), link('w')], ['copy as link', 'put link w']],
    ['a file there that was a link', [link('t'), link('t'), file('text')], ['put file 644 text']],
    ['a file there that reads like the target', [link('t'), link('t'), file('t')], ['put file 644']],
    ['a link there that was a file of that content', [file('t'), file('t'), link('t')], ['put link']],
    ['a link here that was a file, changed there', [file('old'), link('t'), file('new')], ['copy as link', 'put file 644 new']],
    ['a file here that was a link, with another target there', [link('t'), file('text'), link('u')], ['copy as file 644', 'put link u']],
    ['a link here, other permissions there', [file('old'), link('t'), file('old', 0o755)], []],
    ['other permissions here, a link there', [file('old'), file('old', 0o600), link('t')], ['put link t']],
    ['a link removed here that became a file of its target there', [link('t'), undefined, file('t')], ['put file 644 t']],
    ['a link removed there that became a file of its target here', [link('t'), file('t'), undefined], []],
    ['the same change on both sides', [file('x'), link('t'), link('t')], []],
  ];
  test.each(table)('%s', (_, sides, steps) => {
    expect(run(...sides)).toEqual(steps);
  });

  test('what became a link is pending as a whole, whatever it reads; its permissions never are', () => {
    const base = new Map<string, TreeEntry>([['x', { kind: 'file', path: '/home/me/a', mode: 0o644, hash: hashOf('t'), size: 1, at: 1 }]]);
    const local = new Map<string, LocalEntry>([['x', { id: 'x', kind: 'file', path: '/home/me/a', mode: LINK, hash: hashOf('t'), size: 1, mtimeMs: 0, tag: 'v' }]]);
    const put = { op: 'put', id: 'x', path: '/home/me/a', mode: LINK, hash: hashOf('t'), size: 1 } as const;
    expect(pendingOperations(base, local, new Set())).toEqual([put]);
    const tree = applyOperations(base, [put], 2);
    expect(tree?.get('x')?.mode).toBe(LINK);
    expect(applyOperations(tree ?? new Map(), [{ op: 'mode', id: 'x', mode: 0o600 }], 3)).toBeUndefined();
  });
});

describe('merging text', () => {
  const run = (base: string, local: string, remote: string): string | undefined => {
    const merged = mergeText(...([base, local, remote].map((text) => new TextEncoder().encode(text)) as [Uint8Array, Uint8Array, Uint8Array]));
    return merged && new TextDecoder().decode(merged);
  };
  test('changes of different lines go together, with their line ends', () => {
    expect(run('1\r\n2\n3\n4', '1\r\nTWO\n3\n4', '1\r\n2\n3\nFOUR')).toBe('1\r\nTWO\n3\nFOUR');
  });
  test('the same change on both sides is no conflict', () => {
    expect(run('1\n2\n3\n', '1\nx\n3\n', '1\nx\n3\n')).toBe('1\nx\n3\n');
  });
  test('words that objects know by heart are only lines', () => {
    expect(run('constructor\n__proto__\nx\ny\n', 'constructor\n__proto__\nx\nY\n', 'hasOwnProperty\nconstructor\n__proto__\nx\ny\n'))
      .toBe('hasOwnProperty\nconstructor\n__proto__\nx\nY\n');
  });
  test('one line changed differently, bytes that are no text, and a zero are left apart', () => {
    expect([run('1\n', '2\n', '3\n'), run('1\n2\n3\n', '1\n2\n3\n\0', '0\n2\n3\n')]).toEqual([undefined, undefined]);
    expect(mergeText(Uint8Array.of(49, 10), Uint8Array.of(255, 10), Uint8Array.of(49, 10, 50))).toBeUndefined();
  });
});
