import { expect, test } from 'vitest';
import { isSampled, otlpBody, type Span } from './span.ts';
import { parseTracing } from './tracing-settings.ts';

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector.example:4318' };

test('a span is sent as OTLP has it: ids in hexadecimal, times as text of nanoseconds, kinds by number', () => {
  const settings = parseTracing({ ...endpoint, OTEL_SERVICE_NAME: 'mine', OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=test,team=a%2Cb' })!;
  const span: Span = {
    traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), parentSpanId: 'c'.repeat(16), name: 'redis eval', kind: 'client',
    startMs: 1_763_780_400_123.5, endMs: 1_763_780_400_125, attributes: { 'peer.service': 'redis', n: 2 }, failed: true,
  };
  expect(JSON.parse(otlpBody(settings, [span]))).toEqual({
    resourceSpans: [{
      resource: { attributes: [
        { key: 'deployment.environment', value: { stringValue: 'test' } }, { key: 'team', value: { stringValue: 'a,b' } }, { key: 'service.name', value: { stringValue: 'mine' } },
      ] },
      scopeSpans: [{ scope: { name: 'selkie' }, spans: [{
        traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), parentSpanId: 'c'.repeat(16), name: 'redis eval', kind: 3,
        startTimeUnixNano: '1763780400123500000', endTimeUnixNano: '1763780400125000000',
        attributes: [{ key: 'peer.service', value: { stringValue: 'redis' } }, { key: 'n', value: { intValue: '2' } }], status: { code: 2 },
      }] }],
    }],
  });
});

test('the share of traces is decided by the id alone', () => {
  const [low, high] = [`${'0'.repeat(24)}00000001`, `${'0'.repeat(24)}ffffffff`];
  expect([isSampled(low, 1), isSampled(high, 1), isSampled(low, 0.5), isSampled(high, 0.5), isSampled(low, 0)]).toEqual([true, true, true, false, false]);
});

test('without an endpoint, or switched off, nothing is traced', () => {
  expect([{}, { OTEL_EXPORTER_OTLP_ENDPOINT: '' }, { ...endpoint, OTEL_SDK_DISABLED: 'TRUE' }, { ...endpoint, OTEL_TRACES_EXPORTER: 'none' }].map((record) => parseTracing(record))).toEqual([undefined, undefined, undefined, undefined]);
});

test('the standard variables say where and how', () => {
  expect(parseTracing({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a:4318/base/', OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20x, x-key=1', OTEL_EXPORTER_OTLP_TIMEOUT: '500',
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.25', OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  })).toEqual({ url: 'http://a:4318/base/v1/traces', headers: { authorization: 'Bearer x', 'x-key': '1' }, timeoutMs: 500, serviceName: 'selkie', resource: {}, ratio: 0.25 });
  expect(parseTracing({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://b/spans', OTEL_TRACES_SAMPLER: 'always_off' })).toMatchObject({ url: 'http://b/spans', ratio: 0 });
});

test.each([
  ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'], ['OTEL_EXPORTER_OTLP_PROTOCOL', 'http/protobuf'], ['OTEL_TRACES_SAMPLER', 'jaeger_remote'], ['OTEL_TRACES_SAMPLER_ARG', '2'], ['OTEL_TRACES_SAMPLER_ARG', 'x'],
  ['OTEL_EXPORTER_OTLP_TIMEOUT', '0'], ['OTEL_EXPORTER_OTLP_HEADERS', 'hush'], ['OTEL_EXPORTER_OTLP_HEADERS', 'a=hush%0d%0a'], ['OTEL_EXPORTER_OTLP_HEADERS', 'a=hush%'], ['OTEL_RESOURCE_ATTRIBUTES', '=hush'],
])('%s=%s stops the start with its name, and is not repeated where it may be a key', (name, value) => {
  expect(() => parseTracing({ ...endpoint, [name]: value })).toThrow(expect.objectContaining({ message: expect.stringMatching(new RegExp(`^${name} (?!.*hush)`)) as string }) as Error);
});
