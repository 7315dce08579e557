import fc from 'fast-check';
import { expect, test } from 'vitest';
import { propertyRuns } from '../testing/property-runs.ts';
import type { ColourSpan } from '../tty/line-view.ts';
import { highlight } from './highlight.ts';

const known = {
  command: (name: string) => (['ls', 'echo', 'grep', 'cat', 'command'].includes(name) ? 'known' as const : 'grep'.startsWith(name) ? 'beginning' as const : 'unknown' as const),
  isPath: (word: string) => word === 'notes.md' || word === 'my notes',
};

/** `colour:text` of each span, a path with a `*`. */
const colours = (text: string, cursor = text.length) => highlight(text, cursor, known)
  .map(({ start, end, colour, isPath }: ColourSpan) => `${colour}${isPath === true ? '*' : ''}:${text.slice(start, end)}`).join(' ');

test('commands that are there, that are not, and the one being typed', () => {
  expect([colours('ls'), colours('lx'), colours('gre'), colours('gre', 0), colours('gre '), colours('x=1 ls'), colours('ls | lx && ls; lx & ls'), colours('command lx')]).toEqual([
    'command:ls', 'unknown:lx', '', 'unknown:gre', 'unknown:gre', 'variable:x= command:ls',
    'command:ls operator:| unknown:lx operator:&& command:ls operator:; unknown:lx operator:& command:ls', 'command:command unknown:lx',
  ]);
});

test('options, paths, strings, variables, comments, redirections', () => {
  expect([
    colours('ls -la --color=x notes.md -- -n'), colours('cat "my notes" \'notes\'.md'), colours('echo "a $x ${y:-z} b" $1 $$'), colours('echo a # b'), colours('echo a#b'),
    colours('cat <notes.md >out 2>&1 &>x'), colours("echo $'a\\'b' c"), colours('echo a\\ b \\"'),
  ]).toEqual([
    'command:ls option:-la option:--color= plain*:notes.md option:--', "command:cat string*:\"my notes\" string*:'notes' plain*:.md", 'command:echo string:"a  variable:$x string:  variable:${y:-z} string: b" variable:$1 variable:$$',
    'command:echo comment:# b', 'command:echo',
    'command:cat operator:< plain*:notes.md operator:> operator:2 operator:>& operator:&>', "command:echo string:$'a\\'b'", 'command:echo',
  ]);
});

test('what is nested has its own commands', () => {
  expect([colours('echo $(lx "$(ls)")'), colours('echo `ls` a'), colours('cat <(lx)'), colours('echo "`ls`"'), colours('a=(x $(ls)) ls'), colours('( ls )'), colours('echo $((1 + x)) ls'), colours('((x++)) && ls')]).toEqual([
    'command:echo operator:$( unknown:lx string:" operator:$( command:ls operator:) string:" operator:)', 'command:echo operator:` command:ls operator:`', 'command:cat operator:<( unknown:lx operator:)',
    'command:echo string:" operator:` command:ls operator:` string:"', 'variable:a= operator:( operator:$( command:ls operator:) operator:) command:ls', 'operator:( command:ls operator:)',
    'command:echo operator:$(( variable:x operator:))', 'operator:(( variable:x operator:)) operator:&& command:ls',
  ]);
});

test('keywords, and what stands where a command does not', () => {
  expect([
    colours('if ls; then lx; fi'), colours('for i in a b; do ls; done'), colours('while ! ls; do :; done').replace(' unknown::', ''), colours('case $x in a|b) ls;; *) lx;; esac'), colours('f() { ls; }'),
    colours('[[ -f notes.md && $a == b ]] && ls'), colours('echo if then'), colours('function f { ls; }'), colours('ls )'), colours('cat <<E\n$x ls\nE\nlx'),
  ]).toEqual([
    'keyword:if command:ls operator:; keyword:then unknown:lx operator:; keyword:fi', 'keyword:for variable:i keyword:in operator:; keyword:do command:ls operator:; keyword:done',
    'keyword:while keyword:! command:ls operator:; keyword:do operator:; keyword:done', 'keyword:case variable:$x keyword:in operator:| operator:) command:ls operator:;; operator:) unknown:lx operator:;; keyword:esac',
    'command:f operator:() keyword:{ command:ls operator:; keyword:}',
    'keyword:[[ option:-f plain*:notes.md operator:&& variable:$a keyword:]] operator:&& command:ls', 'command:echo', 'keyword:function command:f keyword:{ command:ls operator:; keyword:}', 'command:ls error:)',
    'command:cat operator:<< string:E string:$x ls\nE\n unknown:lx',
  ]);
});

test('any text has spans in order, none over another, inside of it, and each looked up at most once a hundred words', () => {
  const piece = fc.constantFrom(...' \t\n\r\u00a0|&;()<>{}[]"\'`$#\\=-*!~a1é😀'.split(''), '$(', '${', '$((', '((', '))', '[[', ']]', 'case x in', 'esac', ';;', '<<E', 'E\n', 'for i in', 'if ', 'a=(', '&&', '<(', "$'");
  fc.assert(fc.property(fc.array(piece, { maxLength: 40 }), fc.integer({ min: -1, max: 60 }), (pieces, cursor) => {
    const text = pieces.join('');
    let lookedUp = 0;
    const spans = highlight(text, cursor, { command: () => 'unknown', isPath: () => (lookedUp += 1) % 2 === 0 });
    let end = 0;
    for (const span of spans) {
      if (span.start < end || span.end <= span.start || span.end > text.length) throw new Error(`${JSON.stringify(text)}: ${JSON.stringify(spans)}`);
      end = span.end;
    }
    expect(lookedUp).toBeLessThanOrEqual(100);
  }), { numRuns: propertyRuns(60), examples: [[['for i in', '`', 'for i in', "$'"], 0]] });
});
