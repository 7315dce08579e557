import { expect, test } from 'vitest';
import { unsavedNotice } from './unsaved-notice.ts';

const said = (...paths: string[]) => unsavedNotice(paths.map((path) => ({ path })));

test('unsaved text is named as it would be typed, each file once, and not more than three', () => {
  expect(said()).toBeUndefined();
  expect(said('/home/me/notes.md', '/home/me/notes.md')).toBe('Text of ~/notes.md that was not saved is kept; `edit ~/notes.md` offers it.');
  expect(said("/home/me/it's mine.md")).toBe("Text of ~/'it'\\''s mine.md' that was not saved is kept; `edit ~/'it'\\''s mine.md'` offers it.");
  expect(said('/tmp/a', '/home/me/été.md')).toBe('Text of 2 files that was not saved is kept; `edit` offers it: /tmp/a, ~/été.md.');
  expect(said('/tmp/a', '/tmp/b', '/tmp/c', '/tmp/d', '/tmp/e')).toBe('Text of 5 files that was not saved is kept; `edit` offers it: /tmp/a, /tmp/b, /tmp/c and 2 more.');
});
