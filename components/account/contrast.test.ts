import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { contrast } from '../testing/contrast.ts';

const css = readFileSync(new URL('../../app/globals.css', import.meta.url), 'utf8');
const light = css.slice(css.indexOf('@media (prefers-color-scheme: light)'), css.indexOf('*,\n*::before'));
const dark = css.slice(0, css.indexOf('@media (prefers-color-scheme: light)'));

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
