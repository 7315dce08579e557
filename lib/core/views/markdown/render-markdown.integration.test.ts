import { expect, test } from 'vitest';
import { plainLine } from '../styled-line.ts';
import { runOnScreen } from '../testing/run-on-screen.ts';
import { parseMarkdown, renderMarkdown, type ColourCode } from './render-markdown.ts';

const breathe = () => undefined;

async function page(text: string, columns = 40, colourCode?: ColourCode) {
  return renderMarkdown(await parseMarkdown(text, breathe, colourCode), columns, breathe);
}
const plain = async (text: string, columns = 40) => (await page(text, columns)).lines.map(plainLine);

test('headings, paragraphs and rules', async () => {
  expect(await plain('# Title #\n\nSome text that is\nwrapped at the width of the screen.\n\nSub\n---\n\n***\nhard  \nbreak')).toEqual([
    'Title', '━━━━━', '', 'Some text that is wrapped at the width', 'of the screen.', '', 'Sub', '───', '', '─'.repeat(40), '', 'hard', 'break',
  ]);
  expect((await page('# One\n\ntext\n\n## Two\n')).headings).toEqual([0, 5]);
});

test('lists in lists, numbers, tasks and quotations', async () => {
  expect(await plain('- one\n- two words that wrap in a narrow column here\n  - inner\n  - [x] done\n  - [ ] open\n\n9. nine\n10. ten\n\n> said\n> so\n>\n> > twice')).toEqual([
    '• one', '• two words that wrap in a narrow column', '  here', '  • inner', '  ☑ done', '  ☐ open', '',
    ' 9. nine', '10. ten', '', '│ said so', '│', '│ │ twice',
  ]);
});

test('a table is as wide as it must be, and wraps its widest column when there is no room', async () => {
  expect(await plain('| a | n |\n|---|--:|\n| x | 1 |\n| | 20 |')).toEqual([' a │  n', '───┼────', ' x │  1', '   │ 20']);
  expect(await plain('| key | words |\n|---|---|\n| k | these are far too many for it |', 24)).toEqual([
    ' key │ words', '─────┼──────────────────', ' k   │ these are far', '     │ too many for it',
  ]);
});

test('emphasis, code, escapes and entities look as they mean', async () => {
  expect((await page('**b** *i* ~~s~~ `c` \\*x\\* &amp; &#9731; &#27;')).lines).toEqual([
    '\x1b[1mb\x1b[0m \x1b[3mi\x1b[0m \x1b[9ms\x1b[0m \x1b[33mc\x1b[0m *x* & ☃ \ufffd',
  ]);
});

test('links are numbered once each, and listed at the end', async () => {
  const { lines, links } = await page('[a](x.md) and [b][r] and <https://c.d> and [again](x.md) and [none]\n\n[r]: https://r.s\n');
  expect(links).toEqual(['x.md', 'https://r.s', 'https://c.d']);
  expect(lines.map(plainLine)).toEqual([
    'a[1] and b[2] and https://c.d[3] and', 'again[1] and [none]', '', '────────────────────', '[1] x.md', '[2] https://r.s', '[3] https://c.d',
  ]);
});

test('code keeps its lines and gets its colours where the language is known', async () => {
  const asked: string[] = [];
  const { lines } = await page('```js title\nlet x;\n\n  y\n```\n\n    indented\n', 40, async (code, language) => {
    asked.push(`${language}: ${code}`);
    return [{ text: 'let', style: '35' }, { text: ' x;\n\n  y', style: '' }];
  });
  expect(asked).toEqual(['js: let x;\n\n  y']);
  expect(lines).toEqual(['  \x1b[35mlet\x1b[0m x;', '  ', '    y', '', '  \x1b[33mindented\x1b[0m']);
});

test('text without blanks wraps between wide characters, and control codes cannot pass', async () => {
  expect(await plain('日本語の長い文章です', 11)).toEqual(['日本語の長', 'い文章です']);
  expect(await plain('a\x1b]0;t\x07b')).toEqual(['a\ufffd]0;t\ufffdb']);
});

test('the reader lays a file out anew when the screen becomes narrower, and follows a link to another file', async () => {
  const bench = await runOnScreen('cd; md a.md', {
    columns: 40, rows: 6, content: { '/home/me/a.md': 'one two three four five six seven [b](<sub/b c.md>)\n', '/home/me/sub/b c.md': '# Bee\n' },
  });
  expect(bench.rows().slice(0, 2)).toEqual(['one two three four five six seven b[1]', '']);
  await bench.resize(20, 6);
  expect(bench.rows().slice(0, 2)).toEqual(['one two three four', 'five six seven b[1]']);
  await bench.press('o', '1\r');
  expect(bench.rows()[0]).toBe('Bee');
  await bench.press('q', 'o', '7\r');
  expect(bench.rows().slice(4)).toEqual([' Type a number from', ' 1 to 1.']);
  await bench.press('q');
  expect(await bench.status).toBe(0);
});
