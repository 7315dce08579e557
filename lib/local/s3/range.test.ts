import { expect, test } from 'vitest';
import { parseRange } from './range.ts';
import { S3Error } from './s3-error.ts';

test.each([
  ['bytes=0-0', 10, { first: 0, last: 0 }],
  ['bytes=0-9', 10, { first: 0, last: 9 }],
  ['bytes=2-', 10, { first: 2, last: 9 }],
  ['bytes=5-99', 10, { first: 5, last: 9 }],
  ['bytes=-3', 10, { first: 7, last: 9 }],
  ['bytes=-99', 10, { first: 0, last: 9 }],
  [undefined, 10, null],
  ['', 10, null],
  ['bytes=-', 10, null],
  ['bytes=5-2', 10, null],
  ['bytes=0-1,4-5', 10, null],
  ['items=0-1', 10, null],
  ['bytes=a-b', 10, null],
])('Range %s of %i bytes', (header, size, expected) => {
  expect(parseRange(header, size)).toEqual(expected);
});

test.each([
  ['bytes=10-', 10],
  ['bytes=10-20', 10],
  ['bytes=-0', 10],
  ['bytes=0-', 0],
  ['bytes=-5', 0],
])('Range %s of %i bytes has no byte: 416 with the size', (header, size) => {
  let thrown: unknown;
  try {
    parseRange(header, size);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(S3Error);
  expect(thrown).toMatchObject({ code: 'InvalidRange', status: 416, headers: { 'content-range': `bytes */${size}` } });
});
