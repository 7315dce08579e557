/**
 * What is timed: what people type, over files that fit into a browser. Each line must answer the same in all three
 * shells. `kind` says which promise the line belongs to: loops and sed ten times as quick as just-bash, what searches,
 * sorts and counts at least half as quick as GNU's.
 */
export interface Workload {
  line: string;
  kind: 'language' | 'sed and awk' | 'search, sort, count' | 'other tools';
}

const inTurn = (kind: Workload['kind'], lines: readonly string[]): Workload[] => lines.map((line) => ({ line, kind }));

export const workloads: readonly Workload[] = [
  ...inTurn('language', [
    'i=0; while [ $i -lt 10000 ]; do i=$((i+1)); done; echo $i',
    's=0; for ((i=0; i<20000; i++)); do ((s+=i)); done; echo $s',
    'x=; for i in {1..5000}; do x+=$i,; done; echo ${#x}',
    'f() { r=$(( $1 * 2 )); }; for i in {1..5000}; do f $i; done; echo $r',
    'for i in {1..5000}; do a[i]=$((i*i)); done; echo ${a[4999]} ${#a[@]}',
    'declare -A c; while read -r _ level _; do c[$level]=$(( ${c[$level]:-0} + 1 )); done < short.txt; echo ${c[INFO]} ${c[ERROR]}',
    'n=0; while read -r line; do n=$((n+${#line})); done < short.txt; echo $n',
    'n=0; for f in tree/*; do case $f in *7.txt) n=$((n+1));; esac; done; echo $n',
    'x=$(cat short.txt); y=${x//INFO/info}; echo ${#y}',
  ]),
  ...inTurn('sed and awk', [
    "sed 's/took/in/' log.txt | wc -c",
    "sed -E 's/([a-z]+)-([0-9]+)/\\2-\\1/' log.txt | tail -n 1",
    "sed -n '/ERROR/p' log.txt | wc -l",
    "awk '{s+=$6} END{print s}' log.txt",
    "awk '{n[$2]++} END{for (k in n) print k, n[k]}' log.txt | sort",
    "awk '/ERROR/ && $6 > 900 {print $3}' log.txt | sort | uniq -c | sort -rn | head -n 3",
  ]),
  ...inTurn('search, sort, count', [
    'seq 1 100000 | sort -rn | head',
    'grep -r needle tree | wc -l',
    'grep -c ERROR log.txt',
    'grep -v INFO log.txt | wc -l',
    "grep -n '^2026-03' log.txt | tail -n 1",
    "grep -E 'worker-(1|2)[0-9] .* 9[0-9][0-9] ms$' log.txt | wc -l",
    'grep -i error log.txt | wc -l',
    "grep -oE '/[a-z]+/[0-9]+' log.txt | sort -u | wc -l",
    'sort log.txt | tail -n 1',
    'sort -k6,6n -s log.txt | tail -n 1',
    'sort -n numbers.txt | tail -n 1',
    'wc log.txt',
    'wc -l log.txt',
  ]),
  ...inTurn('other tools', [
    "cut -d' ' -f3 log.txt | sort | uniq -c | sort -rn | head -n 3",
    'cut -c1-10 log.txt | uniq | wc -l',
    'tr a-z A-Z < log.txt | tail -n 1',
    'uniq numbers.txt | wc -l',
    'tac log.txt | head -n 1',
    'find . -name "*9.txt" | wc -l',
    'cat tree/* | md5sum',
    'base64 log.txt | base64 -d | wc -c',
    "jq '[.[] | select(.ms > 900)] | length' requests.json",
    'head -n 2000 log.txt > a; tail -n 2000 log.txt > b; diff a b | wc -l',
  ]),
];

const FILES = 1_000;
const LINES = 50_000;

/** The files they read, the same at each call; about 4 MB. */
export function workloadFiles(): [path: string, text: string][] {
  let state = 1;
  const random = (below: number): number => {
    // Park and Miller's generator: reproducible, and good enough for a log.
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  const log = Array.from({ length: LINES }, (_, index) => {
    const day = `2026-${String(1 + Math.floor(index / (LINES / 4))).padStart(2, '0')}-${String(1 + random(28)).padStart(2, '0')}`;
    return `${day}T10:22:${String(random(60)).padStart(2, '0')} ${random(20) === 0 ? 'ERROR' : 'INFO'} worker-${random(64)} /items/${random(9_000)} took ${random(1_000)} ms`;
  });
  const requests = Array.from({ length: 10_000 }, (_, id) => ({ id, path: `/items/${random(9_000)}`, ms: random(1_000) }));
  return [
    ...Array.from({ length: FILES }, (_, file): [string, string] => [`tree/file-${file}.txt`, [
      ...Array.from({ length: 40 }, (__, line) => (line === file % 40 && file % 10 === 0 ? `here lies a needle ${file}` : `line ${line} of file ${file}: plain hay`)), '',
    ].join('\n')]),
    ['log.txt', `${log.join('\n')}\n`],
    ['short.txt', `${log.slice(0, 3_000).join('\n')}\n`],
    ['numbers.txt', Array.from({ length: 100_000 }, () => `${random(1_000_000)}\n`).join('')],
    ['requests.json', JSON.stringify(requests)],
  ];
}
