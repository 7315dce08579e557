import type { Reply } from './engine.ts';

/** A stream as ioredis-mock keeps it. Every id ends in `-0`; a second entry in one millisecond takes the next one. */
export type StreamEntry = [id: string, fields: string[]];

/** The stream commands done right, over the mock's data: its own ids are counters and its ranges know no full ids. */
export function runStreamCommand(name: string, entries: StreamEntry[], parameters: readonly string[], nowMs: number): { reply: Reply; entries: StreamEntry[] } {
  switch (name) {
    case 'XLEN':
      return { reply: entries.length, entries };
    case 'XRANGE':
    case 'XREVRANGE': {
      const [first = '', second = '', option, count] = parameters;
      const [low, high] = name === 'XRANGE' ? [first, second] : [second, first];
      if (parameters.length > 2 && (parameters.length !== 4 || option?.toUpperCase() !== 'COUNT')) throw new Error('ERR syntax error');
      const isWithin = within(low, high);
      const found = entries.filter(([id]) => isWithin(id));
      if (name === 'XREVRANGE') found.reverse();
      const limited = count === undefined ? found : found.slice(0, integer(count));
      return { reply: limited.map(([id, fields]) => [Buffer.from(id), fields.map((field) => Buffer.from(field))]), entries };
    }
    case 'XDEL': {
      const kept = entries.filter(([id]) => !parameters.includes(id) && !parameters.includes(id.slice(0, -2)));
      return { reply: entries.length - kept.length, entries: kept };
    }
    case 'XTRIM': {
      const { max, rest } = maxLength(parameters);
      if (max === undefined || rest.length > 0) throw new Error('ERR syntax error');
      const kept = max === 0 ? [] : entries.slice(-max);
      return { reply: entries.length - kept.length, entries: kept };
    }
    default: {
      const { max, rest } = maxLength(parameters);
      const [id, ...fields] = rest;
      if (fields.length === 0 || fields.length % 2 === 1) throw new Error("ERR wrong number of arguments for 'xadd' command");
      if (id !== '*') throw new Error('ERR only * is available as the id of XADD here');
      const last = Number.parseInt(entries.at(-1)?.[0] ?? '0', 10);
      const added: StreamEntry = [`${Math.max(nowMs, last + 1)}-0`, fields];
      const all = [...entries, added];
      return { reply: Buffer.from(added[0]), entries: max === undefined ? all : max === 0 ? [] : all.slice(-max) };
    }
  }
}

function maxLength(parameters: readonly string[]): { max?: number; rest: readonly string[] } {
  if (parameters[0]?.toUpperCase() !== 'MAXLEN') return { rest: parameters };
  const at = parameters[1] === '~' || parameters[1] === '=' ? 2 : 1;
  return { max: integer(parameters[at] ?? ''), rest: parameters.slice(at + 1) };
}

function within(low: string, high: string): (id: string) => boolean {
  const [from, to] = [bound(low, 0), bound(high, Number.POSITIVE_INFINITY)];
  return (id) => {
    const ms = Number.parseInt(id, 10);
    const after = ms > from.ms || (ms === from.ms && (from.isOpen ? 0 > from.seq : 0 >= from.seq));
    const before = ms < to.ms || (ms === to.ms && (to.isOpen ? 0 < to.seq : 0 <= to.seq));
    return after && before;
  };
}

function bound(text: string, seqIfAbsent: number): { ms: number; seq: number; isOpen: boolean } {
  if (text === '-') return { ms: Number.NEGATIVE_INFINITY, seq: 0, isOpen: false };
  if (text === '+') return { ms: Number.POSITIVE_INFINITY, seq: 0, isOpen: false };
  const parts = /^(\(?)(\d+)(?:-(\d+))?$/.exec(text);
  if (parts === null) throw new Error('ERR Invalid stream ID specified as stream command argument');
  return { ms: Number(parts[2]), seq: parts[3] === undefined ? seqIfAbsent : Number(parts[3]), isOpen: parts[1] === '(' };
}

function integer(text: string): number {
  if (!/^-?\d{1,15}$/.test(text)) throw new Error('ERR value is not an integer or out of range');
  return Number(text);
}
