import * as v from 'valibot';

/**
 * OpenTelemetry by its own variables (https://opentelemetry.io/docs/specs/otel/protocol/exporter/,
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/). Nothing is traced unless an endpoint is named.
 */
export interface TracingSettings {
  /** Where spans are posted, e.g. `http://collector:4318/v1/traces`. */
  url: string;
  headers: Readonly<Record<string, string>>;
  timeoutMs: number;
  serviceName: string;
  resource: Readonly<Record<string, string>>;
  /** Share of the requests that are traced, 0 to 1. */
  ratio: number;
}

export const TRACING_NAMES = [
  'OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_EXPORTER_OTLP_TRACES_HEADERS',
  'OTEL_EXPORTER_OTLP_PROTOCOL', 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'OTEL_EXPORTER_OTLP_TIMEOUT', 'OTEL_TRACES_EXPORTER',
  'OTEL_SDK_DISABLED', 'OTEL_SERVICE_NAME', 'OTEL_RESOURCE_ATTRIBUTES', 'OTEL_TRACES_SAMPLER', 'OTEL_TRACES_SAMPLER_ARG',
] as const;

const SAMPLERS = /^(parentbased_)?(always_on|always_off|traceidratio)$/;
const url = v.pipe(v.string(), v.url(), v.regex(/^https?:\/\/[^@\s]+$/));

/** Undefined: no traces. Throws an Error whose sentence names the variable. An empty value counts as absent. */
export function parseTracing(record: Readonly<Record<string, string | undefined>>): TracingSettings | undefined {
  const read = (name: (typeof TRACING_NAMES)[number]): string | undefined => (record[name] === '' ? undefined : record[name]?.trim());
  const base = read('OTEL_EXPORTER_OTLP_ENDPOINT');
  const whole = read('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT');
  if (base === undefined && whole === undefined) return undefined;
  for (const [name, value] of [['OTEL_EXPORTER_OTLP_ENDPOINT', base], ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', whole]] as const) {
    if (value !== undefined && !v.is(url, value)) throw new Error(`${name} must be an http or https URL such as http://collector:4318, without a user name.`);
  }
  for (const name of ['OTEL_EXPORTER_OTLP_PROTOCOL', 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'] as const) {
    if (!['http/json', undefined].includes(read(name))) throw new Error(`${name} must be http/json or unset: it is the form that Selkie sends, and every collector takes it on port 4318.`);
  }
  const sampler = read('OTEL_TRACES_SAMPLER') ?? 'parentbased_always_on';
  if (!SAMPLERS.test(sampler)) throw new Error('OTEL_TRACES_SAMPLER must be always_on, always_off or traceidratio, each also with parentbased_ before it.');
  const share = Number(read('OTEL_TRACES_SAMPLER_ARG') ?? '1');
  if (!(share >= 0 && share <= 1)) throw new Error('OTEL_TRACES_SAMPLER_ARG must be a share from 0 to 1.');
  const timeoutMs = Number(read('OTEL_EXPORTER_OTLP_TIMEOUT') ?? '10000');
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > 60_000) throw new Error('OTEL_EXPORTER_OTLP_TIMEOUT must be milliseconds from 1 to 60000.');
  const headersName = read('OTEL_EXPORTER_OTLP_TRACES_HEADERS') === undefined ? 'OTEL_EXPORTER_OTLP_HEADERS' : 'OTEL_EXPORTER_OTLP_TRACES_HEADERS';
  const settings = {
    url: whole ?? `${base!.replace(/\/+$/, '')}/v1/traces`,
    headers: parsePairs(headersName, read(headersName), /^[!#$%&'*+.^_`|~\w-]{1,100}$/),
    timeoutMs,
    serviceName: read('OTEL_SERVICE_NAME') ?? 'selkie',
    resource: parsePairs('OTEL_RESOURCE_ATTRIBUTES', read('OTEL_RESOURCE_ATTRIBUTES'), /^[\w./-]{1,100}$/),
    ratio: sampler.endsWith('always_on') ? 1 : sampler.endsWith('always_off') ? 0 : share,
  };
  const isOff = read('OTEL_SDK_DISABLED')?.toLowerCase() === 'true' || read('OTEL_TRACES_EXPORTER') === 'none';
  return isOff ? undefined : settings;
}

/** `a=1,b=2`, values percent-encoded as in W3C baggage. The message never repeats a value: it may be a key. */
function parsePairs(name: string, text: string | undefined, key: RegExp): Record<string, string> {
  const pairs: Record<string, string> = {};
  for (const item of (text ?? '').split(',').map((part) => part.trim()).filter((part) => part !== '')) {
    const at = item.indexOf('=');
    const known = item.slice(0, at).trim();
    let value: string | undefined;
    try {
      value = decodeURIComponent(item.slice(at + 1).trim());
    } catch {
      value = undefined;
    }
    if (at < 1 || !key.test(known) || value === undefined || /[\r\n\0]/.test(value)) throw new Error(`${name} must be pairs such as name=value,other=value, percent-encoded.`);
    pairs[known] = value;
  }
  return pairs;
}
