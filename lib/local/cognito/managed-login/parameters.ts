import type { ServiceRequest } from '../../service.ts';

export type Parameters = ReadonlyMap<string, string>;

/** Decodes `application/x-www-form-urlencoded`; also says which names came twice, which RFC 6749 3.1 forbids. */
export function parseParameters(text: string): { parameters: Parameters; repeated: ReadonlySet<string> } {
  const parameters = new Map<string, string>();
  const repeated = new Set<string>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (parameters.has(name)) repeated.add(name);
    parameters.set(name, value);
  }
  return { parameters, repeated };
}

/** The parameters of a posted form; undefined when it is of another type, no UTF-8, or repeats a name. */
export function parseForm(request: ServiceRequest): Parameters | undefined {
  if (request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() !== 'application/x-www-form-urlencoded') return undefined;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(request.body);
  } catch {
    return undefined;
  }
  const { parameters, repeated } = parseParameters(text);
  return repeated.size > 0 ? undefined : parameters;
}
