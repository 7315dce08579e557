import { encode } from 'uqr';
import { expect, it } from 'vitest';
import { qrPath } from './qr-path.ts';

/** Draws the path as a browser would: every rectangle fills its modules. */
function draw(path: string, size: number): boolean[][] {
  const modules = Array.from({ length: size }, () => Array.from({ length: size }, () => false));
  for (const [, x, y, width, back] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-(\d+)z/g)) {
    if (back !== width) throw new Error(`a rectangle of ${width} goes back ${back}`);
    for (let at = Number(x); at < Number(x) + Number(width); at++) {
      if (modules[Number(y)]![at] !== false) throw new Error(`${at},${y} is drawn twice, or outside`);
      modules[Number(y)]![at] = true;
    }
  }
  return modules;
}

it('the drawn path has exactly the dark modules of the code', () => {
  const uri = 'otpauth://totp/Selkie:ada%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Selkie';
  const { data, size } = encode(uri, { ecc: 'M', border: 4 });
  expect(draw(qrPath(data), size)).toEqual(data);
});

it('holds nothing but rectangles, and nothing for nothing', () => {
  expect(qrPath([[true, true, false, true], [false, false, false, false], [false, false, false, true]])).toBe('M0 0h2v1h-2zM3 0h1v1h-1zM3 2h1v1h-1z');
  expect(qrPath([[false]])).toBe('');
});
