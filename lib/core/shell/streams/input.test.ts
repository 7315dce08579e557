import { expect, test } from 'vitest';
import { decodeText, encodeText } from '../text.ts';
import { BytesInput } from './input.ts';

test('what was taken up to a delimiter is gone, and what is given back comes before the rest', () => {
  const input = new BytesInput(encodeText('a\nbc\nd\nrest'));
  const text = (bytes: ReturnType<BytesInput['pull']>): string | undefined => (bytes instanceof Uint8Array ? decodeText(bytes) : undefined);
  input.unread(input.pull() as Uint8Array);
  const taken = [text(input.takeUntil(10)), text(input.takeUntil(10))];
  input.unread(encodeText('again\n'));
  taken.push(text(input.takeUntil(10)), text(input.takeUntil(10)), text(input.takeUntil(10)), text(input.pull()), text(input.pull()));
  expect(taken).toEqual(['a', 'bc', 'again', 'd', undefined, 'rest', undefined]);
});
