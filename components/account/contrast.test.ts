import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('../../app/globals.css', import.meta.url), 'utf8');
const light = css.slice(css.indexOf('@media (prefers-color-scheme: light)'), css.indexOf('*,\n*::before'));
const dark = css.slice(0, css.indexOf('@media (prefers-color-scheme: light)'));

/** WCAG 2.2: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(a: string, b: string): number {
  const [brighter, darker] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (brighter + 0.05) / (darker + 0.05);
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((start) => {
    const channel = Number.parseInt(colour.slice(start, start + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function token(scheme: string, name: string): string {
  const value = new RegExp(`--${name}: (#[0-9a-f]{6});`).exec(scheme)?.[1];
  if (value === undefined) throw new Error(`--${name} is missing`);
  return value;
}

describe.each([['dark', dark], ['light', light]])('in the %s scheme', (_name, scheme) => {
  it.each(['fg', 'muted', 'accent', 'ok', 'warn', 'error'])('--%s can be read on both backgrounds', (name) => {
    expect(contrast(token(scheme, name), token(scheme, 'bg'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(token(scheme, name), token(scheme, 'surface'))).toBeGreaterThanOrEqual(4.5);
  });

  it('a button can be read, and the edge of a control be seen', () => {
    expect(contrast(token(scheme, 'on-accent'), token(scheme, 'accent'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(token(scheme, 'on-accent'), token(scheme, 'error'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(token(scheme, 'control'), token(scheme, 'bg'))).toBeGreaterThanOrEqual(3);
    expect(contrast(token(scheme, 'control'), token(scheme, 'surface'))).toBeGreaterThanOrEqual(3);
  });
});
