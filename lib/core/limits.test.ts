import { expect, test } from 'vitest';
import * as limits from './limits.ts';

test('two versions of the largest file fit into the localStorage of an origin beside the reserve', () => {
  // 5,177,344 UTF-16 units were measured in Chromium; two bytes of a file fit into one unit.
  const unitsPerFile = limits.fileMaxBytes / 2;
  expect(unitsPerFile * 2 + limits.storageReserveUnits).toBeLessThan(5_177_344);
});
