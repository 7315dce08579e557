import { describe, expect, test } from 'vitest';
import { createMemoryFiles } from '../../../fs/memory-files.ts';
import { HOME } from '../../../fs/places.ts';
import { runInMemory } from '../../testing/run-in-memory.ts';

// What sed prints is compared with GNU's in differential/sed.txt; here is what that cannot see.
describe('sed', () => {
  test('a script that cannot be run is refused in one line that names the place', async () => {
    const words = {
      's/a/b': "-e expression #1, char 5: unterminated `s' command",
      's/a/b/x': "-e expression #1, char 7: unknown option to `s'",
      's/a/\\1/': "-e expression #1, char 7: invalid reference \\1 on `s' command's RHS",
      'p;k': "-e expression #1, char 3: unknown command: `k'",
      '1,p': "-e expression #1, char 3: unexpected `,'",
      'y/ab/c/': "-e expression #1, char 7: strings for `y' command are different lengths",
      bfoo: "can't find label for jump to `foo'",
    };
    for (const [script, expected] of Object.entries(words)) {
      const { text, errors } = await runInMemory(`echo a | sed '${script}'`);
      expect({ text, errors }).toEqual({ text: '', errors: `sed: ${expected}\n` });
    }
    const { errors } = await runInMemory("printf 'p\\nk\\n' > f; echo a | sed -e p -f f");
    expect(errors).toBe("sed: file f line 2: unknown command: `k'\n");
  });

  test('what would run programs of the host says so and prints nothing', async () => {
    for (const script of ['e', 's/a/b/e']) {
      const { text, errors, status } = await runInMemory(`echo a | sed '${script}'`);
      expect({ text, status, says: errors.includes('a page cannot') }).toEqual({ text: '', status: 1, says: true });
    }
  });

  test('a file that has no room for the new content keeps the old, with -i and with -i.bak', async () => {
    const files = createMemoryFiles({ now: () => 0, fileMaxBytes: 3000 });
    files.write(`${HOME}/f`, new TextEncoder().encode('x\n'.repeat(1000)));
    const { text, errors, status } = await runInMemory("sed -i 's/x/yyyy/' f; echo $?; sed -i.bak 's/x/yyyy/' f; echo $?; ls; grep -c x f", { files });
    expect({ text, status }).toEqual({ text: '4\n4\nf\n1000\n', status: 0 });
    expect(errors).toBe("sed: couldn't write f: File too large\n".repeat(2));
  });

  test('an endless script ends when its reader has gone', async () => {
    const { text } = await runInMemory("echo x | sed ':a;p;ba' | head -2; yes | sed -n 's/y/z/p' | head -1");
    expect(text).toBe('x\nx\nz\n');
  });
});
