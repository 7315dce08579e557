import { createHmac } from 'node:crypto';
import { ALGORITHM, canonicalRequest, requestSignature, sha256Hex } from '../../s3/sigv4.ts';

export interface SigningChange {
  id?: string;
  secret?: string;
  /** As in `X-Amz-Date`. */
  date?: string;
  region?: string;
  service?: string;
}

/** The key that test pools know, by id. */
export const accessKeys: ReadonlyMap<string, string> = new Map([['AKTEST', 'key-secret']]);

/** Headers of a Cognito call that is signed as the SDK does it; a change makes it a forgery. */
export function signRequest(operation: string, body: string, nowMs: number, change: SigningChange = {}): Record<string, string> {
  const { id = 'AKTEST', secret = 'key-secret', region = 'eu-west-1', service = 'cognito-idp' } = change;
  const date = change.date ?? new Date(nowMs).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = [date.slice(0, 8), region, service, 'aws4_request'];
  const headers: Record<string, string> = { host: 'cognito.test', 'x-amz-date': date, 'x-amz-target': `AWSCognitoIdentityProviderService.${operation}` };
  const names = Object.keys(headers).sort();
  const canonical = canonicalRequest({ method: 'POST', path: '/', query: [], headers: names.map((name) => [name, headers[name]!] as const), payloadHash: sha256Hex(body) });
  const key = scope.reduce<Buffer>((k, part) => createHmac('sha256', k).update(part).digest(), Buffer.from(`AWS4${secret}`));
  const signature = requestSignature(key, date, scope.join('/'), canonical);
  return { ...headers, authorization: `${ALGORITHM} Credential=${id}/${scope.join('/')}, SignedHeaders=${names.join(';')}, Signature=${signature}` };
}
