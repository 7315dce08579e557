import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Files } from '../../fs/files.ts';
import { createMemoryFiles } from '../../fs/memory-files.ts';
import { HOME } from '../../fs/places.ts';
import { runInMemory } from '../testing/run-in-memory.ts';
import { BLOCK_BYTES, tarEnd, tarHeader, type TarHeader } from './tar-format.ts';

/** What the machine's tar, gzip and zip make, ours read, and the other way round: names, contents, bits, times and links. */
const has = (program: string): boolean => spawnSync(program, ['--help']).error === undefined;
const MTIME = 1_577_934_245;
const LONG = 'long-'.repeat(30);

let home: string;
let files: Files;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'selkie-archives-'));
  files = createMemoryFiles({ now: () => 1_700_000_000_000 });
});

afterEach(() => rmSync(home, { recursive: true, force: true }));

const NOISE = Uint8Array.from({ length: 70_000 }, (_, at) => (at * 7919 + (at >> 3)) & 255);
const CONTENTS: Record<string, string | Uint8Array> = {
  'tree/a.txt': 'one\ntwo\n', 'tree/empty': '', 'tree/sub/exact': 'x'.repeat(BLOCK_BYTES), 'tree/sub/noise': NOISE,
  'tree/é ü/名前.txt': 'Grüße\n', [`tree/${LONG}/${LONG}.txt`]: 'a long way\n',
};

function plant(): void {
  for (const [name, content] of Object.entries(CONTENTS)) {
    mkdirSync(join(home, name, '..'), { recursive: true });
    writeFileSync(join(home, name), content);
    utimesSync(join(home, name), MTIME, MTIME);
  }
  symlinkSync('a.txt', join(home, 'tree/link'));
  chmodSync(join(home, 'tree/a.txt'), 0o750);
}

function plantOurs(): void {
  for (const [name, content] of Object.entries(CONTENTS)) {
    let at = HOME;
    for (const segment of name.split('/').slice(0, -1)) {
      at += `/${segment}`;
      if (files.stat(at) === undefined) files.makeDirectory(at);
    }
    files.write(`${HOME}/${name}`, typeof content === 'string' ? new TextEncoder().encode(content) : content, MTIME * 1000);
  }
  files.link('a.txt', `${HOME}/tree/link`);
  files.setMode(`${HOME}/tree/a.txt`, 0o750);
}

type Listing = Record<string, string>;
const digest = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').slice(0, 200) + bytes.length;

function theirs(root: string): Listing {
  const found: Listing = {};
  const walk = (folder: string, prefix: string): void => {
    for (const name of readdirSync(folder).sort()) {
      const path = join(folder, name);
      const stat = lstatSync(path);
      if (stat.isSymbolicLink()) found[prefix + name] = `-> ${readlinkSync(path)}`;
      else if (stat.isDirectory()) walk(path, `${prefix}${name}/`);
      else found[prefix + name] = `${(stat.mode & 0o777).toString(8)} ${Math.floor(stat.mtimeMs / 1000)} ${digest(readFileSync(path))}`;
    }
  };
  walk(join(home, root), '');
  return found;
}

function ours(root: string): Listing {
  const found: Listing = {};
  const walk = (folder: string, prefix: string): void => {
    for (const { name, kind } of files.list(folder)) {
      const path = `${folder}/${name}`;
      const stat = files.linkStat(path)!;
      if (kind === 'link') found[prefix + name] = `-> ${files.readLink(path)}`;
      else if (kind === 'directory') walk(path, `${prefix}${name}/`);
      else found[prefix + name] = `${stat.mode.toString(8)} ${Math.floor(stat.mtimeMs / 1000)} ${digest(files.read(path))}`;
    }
  };
  walk(`${HOME}/${root}`, '');
  return found;
}

const real = (program: string, ...args: string[]): void => void execFileSync(program, args, { cwd: home, stdio: 'pipe' });
const take = (name: string): void => files.write(`${HOME}/${name}`, readFileSync(join(home, name)));
const give = (name: string): void => writeFileSync(join(home, name), files.read(`${HOME}/${name}`));

async function run(script: string): Promise<{ text: string; errors: string; status: number }> {
  const { text, errors, status } = await runInMemory(script, { files, env: { TZ: 'UTC' } });
  return { text, errors, status };
}

const DONE = { text: '', errors: '', status: 0 };

test('what only bzip2, xz or zstd can unpack is named, with what to do', async () => {
  const refusal = (packer: string): string => `tar: This is packed with ${packer}, which is not available here; unpack it where there is one, and pack it with gzip\ntar: Exiting with failure status due to previous errors\n`;
  const heads = [['bzip2', 'BZh9'], ['xz', '\\xfd7zXZ\\x00'], ['zstd', '\\x28\\xb5\\x2f\\xfd']] as const;
  for (const [packer, head] of heads) expect(await run(`printf '${head}rest' > x; tar tf x`)).toEqual({ text: '', errors: refusal(packer), status: 2 });
  const asked = (packer: string) => ({ text: '', errors: `tar: ${packer} is not available here; use -z (gzip), and repack an archive that came with ${packer} where there is one\nTry 'help tar' for more information.\n`, status: 2 });
  expect([await run('tar cjf x.tar.bz2 x'), await run('tar xJf x.tar.xz'), await run('tar caf x.txz x')]).toEqual([asked('bzip2'), asked('xz'), asked('xz')]);
});

describe.skipIf(!has('tar'))('tar', () => {
  for (const format of ['gnu', 'pax', 'oldgnu', 'posix']) {
    test(`ours takes apart what theirs made (${format}), packed and not`, async () => {
      plant();
      real('tar', `--format=${format}`, '-cf', 'x.tar', 'tree');
      real('tar', `--format=${format}`, '-czf', 'x.tgz', 'tree');
      take('x.tar');
      take('x.tgz');
      expect(await run('tar xpf x.tar && mv tree one && tar xpf x.tgz')).toEqual(DONE);
      expect(ours('one')).toEqual(theirs('tree'));
      expect(ours('tree')).toEqual(theirs('tree'));
    });
  }

  for (const format of ['gnu', 'pax']) {
    test(`theirs takes apart what ours made (${format}), packed and not`, async () => {
      plantOurs();
      expect(await run(`tar --format=${format} -cf x.tar tree; tar --format=${format} -czf x.tgz tree; tar czf - tree | cat > y.tgz`)).toEqual(DONE);
      for (const name of ['x.tar', 'x.tgz', 'y.tgz']) {
        give(name);
        real('tar', '-xpf', name);
        expect(theirs('tree')).toEqual(ours('tree'));
        rmSync(join(home, 'tree'), { recursive: true });
      }
    });
  }

  test('a second name of a file in their archive becomes a copy', async () => {
    mkdirSync(join(home, 'tree'));
    writeFileSync(join(home, 'tree/a'), 'same\n');
    real('ln', 'tree/a', 'tree/b');
    real('tar', '-cf', 'x.tar', 'tree');
    take('x.tar');
    expect(await run('tar xf x.tar; cat tree/a tree/b')).toEqual({ ...DONE, text: 'same\nsame\n' });
  });

  test('names that lead out are refused, a leading slash is taken off, and nothing goes through a link of the archive', async () => {
    const entry = (name: string, more: Partial<TarHeader> = {}): Uint8Array => {
      const content = more.kind === 'link' ? new Uint8Array(0) : new TextEncoder().encode('evil\n');
      const header = tarHeader({ name, kind: 'file', mode: 0o644, uid: 0, gid: 0, user: '', group: '', mtimeMs: 0, target: '', ...more, size: content.length }, 'gnu');
      const whole = new Uint8Array(header.length + (content.length > 0 ? BLOCK_BYTES : 0));
      whole.set(header);
      whole.set(content, header.length);
      return whole;
    };
    const parts = [entry('../up'), entry('/slash'), entry('away', { kind: 'link', target: '/tmp' }), entry('away/in'), entry('fine')];
    const body = Buffer.concat(parts);
    files.write(`${HOME}/x.tar`, Buffer.concat([body, tarEnd(body.length)]));
    const { errors, status } = await run('tar xf x.tar');
    expect({ errors, status }).toEqual({
      status: 2,
      errors: "tar: Removing leading `../' from member names\ntar: ../up: Member name contains '..'\ntar: Removing leading `/' from member names\n"
        + 'tar: away/in: Cannot open: Not a directory\ntar: Exiting with failure status due to previous errors\n',
    });
    expect([`${HOME}/../up`, '/home/up', '/slash', '/tmp/in'].map((path) => files.stat(path.replace(`${HOME}/../`, '/home/')))).toEqual([undefined, undefined, undefined, undefined]);
    expect(files.list(HOME).map(({ name }) => name)).toEqual(['away', 'fine', 'slash', 'x.tar']);
  });

  test('an archive that is cut anywhere is told as cut, and what was whole is there', async () => {
    plantOurs();
    await run('tar czf x.tgz tree; tar cf x.tar tree');
    for (const [name, step] of [['x.tgz', 97], ['x.tar', 10_007]] as const) {
      const whole = files.read(`${HOME}/${name}`);
      for (let length = 1; length < whole.length - 10_240; length += step) {
        files.write(`${HOME}/cut`, whole.slice(0, length));
        const { status, errors } = await run('tar tf cut > /dev/null');
        if (length % BLOCK_BYTES !== 0 || name === 'x.tgz') expect({ length, status }).toEqual({ length, status: 2 });
        expect(errors).not.toContain('failed inside');
      }
    }
  });
});

describe.skipIf(!has('gzip'))('gzip', () => {
  test('ours unpacks theirs of every level, joined and with zeros behind, and theirs unpacks ours', async () => {
    writeFileSync(join(home, 'n'), NOISE);
    for (const level of ['-1', '-6', '-9']) {
      execFileSync('bash', ['-c', `gzip ${level} -c n > x.gz; (cat x.gz x.gz; head -c 777 /dev/zero) > y.gz`], { cwd: home });
      take('x.gz');
      take('y.gz');
      expect(await run('zcat x.gz > x; zcat y.gz > y')).toEqual(DONE);
      expect(digest(files.read(`${HOME}/x`))).toBe(digest(NOISE));
      expect(digest(files.read(`${HOME}/y`))).toBe(digest(Buffer.concat([NOISE, NOISE])));
      expect(await run(`gzip ${level} -c x y > z.gz`)).toEqual(DONE);
      give('z.gz');
      expect(digest(execFileSync('gzip', ['-dc', 'z.gz'], { cwd: home }))).toBe(digest(Buffer.concat([NOISE, NOISE, NOISE])));
      real('gzip', '-t', 'z.gz');
    }
  });

  test('what is damaged is told apart from what is cut', async () => {
    const whole = gzipSync('hello hello hello hello hello hello\n'.repeat(20));
    const flipped = Buffer.from(whole);
    flipped.writeUInt8(flipped.readUInt8(flipped.length - 6) ^ 1, flipped.length - 6);
    const size = Buffer.from(whole);
    size.writeUInt8(size.readUInt8(size.length - 2) ^ 1, size.length - 2);
    for (const [bytes, words] of [
      [flipped, 'invalid compressed data--crc error'], [size, 'invalid compressed data--length error'], [whole.subarray(0, 25), 'unexpected end of file'],
      [Buffer.from('plain text'), 'not in gzip format'], [Buffer.alloc(0), 'unexpected end of file'],
    ] as const) {
      files.write(`${HOME}/x.gz`, bytes);
      const { errors, status } = await run('gzip -t x.gz');
      expect({ errors, status }).toEqual({ errors: `gzip: x.gz: ${words}\n`, status: 1 });
    }
    files.write(`${HOME}/x.gz`, Buffer.concat([whole, Buffer.from('garbage behind')]));
    expect((await run('gunzip -c x.gz | wc -l')).text).toBe('20\n');
    expect((await run('gunzip -c x.gz > /dev/null')).status).toBe(2);
  });

  test('an endless stream is packed and unpacked as it flows', async () => {
    expect(await run('yes | gzip | zcat | head -2')).toEqual({ ...DONE, text: 'y\ny\n' });
    expect(await run('yes | gzip -9 | head -c 2 | od -An -tx1')).toEqual({ ...DONE, text: ' 1f 8b\n' });
  });
});

describe.skipIf(!has('zip') || !has('unzip'))('zip', () => {
  test('ours takes apart what theirs made, and theirs what ours made', async () => {
    plant();
    real('zip', '-qry', 'x.zip', 'tree');
    take('x.zip');
    expect(await run('unzip -q x.zip')).toEqual(DONE);
    expect(ours('tree')).toEqual(theirs('tree'));
    expect(await run('zip -qry y.zip tree')).toEqual(DONE);
    give('y.zip');
    rmSync(join(home, 'tree'), { recursive: true });
    real('unzip', '-q', 'y.zip');
    expect(theirs('tree')).toEqual(ours('tree'));
  });

  test('a zip that theirs made is added to and taken from, and theirs still reads it', async () => {
    plant();
    real('zip', '-qry', 'x.zip', 'tree');
    take('x.zip');
    expect(await run("echo new > new.txt; zip -q x.zip new.txt; zip -qd x.zip 'tree/sub/*'")).toEqual(DONE);
    give('x.zip');
    real('unzip', '-tq', 'x.zip');
    const names = execFileSync('unzip', ['-Z1', 'x.zip'], { cwd: home }).toString().split('\n');
    expect(names).toContain('new.txt');
    expect(names.filter((name) => name.startsWith('tree/sub/'))).toEqual([]);
    expect(names).toContain('tree/a.txt');
  });
});
