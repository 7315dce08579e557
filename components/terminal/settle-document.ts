import type { ThreeWayPart } from '@/lib/core/sync/history-three-way.ts';

/** What a person is asked to settle. */
export interface SettleQuestion {
  /** Of the file that kept the name, for the bar. */
  name: string;
  /** Where the copy is from. */
  device: string;
  parts: readonly ThreeWayPart[];
}

export type Choice = 'yours' | 'theirs' | 'both' | 'base';

/** The answers so far. */
export interface SettleDocument {
  readonly open: number;
  readonly answered: number;
  /** The text of one open part, by its index among all parts; undefined: not answered. */
  answer(index: number): string | undefined;
  /** Takes a version, or what was typed. */
  choose(index: number, choice: Choice | { typed: string }): void;
  /** The whole text; undefined until everything is answered. */
  text(): string | undefined;
}

export function openSettleDocument({ parts }: SettleQuestion): SettleDocument {
  const answers = new Map<number, string>();
  const openParts = parts.filter(({ kind }) => kind === 'open').length;
  return {
    open: openParts,
    get answered() {
      return answers.size;
    },
    answer: (index) => answers.get(index),
    choose(index, choice) {
      const part = parts[index];
      if (part?.kind !== 'open') throw new RangeError(`part ${index} is not open`);
      if (typeof choice === 'object') answers.set(index, choice.typed);
      else if (choice === 'both') answers.set(index, `${withEnd(part.yours)}${part.theirs}`);
      else answers.set(index, (choice === 'base' ? part.base : part[choice]) ?? '');
    },
    text() {
      if (answers.size < openParts) return undefined;
      return parts.map((part, index) => (part.kind === 'settled' ? part.text : answers.get(index) ?? '')).join('');
    },
  };
}

/** Two last lines without an end would become one. */
const withEnd = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);

/** Lines of a settled part that are shown before and after an open one; those between are counted. */
export function contextOf(text: string, isFirst: boolean, isLast: boolean, shown = 3): { before: string; left: number; after: string } {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const head = isFirst ? 0 : shown;
  const tail = isLast ? 0 : shown;
  if (lines.length <= head + tail + 1) return { before: lines.join(''), left: 0, after: '' };
  return { before: lines.slice(0, head).join(''), left: lines.length - head - tail, after: tail === 0 ? '' : lines.slice(-tail).join('') };
}
