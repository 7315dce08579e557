import { textWidth } from './width.ts';

/** Breaks a sentence at spaces so that no line is wider than `columns`; a longer word (an address) keeps whole. */
export function wrapWords(sentence: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of sentence.split(' ')) {
    if (line !== '' && textWidth(line) + 1 + textWidth(word) > columns) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
