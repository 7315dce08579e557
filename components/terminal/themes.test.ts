import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { contrast } from '../testing/contrast.ts';
import { type ColorName, colorNames, darkTheme, propertiesOf, xtermTheme } from './theme.ts';
import { themeChoices, themeNamed, themes } from './themes.ts';

const NO_TEXT: readonly ColorName[] = ['bg', 'surface', 'raised', 'on-accent', 'border', 'control', 'selection'];

describe.each(themes.map((theme) => [theme.name, theme] as const))('%s', (name, { colors, scheme }) => {
  const least = name.startsWith('contrast') ? 7 : 4.5;

  it('every text colour can be read on the terminal and on the bars', () => {
    const texts = colorNames.filter((color) => !NO_TEXT.includes(color) && !(color === 'black' && scheme === 'dark'));
    const tooPale = texts.flatMap((color) => (['bg', 'surface'] as const)
      .filter((back) => contrast(colors[color], colors[back]) < least).map((back) => `${color} on ${back}`));
    expect(tooPale).toEqual([]);
    expect(texts.length).toBeGreaterThanOrEqual(18);
  });

  it('so can text that is selected, under the pointer and on a button, and the edge of a control be seen', () => {
    expect(contrast(colors.fg, colors.selection)).toBeGreaterThanOrEqual(least);
    expect(contrast(colors.fg, colors.raised)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(colors['on-accent'], colors.accent)).toBeGreaterThanOrEqual(least);
    expect(contrast(colors.control, colors.bg)).toBeGreaterThanOrEqual(3);
    expect(contrast(colors.control, colors.surface)).toBeGreaterThanOrEqual(3);
  });

  it('is a whole table of colours', () => {
    expect(Object.keys(colors)).toEqual(colorNames);
    for (const color of Object.values(colors)) expect(color).toMatch(/^#[0-9a-f]{6}$/);
  });
});

test('before any script has run the page of the terminal has the colours of the dark theme', () => {
  const css = readFileSync(new URL('terminal.css', import.meta.url), 'utf8');
  const block = /:root:has\(\.terminal-page\) \{([^}]*)\}/.exec(css)?.[1] ?? '';
  const inCss = [...block.matchAll(/(--[\w-]+): ([^;]+);/g)].map(([, name, value]) => [name, value]);
  expect(inCss).toEqual(propertiesOf(darkTheme));
});

test('auto stays dark, system follows the day, both follow a wish for contrast, and a wrong name is none', () => {
  const named = (name: string, isLight: boolean, wantsContrast: boolean) => themeNamed(name, { isLight, wantsContrast })?.name;
  expect([named('auto', true, false), named('system', true, false), named('system', false, false)]).toEqual(['dark', 'light', 'dark']);
  expect([named('auto', true, true), named('system', true, true)]).toEqual(['contrast-dark', 'contrast-light']);
  expect([named('nord', true, true), named('nosuch', false, false)]).toEqual(['nord', undefined]);
  expect(new Set(themeChoices).size).toBe(themes.length + 2);
});

test('xterm.js gets each of the sixteen colours', () => {
  const { colors } = darkTheme;
  const given = xtermTheme(darkTheme);
  expect([given.background, given.foreground, given.red, given.brightBlack, given.brightWhite]).toEqual([
    colors.bg, colors.fg, colors.red, colors['bright-black'], colors['bright-white'],
  ]);
  expect(Object.values(given).filter((value) => !/^#[0-9a-f]{6}([0-9a-f]{2})?$/.test(String(value)))).toEqual([]);
});

test('where the system asks for contrast, pages that no theme has painted have the colours of the high-contrast themes', () => {
  const css = readFileSync(new URL('../../app/globals.css', import.meta.url), 'utf8');
  for (const [query, name] of [['(prefers-contrast: more)', 'contrast-dark'], ['(prefers-contrast: more) and (prefers-color-scheme: light)', 'contrast-light']]) {
    const block = css.slice(css.indexOf(`@media ${query} {`)).split('}')[0] ?? '';
    const inCss = [...block.matchAll(/(--[\w-]+): ([^;]+);/g)].map(([, property, value]) => [property, value]);
    const theme = themes.find((each) => each.name === name) ?? darkTheme;
    expect(inCss.length).toBe(11);
    expect(propertiesOf(theme)).toEqual(expect.arrayContaining(inCss));
  }
});
