import fc from 'fast-check';

/**
 * Well-formed scripts made from bash's grammar: every construct of the language inside every other. What they compute does
 * not matter; none runs for long by itself: loops count, nothing sleeps or reads what never ends.
 */
const name = fc.constantFrom('a', 'b', 'c', 'x1', '_y', 'arr', 'map');
const plain = fc.constantFrom('foo', 'a.b', '1', '0', '-1', '42', 'bar/baz', '-n', '--', 'é', '😀', '=', 'x=y', '%1', '+', ',', ':', '-e', '@');

interface Pieces {
  word: string;
  quoted: string;
  expansion: string;
  arithmetic: string;
  pattern: string;
  test: string;
  redirect: string;
  simple: string;
  command: string;
  pipeline: string;
  list: string;
}

const text = (strings: TemplateStringsArray, ...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(...parts).map((values) => strings.reduce((all, piece, index) => all + piece + (values[index] ?? ''), ''));
const join = (part: fc.Arbitrary<string>, separator: string, maxLength: number, minLength = 1): fc.Arbitrary<string> =>
  fc.array(part, { minLength, maxLength }).map((parts) => parts.join(separator));

export const scripts: fc.Arbitrary<string> = fc.letrec<Pieces>((loose) => {
  const tie = loose as (piece: keyof Pieces) => fc.Arbitrary<string>;
  const word = tie('word');
  const list = tie('list');
  const arithmetic = tie('arithmetic');
  const deep = <T,>(...options: fc.Arbitrary<T>[]): fc.Arbitrary<T> => fc.oneof({ maxDepth: 3, depthSize: 'small' }, ...options);
  return {
    quoted: deep(plain.map((value) => `'${value}'`), plain.map((value) => `"${value}"`), text`"${plain}${tie('expansion')}"`, fc.constantFrom("$'a\\tb\\x41'", '""', "''", '\\*', '\\ ', '"a  b"', '$"q"')),
    expansion: deep(
      text`$${name}`, text`\${${name}}`, fc.constantFrom('$@', '$*', '"$@"', '$#', '$?', '$$', '$!', '$-', '$0', '$1', '${#}', '${@:1:2}', '${!a*}', '$RANDOM', '$LINENO', '${PIPESTATUS[@]}', '${FUNCNAME[0]}'),
      text`\${${name}${fc.constantFrom(':-', '-', ':=', '=', ':+', '+', '#', '##', '%', '%%', '/', '//', '^', '^^', ',', ',,')}${plain}}`,
      text`\${${name}${fc.constantFrom('/', '//', '/#', '/%')}${tie('pattern')}/${plain}}`,
      text`\${${name}:${fc.constantFrom('0', '1', ' -1', '2:1', '0:-1', '$((1))')}}`,
      text`\${${name}@${fc.constantFrom('Q', 'U', 'u', 'L', 'E', 'A', 'a', 'P', 'K')}}`,
      text`\${${fc.constantFrom('#', '!', '')}arr[${fc.constantFrom('0', '-1', '@', '*', '1+1', '$a')}]}`,
      text`\${map[${word}]}`, text`$(${list})`, text`$((${arithmetic}))`, text`\`${fc.constantFrom('echo t', 'true', 'printf x')}\``, text`<(${list})`, text`$[${arithmetic}]`,
    ),
    pattern: deep(plain, fc.constantFrom('*', '?', '[a-z]', '[!a]*', '[[:digit:]]', '@(a|b)', '!(x)', '+(a|1)', '?(b)', '*(c)', '**', 'a*b?'), tie('quoted'), text`$${name}`),
    word: deep(plain, tie('quoted'), tie('expansion'), tie('pattern'), text`${plain}${tie('expansion')}`, fc.constantFrom('{1..3}', '{a,b}', 'x{1,2}y', '~', '~/x', '{a..e..2}', '{01..3}')),
    arithmetic: deep(
      fc.constantFrom('1', '0', '-3', '0x1f', '010', '2#101', '9223372036854775807', 'a', 'x1', 'arr[0]', 'map[k]', '$a', '${#a}', 'RANDOM%3'),
      text`${arithmetic}${fc.constantFrom('+', '-', '*', '/', '%', '**', '<<', '>>', '&', '|', '^', '&&', '||', '==', '<', ',')}${arithmetic}`,
      text`(${arithmetic})`, text`${fc.constantFrom('!', '~', '-', '+', '++', '--')}${name}`, text`${name}${fc.constantFrom('++', '--', '=1', '+=2', '*=3', '<<=1')}`, text`${arithmetic}?${arithmetic}:${arithmetic}`,
    ),
    test: deep(
      text`${fc.constantFrom('-z', '-n', '-e', '-f', '-d', '-v', '-o', '-t', '-s', '-x')} ${word}`, text`${word} ${fc.constantFrom('==', '!=', '=', '<', '>', '-eq', '-lt', '-nt', '-ef')} ${word}`,
      text`${word} == ${tie('pattern')}`, text`${word} =~ ${fc.constantFrom('^a', '(a|b)+', '[0-9]*$', '$a', '"."')}`, text`! ${tie('test')}`, text`( ${tie('test')} )`, text`${tie('test')} ${fc.constantFrom('&&', '||')} ${tie('test')}`,
    ),
    redirect: deep(
      text`${fc.constantFrom('>', '>>', '2>', '&>', '>|', '3>', '<', '{fd}>', '<>')} ${fc.constantFrom('f', 'g', '"$a"', '/dev/null', 'd/x')}`, fc.constantFrom('2>&1', '>&2', '1>&-', '<&0', '3>&1', '<<< "$a"', '0</dev/null', '2>/dev/null'),
      text`<<< ${word}`, text`< <(${list})`, text`> >(${fc.constantFrom('cat', 'wc -l', 'true')})`,
    ),
    simple: deep(
      text`${fc.constantFrom('echo', 'printf "%s %d\\n"', ':', 'true', 'false', 'cat <<< ', 'test', 'type', 'command', 'builtin echo', 'eval echo', 'let', 'set --', 'export', 'unset', 'f', 'g', 'ls', 'head -1', 'wc', 'sort <<< ', 'seq 3', 'tr a b <<< ')} ${join(word, ' ', 4, 0)}`,
      text`${name}=${word}`, text`${name}+=${word}`, text`arr=(${join(word, ' ', 4, 0)})`, text`arr[${arithmetic}]=${word}`, text`map[${word}]=${word}`, text`${name}=${word} ${fc.constantFrom('env', 'echo', 'f', 'true')}`,
      text`declare ${fc.constantFrom('-i', '-a', '-A', '-r', '-x', '-l', '-u', '-n', '-g', '-p', '')} ${name}=${word}`, text`local ${name}=${word}`, text`read -r ${name} <<< ${word}`, text`mapfile -t arr < <(${list})`,
      text`set ${fc.constantFrom('-e', '-u', '-x', '-f', '+e', '+u', '+x', '+f', '-o pipefail', '+o pipefail', '-C', '+C', '-n -- x')}`, text`shopt ${fc.constantFrom('-s', '-u')} ${fc.constantFrom('nullglob', 'dotglob', 'globstar', 'failglob', 'nocasematch', 'lastpipe', 'extglob', 'expand_aliases')}`,
      text`trap ${fc.constantFrom("'echo t'", "''", '-', "'false'")} ${fc.constantFrom('EXIT', 'ERR', 'DEBUG', 'RETURN', 'USR1', 'INT')}`, fc.constantFrom('kill -USR1 $$', 'kill $!', 'wait', 'wait $!', 'jobs', 'jobs -p', 'kill -l 2', 'return', 'return 2', 'break', 'continue', 'exit', 'exit 3', 'shift', 'caller', 'dirs', 'pushd .', 'popd', 'cd', 'cd d', 'cd -', 'alias e=echo', 'unalias -a', 'e x', 'getopts ab: o -a -b x', 'umask 077', 'touch f g', 'mkdir -p d', 'rm -f f', 'exec 3>f', 'exec 3>&-', '. ./f', 'declare -f', 'hash -r'),
      text`${tie('simple')} ${tie('redirect')}`,
    ),
    command: deep(
      tie('simple'), text`if ${list}; then ${list}; elif ${list}; then ${list}; else ${list}; fi`, text`for ${name} in ${join(word, ' ', 3, 0)}; do ${list}; done`, text`for ((i=0; i<3; i++)); do ${list}; done`,
      text`n=0; while ((n++ < 2)); do ${list}; done`, text`n=0; until ((n++ >= 2)); do ${list}; done`, text`case ${word} in ${tie('pattern')}) ${list};; ${tie('pattern')}|${tie('pattern')}) ${list};& *) ${list};; esac`,
      text`{ ${list}; }`, text`( ${list} )`, text`((${arithmetic}))`, text`[[ ${tie('test')} ]]`, text`f() { ${list}; }`, text`function g { ${list}; }`, text`{ ${list}; } ${tie('redirect')}`, text`select ${name} in ${word} b; do ${list}; break; done <<< 1`, text`coproc { ${fc.constantFrom('cat', 'true', 'echo x')}; }`,
    ),
    pipeline: deep(tie('command'), text`${tie('command')} | ${tie('command')}`, text`! ${tie('command')}`, text`time ${tie('command')}`, text`${tie('command')} |& ${tie('command')} | ${fc.constantFrom('cat', 'wc -l', 'head -1')}`),
    list: deep(tie('pipeline'), text`${tie('pipeline')}; ${tie('pipeline')}`, text`${tie('pipeline')} && ${tie('pipeline')}`, text`${tie('pipeline')} || ${tie('pipeline')}`, text`${tie('pipeline')} & ${tie('pipeline')}`),
  };
}).list.chain((first) => fc.constantFrom('', '\nwait', '; echo $?', '\ncat <<E\n$a $((1+1))\nE', ' &').map((last) => `${first}${last}`));
