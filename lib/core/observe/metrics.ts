import * as v from 'valibot';

/**
 * A registry of metrics in Prometheus' text format (https://prometheus.io/docs/instrumenting/exposition_formats/):
 *
 *   table of metrics ─► add / set / observe ─► text
 *                        snapshot ─► (another process or sandbox) ─► text(snapshot)
 *
 * Every label has a closed list of values, so the number of series is known before the first request: no path, name or header
 * can make one, and a value outside the list is counted as `other` where the list has it, else dropped. Rejected: prom-client, whose labels take any
 * string and which cannot run in the edge's sandbox, whose counts are to be one page with the handlers'.
 */
export interface MetricSpec {
  /** `selkie_…_total`, `…_seconds`, `…_bytes`. */
  name: string;
  help: string;
  type: 'counter' | 'gauge' | 'histogram';
  labels: Readonly<Record<string, readonly string[]>>;
  /** Upper bounds in seconds; of a histogram alone. */
  buckets?: readonly number[];
}

export type MetricTable = Readonly<Record<string, MetricSpec>>;
type LabelsOf<Spec extends MetricSpec> = { [Name in keyof Spec['labels']]: Spec['labels'][Name][number] };

export interface Metrics<Table extends MetricTable> {
  /** Of a counter. */
  add<Id extends keyof Table & string>(id: Id, labels: LabelsOf<Table[Id]>, by?: number): void;
  /** Of a gauge. */
  set<Id extends keyof Table & string>(id: Id, labels: LabelsOf<Table[Id]>, value: number): void;
  /** Of a histogram, in seconds. */
  observe<Id extends keyof Table & string>(id: Id, labels: LabelsOf<Table[Id]>, seconds: number): void;
  snapshot(): MetricSnapshot;
  /** All series, and those of `others` (of other label values; the same would be added up). */
  text(others?: MetricSnapshot): string;
}

/** [metric, values of its labels, value, or of a histogram its buckets' counts, its sum]. */
export type MetricSnapshot = [id: string, labels: string[], value: number[]][];

const snapshotShape = v.pipe(
  v.string(), v.maxLength(64 * 1024), v.parseJson(),
  v.array(v.tuple([v.string(), v.array(v.string()), v.array(v.pipe(v.number(), v.finite(), v.minValue(0)))])),
);

/** What came over a border; undefined when it is not whole, and without series that the table does not know. */
export function parseSnapshot(table: MetricTable, text: string): MetricSnapshot | undefined {
  const parsed = v.safeParse(snapshotShape, text);
  if (!parsed.success) return undefined;
  return parsed.output.filter(([id, labels, value]) => {
    const spec = Object.hasOwn(table, id) ? table[id] : undefined;
    if (spec === undefined) return false;
    const lists = Object.values(spec.labels);
    return labels.length === lists.length && lists.every((list, at) => list.includes(labels[at]!)) && value.length === sizeOf(spec);
  });
}

function sizeOf(spec: MetricSpec): number {
  return spec.type === 'histogram' ? spec.buckets!.length + 2 : 1;
}

export function createMetrics<Table extends MetricTable>(table: Table): Metrics<Table> {
  const series = new Map<string, { id: string; labels: string[]; value: number[] }>();

  const find = (id: string, given: Readonly<Record<string, string>>): number[] | undefined => {
    const spec = table[id]!;
    const labels: string[] = [];
    for (const [name, allowed] of Object.entries(spec.labels)) {
      const value = given[name] ?? '';
      const known = allowed.includes(value) ? value : allowed.includes('other') ? 'other' : undefined;
      if (known === undefined) return undefined;
      labels.push(known);
    }
    const key = [id, ...labels].join('\n');
    let found = series.get(key);
    if (found === undefined) series.set(key, (found = { id, labels, value: Array.from({ length: sizeOf(spec) }, () => 0) }));
    return found.value;
  };

  return {
    add(id, labels, by = 1) {
      const value = find(id, labels);
      if (value !== undefined) value[0]! += by;
    },
    set(id, labels, to) {
      const value = find(id, labels);
      if (value !== undefined) value[0] = to;
    },
    observe(id, labels, seconds) {
      const value = find(id, labels);
      if (value === undefined) return;
      // The first bucket that is large enough; the last of all is +Inf, and behind it stands the sum.
      const { buckets = [] } = table[id]!;
      const at = buckets.findIndex((bound) => seconds <= bound);
      value[at < 0 ? buckets.length : at]! += 1;
      value[buckets.length + 1]! += seconds;
    },
    snapshot: () => [...series.values()].map(({ id, labels, value }) => [id, labels, [...value]]),
    text(others = []) {
      const own = [...series.values()].map(({ id, labels, value }) => [id, labels, value] as const);
      const lines: string[] = [];
      for (const [id, spec] of Object.entries(table)) {
        const merged = new Map<string, { labels: readonly string[]; value: number[] }>();
        for (const [of, labels, value] of [...own, ...others]) {
          if (of !== id) continue;
          const key = labels.join('\n');
          const before = merged.get(key)?.value;
          merged.set(key, { labels, value: value.map((part, at) => part + (before?.[at] ?? 0)) });
        }
        if (merged.size === 0) continue;
        lines.push(`# HELP ${spec.name} ${spec.help}`, `# TYPE ${spec.name} ${spec.type}`);
        for (const { labels, value } of merged.values()) lines.push(...samples(spec, labels, value));
      }
      return `${lines.join('\n')}\n`;
    },
  };
}

function samples(spec: MetricSpec, labels: readonly string[], value: readonly number[]): string[] {
  const pairs = Object.keys(spec.labels).map((name, at) => `${name}="${labels[at]}"`);
  const named = (suffix: string, extra: readonly string[], count: number) => {
    const all = [...pairs, ...extra];
    return `${spec.name}${suffix}${all.length === 0 ? '' : `{${all.join(',')}}`} ${count}`;
  };
  if (spec.type !== 'histogram') return [named('', [], value[0]!)];
  const { buckets = [] } = spec;
  let count = 0;
  const lines = [...buckets.map(String), '+Inf'].map((bound, at) => {
    count += value[at]!;
    return named('_bucket', [`le="${bound}"`], count);
  });
  return [...lines, named('_sum', [], Number(value[buckets.length + 1]!.toPrecision(12))), named('_count', [], count)];
}
