import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createMetrics, parseSnapshot, type MetricTable } from './metrics.ts';
import { EDGE_METRICS, SELKIE_METRICS } from './selkie-metrics.ts';

const TABLE = {
  calls: { name: 'x_calls_total', help: 'Calls.', type: 'counter', labels: { at: ['edge', 'handler'], kind: ['a', 'other'] } },
  level: { name: 'x_level', help: 'Level.', type: 'gauge', labels: {} },
  took: { name: 'x_seconds', help: 'Time.', type: 'histogram', buckets: [0.1, 1], labels: { at: ['edge'] } },
} as const satisfies MetricTable;

test('the page is what Prometheus reads: cumulative buckets, sum and count, nothing that was not counted', () => {
  const metrics = createMetrics(TABLE);
  metrics.add('calls', { at: 'edge', kind: 'a' });
  metrics.add('calls', { at: 'edge', kind: 'a' }, 2);
  for (const seconds of [0.05, 0.1, 0.5, 7]) metrics.observe('took', { at: 'edge' }, seconds);
  expect(metrics.text()).toBe(`# HELP x_calls_total Calls.
# TYPE x_calls_total counter
x_calls_total{at="edge",kind="a"} 3
# HELP x_seconds Time.
# TYPE x_seconds histogram
x_seconds_bucket{at="edge",le="0.1"} 2
x_seconds_bucket{at="edge",le="1"} 3
x_seconds_bucket{at="edge",le="+Inf"} 4
x_seconds_sum{at="edge"} 7.65
x_seconds_count{at="edge"} 4
`);
  metrics.set('level', {}, 5);
  metrics.set('level', {}, 4);
  expect(metrics.text()).toContain('\nx_level 4\n');
});

test('a label value outside its list makes no series: it is `other`, or it is nothing', () => {
  const metrics = createMetrics(TABLE);
  for (let i = 0; i < 1_000; i++) {
    metrics.add('calls', { at: 'edge', kind: `"} 1\n${i}` as 'a' });
    metrics.add('calls', { at: `${i}` as 'edge', kind: 'a' });
    metrics.observe('took', { at: `${i}` as 'edge' }, 1);
  }
  expect(metrics.text().split('\n').filter((line) => !line.startsWith('#'))).toEqual(['x_calls_total{at="edge",kind="other"} 1000', '']);
});

test("another side's counts join the page by a snapshot, and add up with the same series", () => {
  const [edge, node] = [createMetrics(TABLE), createMetrics(TABLE)];
  edge.add('calls', { at: 'edge', kind: 'a' }, 2);
  edge.observe('took', { at: 'edge' }, 0.5);
  node.add('calls', { at: 'handler', kind: 'a' });
  node.add('calls', { at: 'edge', kind: 'a' });
  const taken = parseSnapshot(TABLE, JSON.stringify(edge.snapshot()))!;
  const lines = node.text(taken).split('\n');
  expect(lines).toEqual(expect.arrayContaining(['x_calls_total{at="handler",kind="a"} 1', 'x_calls_total{at="edge",kind="a"} 3', 'x_seconds_bucket{at="edge",le="1"} 1']));
  expect(node.text().split('\n')).toContain('x_calls_total{at="edge",kind="a"} 1');
});

test('a snapshot that is not whole is none, and series that nobody knows are left out', () => {
  for (const text of ['', 'null', '{}', '[[]]', '[["calls",["edge","a"],[-1]]]', '[["calls",["edge","a"],[1e999]]]', '[["calls",["edge","a"],"1"]]', 'x'.repeat(70_000)]) expect([text.slice(0, 20), parseSnapshot(TABLE, text)]).toEqual([text.slice(0, 20), undefined]);
  const odd = [['calls', ['edge', 'b\n'], [1]], ['calls', ['edge'], [1]], ['__proto__', [], [1]], ['took', ['edge'], [1]], ['nothing', [], [1]], ['level', [], [3]]];
  expect(parseSnapshot(TABLE, JSON.stringify(odd))).toEqual([['level', [], [3]]]);
});

test('the names follow Prometheus: counters end in _total, seconds and bytes say so, no name comes twice', () => {
  const specs = Object.values(SELKIE_METRICS);
  for (const { name, type, labels } of specs) {
    expect(name).toMatch(/^(selkie|process|nodejs)_[a-z_]+$/);
    expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter']);
    for (const list of Object.values(labels)) for (const value of list as readonly string[]) expect(value).toMatch(/^[\w./[\]-]+$/);
  }
  expect(new Set(specs.map(({ name }) => name)).size).toBe(specs.length);
  expect(Object.keys(EDGE_METRICS).every((id) => Object.hasOwn(SELKIE_METRICS, id))).toBe(true);
});

test('every query of the dashboard asks for a metric and labels that exist', () => {
  const { panels } = JSON.parse(readFileSync(new URL('../../infra/grafana-dashboard.json', import.meta.url), 'utf8')) as { panels: { title: string; targets?: { expr: string }[] }[] };
  const asked = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  expect(asked.length).toBeGreaterThan(15);
  const known = new Map(Object.values(SELKIE_METRICS).flatMap((spec): [name: string, labels: string[]][] => {
    const labels = [...Object.keys(spec.labels), 'instance', 'job'];
    return spec.type === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => [spec.name + end, [...labels, 'le']]) : [[spec.name, labels]];
  }));
  const used = new Set<string>();
  for (const expr of asked) {
    for (const [, name = '', selector = ''] of expr.matchAll(/\b((?:selkie|process|nodejs)_\w+)(?:\{([^}]*)\})?/g)) {
      expect([expr, known.has(name)]).toEqual([expr, true]);
      used.add(name.replace(/_(bucket|sum|count)$/, ''));
      for (const [, label = ''] of selector.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"/g)) expect([expr, known.get(name)]).toEqual([expr, expect.arrayContaining([label])]);
    }
    for (const [, list = ''] of expr.matchAll(/\bby \(([^)]*)\)/g)) {
      const [, name = ''] = /((?:selkie|process|nodejs)_\w+)/.exec(expr)!;
      for (const label of list.split(',').map((part) => part.trim())) expect([expr, known.get(name)]).toEqual([expr, expect.arrayContaining([label])]);
    }
  }
  // And every metric of ours is on it.
  expect(Object.values(SELKIE_METRICS).map(({ name }) => name).filter((name) => name.startsWith('selkie_') && !used.has(name))).toEqual([]);
});
