import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONTESTED, EDIT_OF_A, EDIT_OF_B, EDITED, judgeEdits, noteName, noteText, type SyncBench } from './sync-peer.ts';

/** The folders of two devices on this disk, and the person's work in them. */
export interface TwoFolders {
  a: string;
  b: string;
  writeAll(): Promise<void>;
  edit(): Promise<void>;
  editBoth(): Promise<void>;
  /** That `a` holds everything again as it was first, or `b` the same as `a`. @throws Error when not. */
  requireOldState(): Promise<void>;
  requireSame(): Promise<void>;
  survived(): Promise<string>;
}

export function twoFolders({ folder, files }: SyncBench): TwoFolders {
  const a = join(folder, 'a');
  const b = join(folder, 'b');
  for (const each of [a, b]) mkdirSync(each, { recursive: true });
  const read = (where: string, name: string): string => readFileSync(join(where, name), 'utf8');
  return {
    a, b,
    async writeAll() {
      for (let number = 1; number <= files; number++) writeFileSync(join(a, noteName(number)), noteText(number));
    },
    async edit() {
      writeFileSync(join(a, EDITED), 'changed\n', { flag: 'a' });
    },
    async editBoth() {
      writeFileSync(join(a, CONTESTED), EDIT_OF_A + read(a, CONTESTED));
      writeFileSync(join(b, CONTESTED), read(b, CONTESTED) + EDIT_OF_B);
    },
    async requireOldState() {
      for (let number = 1; number <= files; number++) {
        if (read(a, noteName(number)) !== noteText(number)) throw new Error(`${noteName(number)} is not as it was.`);
      }
    },
    async requireSame() {
      for (let number = 1; number <= files; number++) {
        if (read(b, noteName(number)) !== read(a, noteName(number))) throw new Error(`The new device's ${noteName(number)} differs.`);
      }
    },
    async survived() {
      const stem = CONTESTED.replace('.md', '');
      const texts = (where: string) => readdirSync(where).filter((name) => name === CONTESTED || name.startsWith(`${stem}.`) || name.startsWith(`${stem} `)).map((name) => read(where, name));
      return judgeEdits([texts(a), texts(b)]);
    },
  };
}
