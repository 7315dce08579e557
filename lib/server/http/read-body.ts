import 'server-only';

export type BodyReading = { kind: 'text'; text: string } | { kind: 'too-large' } | { kind: 'broken' };

/** Reads a body piece by piece and stops at the limit: Content-Length is only what the client says. */
export async function readBody(request: Request, maxBytes: number): Promise<BodyReading> {
  if (Number(request.headers.get('content-length') ?? '0') > maxBytes) return { kind: 'too-large' };
  if (request.body === null) return { kind: 'text', text: '' };
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const reader = request.body.getReader();
  let text = '';
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { kind: 'text', text: text + decoder.decode() };
      bytes += value.byteLength;
      if (bytes > maxBytes) {
        void reader.cancel().catch(() => undefined);
        return { kind: 'too-large' };
      }
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    return { kind: 'broken' };
  }
}
