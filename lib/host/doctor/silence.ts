/** Why nothing came, for people. */
export function silence(error: unknown, status?: number): string {
  if (status !== undefined) return `it answered HTTP ${status}`;
  const { name, code, cause, message } = error as { name?: string; code?: string; cause?: { code?: string; message?: string }; message?: string };
  const why = code ?? cause?.code;
  if (name === 'TimeoutError' || name === 'AbortError' || why === 'ETIMEDOUT') return 'it did not answer in time';
  if (why === 'ENOTFOUND' || why === 'EAI_AGAIN') return 'its name is not known (DNS)';
  if (why === 'ECONNREFUSED') return 'nobody listens there';
  if (why === 'ECONNRESET' || why === 'EPIPE' || why === 'UND_ERR_SOCKET') return 'the connection was cut';
  if (why !== undefined && /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/.test(why)) return `its certificate is not good (${why})`;
  // What is no XML or JSON where some was due.
  return why ?? (name === 'SyntaxError' || /deserialization/i.test(message ?? '') ? 'its answer was not understood' : (name ?? 'unknown'));
}
