import 'client-only';
import * as v from 'valibot';
import type { Files } from '@/lib/core/fs/files.ts';
import { directoryOf } from '@/lib/core/fs/path.ts';
import { HISTORY_DIRECTORY as DIRECTORY } from '@/lib/core/fs/places.ts';
import * as limits from '@/lib/core/limits.ts';
import type { HistoryRecord } from '@/lib/core/shell/command.ts';
import { formatHistoryLine, parseHistoryLines } from '@/lib/core/tty/history-line.ts';

/**
 * The history that follows a person to every device: small files of JSON lines below `~/.local/state/selkie/history`, each written
 * by one device alone, so that two devices never change the same file. A device fills a file up to `historyFileMaxBytes` and
 * begins the next: what is sent with each batch stays small. What was forgotten is written down by its times, so that a device
 * that was away does not bring it back.
 *
 * Rejected: one file for all devices, which every batch of two devices would have to merge.
 */
/** Which lines are gone: all up to a time, and single ones by theirs. */
export interface Forgotten {
  before: number;
  at: readonly number[];
}

export const forgottenSchema = v.object({ before: v.number(), at: v.array(v.number()) });

export const NOTHING_FORGOTTEN: Forgotten = { before: Number.NEGATIVE_INFINITY, at: [] };

export function joinForgotten(one: Forgotten, other: Forgotten): Forgotten {
  const before = Math.max(one.before, other.before);
  const at = [...new Set([...one.at, ...other.at])].filter((each) => each > before).sort((left, right) => left - right);
  return { before, at: at.slice(-limits.historyForgottenMax) };
}

/** The records that are not forgotten. */
export function withoutForgotten(records: readonly HistoryRecord[], { before, at }: Forgotten): HistoryRecord[] {
  const gone = new Set(at);
  return records.filter((record) => record.at > before && !gone.has(record.at));
}

export interface HistoryFiles {
  /** Of all devices, in no order. */
  read(): { records: HistoryRecord[]; forgotten: Forgotten };
  /** @throws FsError where they cannot be kept. */
  append(records: readonly HistoryRecord[]): void;
  /** Takes these out of the files of every device, and writes down that they are gone. @throws FsError */
  forget(gone: Forgotten): void;
  /** Whether a changed path is another device's history. */
  isOthers(path: string): boolean;
}

/** `device`: begins the names of this browser's files, which no other may have. */
export function historyFiles(files: Files, device: string): HistoryFiles {
  const names = (): string[] => {
    try {
      return files.list(DIRECTORY).filter(({ kind }) => kind === 'file').map(({ name }) => name);
    } catch {
      return [];
    }
  };
  const text = (name: string): string => {
    try {
      return new TextDecoder().decode(files.read(`${DIRECTORY}/${name}`));
    } catch {
      return '';
    }
  };
  const write = (name: string, content: string): void => {
    makeDirectories(files, DIRECTORY);
    files.write(`${DIRECTORY}/${name}`, new TextEncoder().encode(content));
  };
  /** This device's, the oldest first. */
  const own = (): { name: string; number: number }[] => names()
    .map((name) => ({ name, number: Number(new RegExp(`^${device}\\.(\\d+)\\.jsonl$`).exec(name)?.[1] ?? Number.NaN) }))
    .filter(({ number }) => !Number.isNaN(number)).sort((left, right) => left.number - right.number);
  const readForgotten = (): Forgotten => names().filter((name) => name.endsWith('.forgotten.json')).map((name) => parseForgotten(text(name)))
    .reduce(joinForgotten, NOTHING_FORGOTTEN);

  return {
    read() {
      return { records: names().filter((name) => name.endsWith('.jsonl')).flatMap((name) => parseHistoryLines(text(name))), forgotten: readForgotten() };
    },
    append(records) {
      if (records.length === 0) return;
      const mine = own();
      const last = mine[mine.length - 1];
      let number = last?.number ?? 1;
      let content = last === undefined ? '' : text(last.name);
      for (const record of records) {
        const line = formatHistoryLine(record);
        if (content !== '' && content.length + line.length > limits.historyFileMaxBytes) {
          write(`${device}.${number}.jsonl`, content);
          number += 1;
          content = '';
        }
        content += line;
      }
      write(`${device}.${number}.jsonl`, content);
      for (const { name } of own().slice(0, -limits.historyFilesPerDevice)) files.remove(`${DIRECTORY}/${name}`);
      removeOldest(files, names().filter((name) => name.endsWith('.jsonl')), (name) => name.startsWith(`${device}.`));
    },
    forget(gone) {
      const forgotten = joinForgotten(readForgotten(), gone);
      for (const name of names()) {
        if (!name.endsWith('.jsonl')) continue;
        const records = parseHistoryLines(text(name));
        const left = withoutForgotten(records, forgotten);
        if (left.length === 0) files.remove(`${DIRECTORY}/${name}`);
        else if (left.length < records.length) write(name, left.map(formatHistoryLine).join(''));
      }
      // JSON knows no infinity.
      write(`${device}.forgotten.json`, `${JSON.stringify({ before: Math.max(forgotten.before, -1), at: forgotten.at })}\n`);
    },
    isOthers: (path) => path.startsWith(`${DIRECTORY}/`) && !path.startsWith(`${DIRECTORY}/${device}.`),
  };
}

export function parseForgotten(text: string): Forgotten {
  try {
    const parsed = v.safeParse(forgottenSchema, JSON.parse(text));
    return parsed.success ? parsed.output : NOTHING_FORGOTTEN;
  } catch {
    return NOTHING_FORGOTTEN;
  }
}

/** Devices that are no more leave files behind; past the limit the ones changed longest ago go. */
function removeOldest(files: Files, names: readonly string[], isOwn: (name: string) => boolean): void {
  const all = names.map((name) => ({ name, stat: files.stat(`${DIRECTORY}/${name}`) }))
    .sort((left, right) => (left.stat?.mtimeMs ?? 0) - (right.stat?.mtimeMs ?? 0));
  let bytes = all.reduce((sum, { stat }) => sum + (stat?.size ?? 0), 0);
  for (const { name, stat } of all) {
    if (bytes <= limits.historyFilesMaxBytes) return;
    if (isOwn(name)) continue;
    files.remove(`${DIRECTORY}/${name}`);
    bytes -= stat?.size ?? 0;
  }
}

function makeDirectories(files: Files, path: string): void {
  if (files.stat(path)?.kind === 'directory') return;
  makeDirectories(files, directoryOf(path));
  files.makeDirectory(path);
}
