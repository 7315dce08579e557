/**
 * What came of every request: how long each kind took, and each outcome that was not the one asked for. `later` is the
 * only failure that a person is promised: 503 with Retry-After, or the same as a value of the sync action.
 */
export type Outcome = 'ok' | 'later' | (string & {});

export interface KindFigures {
  requests: number;
  ok: number;
  later: number;
  /** Everything else, by name. */
  errors: Record<string, number>;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
}

export interface Tally {
  note(kind: string, startedMs: number, endedMs: number, outcome: Outcome): void;
  figures(): Record<string, KindFigures>;
  /** The first time at or after `atMs` that a request of one of these kinds ended well; undefined: never. */
  firstOkAfter(atMs: number, kinds: readonly string[]): number | undefined;
  /** Longest stretch without any request that ended well, between two times. */
  longestSilenceMs(fromMs: number, toMs: number): number;
  total(): number;
}

interface Kind {
  times: number[];
  okAt: number[];
  later: number;
  errors: Map<string, number>;
}

export function createTally(): Tally {
  const kinds = new Map<string, Kind>();
  const of = (name: string): Kind => {
    let kind = kinds.get(name);
    if (kind === undefined) kinds.set(name, (kind = { times: [], okAt: [], later: 0, errors: new Map() }));
    return kind;
  };
  return {
    note(name, startedMs, endedMs, outcome) {
      const kind = of(name);
      kind.times.push(endedMs - startedMs);
      if (outcome === 'ok') kind.okAt.push(endedMs);
      else if (outcome === 'later') kind.later += 1;
      else kind.errors.set(outcome, (kind.errors.get(outcome) ?? 0) + 1);
    },
    figures: () => Object.fromEntries([...kinds].map(([name, kind]) => {
      const sorted = kind.times.toSorted((a, b) => a - b);
      return [name, {
        requests: sorted.length, ok: kind.okAt.length, later: kind.later, errors: Object.fromEntries(kind.errors),
        p50Ms: rank(sorted, 0.5), p99Ms: rank(sorted, 0.99), maxMs: sorted.at(-1) ?? 0,
      }];
    })),
    firstOkAfter(atMs, names) {
      const times = names.flatMap((name) => kinds.get(name)?.okAt ?? []).filter((time) => time >= atMs);
      return times.length === 0 ? undefined : times.reduce((least, time) => Math.min(least, time));
    },
    longestSilenceMs(fromMs, toMs) {
      const times = [...kinds.values()].flatMap(({ okAt }) => okAt).filter((time) => time > fromMs && time < toMs).toSorted((a, b) => a - b);
      return [...times, toMs].reduce(({ last, longest }, time) => ({ last: time, longest: Math.max(longest, time - last) }), { last: fromMs, longest: 0 }).longest;
    },
    total: () => [...kinds.values()].reduce((sum, { times }) => sum + times.length, 0),
  };
}

/** Nearest rank; 0 of none. */
function rank(sorted: readonly number[], part: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? 0;
}
