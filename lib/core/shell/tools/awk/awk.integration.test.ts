import { describe, expect, test } from 'vitest';
import { runInMemory } from '../../testing/run-in-memory.ts';

/** What a program prints, from nothing or from `input`. */
async function prints(program: string, input = '', options = ''): Promise<string> {
  const { text } = await runInMemory(`awk ${options} '${program}' <<'END'\n${input}\nEND`);
  return text;
}

// What every awk prints is compared with the machine's in differential/awk.txt; here is what only gawk has, with the
// results of its manual and of gawk 5.2.1, and what a comparison cannot see.
describe("gawk's additions", () => {
  test('fields by content, by widths and of comma-separated values', async () => {
    expect(await prints('BEGIN {FPAT = "([^,]*)|(\\"[^\\"]+\\")"} {for (i = 1; i <= NF; i++) printf "[%s]", $i}', 'a,"b,c",,d')).toBe('[a]["b,c"][][d]');
    expect(await prints('BEGIN {FIELDWIDTHS = "2 1:3 *"} {print $1 "|" $2 "|" $3, NF}', '1234567890')).toBe('12|456|7890 3\n');
    expect(await prints('{print $2 "|" NF}', 'a,"b ""q"", c",d', '--csv')).toBe('b "q", c|3\n');
  });

  test('records by a pattern, with what ended each in RT', async () => {
    expect(await prints('BEGIN {RS = "[,;]+"} {printf "%s<%s> ", $0, RT}', 'a,;b;c')).toBe('a<,;> b<;> c\n<> ');
  });

  test('functions for texts: gensub, match with groups, split with separators, patsplit', async () => {
    expect(await prints('BEGIN {print gensub(/(a)(b)/, "\\\\2\\\\1", "g", "abab"), gensub(/a/, "x", 2, "aaa")}')).toBe('baba axa\n');
    expect(await prints('{match($0, /([a-z]+)=([0-9]+)/, m); print m[0], m[1], m[2], RSTART}', '  key=42;')).toBe('key=42 key 42 3\n');
    expect(await prints('BEGIN {n = split("a1b22c", p, /[0-9]+/, s); print n, s[1], s[2]; n = patsplit("a1b22c", q, /[0-9]+/, t); print n, q[2], t[0], t[2]}')).toBe('3 1 22\n2 22 a c\n');
    expect(await prints('BEGIN {IGNORECASE = 1} /ABC/ {print "found", sub("b", "-"), $0}', 'abc')).toBe('found 1 a-c\n');
  });

  test('arrays in order: asort, asorti, sorted_in', async () => {
    expect(await prints('BEGIN {a["x"] = 10; a["y"] = 9; a["z"] = "abc"; n = asort(a, b); m = asorti(a, c); print n, b[1], b[2], b[3], m, c[1], c[3]}')).toBe('3 9 10 abc 3 x z\n');
    expect(await prints('BEGIN {PROCINFO["sorted_in"] = "@ind_num_asc"; a[10]; a[9]; a[1]; for (k in a) printf "%s ", k; PROCINFO["sorted_in"] = "@ind_str_desc"; for (k in a) printf "%s ", k}')).toBe('1 9 10 9 10 1 ');
  });

  test('numbers and times: bits, strtonum, strftime, mktime', async () => {
    expect(await prints('BEGIN {print and(12, 10), or(12, 10), xor(12, 10), lshift(1, 4), rshift(16, 2), strtonum("0x1F"), strtonum("017")}')).toBe('8 14 6 16 4 31 15\n');
    expect(await prints('BEGIN {print strftime("%Y-%m-%d %H:%M:%S", 86399, 1), mktime("1970 01 02 00 00 00", 1)}')).toBe('1970-01-01 23:59:59 86400\n');
    expect(await prints('BEGIN {srand(7); a = rand(); srand(7); print a == rand(), srand(), a >= 0 && a < 1}')).toBe('1 7 1\n');
  });

  test('rules for files, switch, and next in a function', async () => {
    const { text } = await runInMemory("seq 2 > f; seq 3 3 > g; awk 'BEGINFILE {print \"b\", FILENAME} ENDFILE {print \"e\", FNR} 1' f g");
    expect(text).toBe('b f\n1\n2\ne 2\nb g\n3\ne 1\n');
    expect(await prints('BEGIN {switch ("b") {case "a": print 1; break; case "b": print 2; case /z/: print 3; break; default: print 4}}')).toBe('2\n3\n');
    expect(await prints('function skip() {next} NR == 2 {skip()} {print}', '1\n2\n3')).toBe('1\n3\n');
  });
});

describe('a program that cannot go on', () => {
  test('a mistake in it is shown with its line and place, status 1', async () => {
    const { text, errors, status } = await runInMemory("awk 'BEGIN {\n  print 1 +\n}'");
    expect({ text, errors, status }).toEqual({ text: '', errors: 'awk: cmd. line:2:   print 1 +\nawk: cmd. line:2:            ^ syntax error: unexpected newline or end of string\n', status: 1 });
  });

  test('a mistake while it runs ends it with status 2, and what was printed stays', async () => {
    const { text, errors, status } = await runInMemory("awk 'BEGIN {print \"before\"; print 1 / x; print \"after\"}'");
    expect({ text, errors, status }).toEqual({ text: 'before\n', errors: 'awk: fatal: division by zero attempted\n', status: 2 });
  });

  test('a function that never ends calling itself is ended in one sentence', async () => {
    const { errors, status } = await runInMemory("awk 'function f(n) {return f(n + 1) + 1} BEGIN {f(1)}'");
    expect({ errors, status }).toEqual({ errors: "awk: fatal: function `f' called itself too often (10000 times)\n", status: 2 });
  });

  test('Ctrl-C ends a loop, a recursion and a wait for a command', async () => {
    for (const program of ['BEGIN {while (1) x++}', 'function f(n) {return n ? f(n - 1) + f(n - 1) : 0} BEGIN {f(60)}', 'BEGIN {while (("yes" | getline) > 0) n++}', 'BEGIN {for (;;) print "y"}']) {
      const controller = new AbortController();
      setImmediate(() => controller.abort());
      expect((await runInMemory(`awk '${program}'`, { signal: controller.signal })).status, program).toBe(130);
    }
  });

  test('it ends when its input or its reader does', async () => {
    const { text } = await runInMemory("yes | awk 'NR == 3 {print; exit}'; awk 'BEGIN {for (;;) print \"y\"}' | head -1; awk 'BEGIN {while (i++ < 9) print i | \"head -2\"}'");
    expect(text).toBe('y\ny\n1\n2\n');
  });
});
