import { ALGORITHM, canonicalRequest, chunkSignature, requestSignature, sha256Hex, signingKey, trailerSignature } from '../sigv4.ts';
import { type Query, parseQuery, uriDecode, uriEncode } from '../uri.ts';

/** Who signs, when, for which region. */
export interface Signer {
  accessKeyId: string;
  secret: string;
  region: string;
  /** `YYYYMMDDTHHMMSSZ`. */
  amzDate: string;
}

/** A request as a client would write it on the wire. */
export interface WireRequest {
  method: string;
  /** Path and query, percent-encoded. */
  target: string;
  /** Lower-case names. */
  headers: Record<string, string>;
  body: Buffer;
}

export function amzDateOf(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]|\.\d{3}/g, '');
}

function scopeOf(signer: Signer): string {
  return `${signer.amzDate.slice(0, 8)}/${signer.region}/s3/aws4_request`;
}

function keyOf(signer: Signer): Buffer {
  return signingKey(signer.secret, signer.amzDate.slice(0, 8), signer.region);
}

function signatureOf(signer: Signer, request: WireRequest, query: Query, signed: readonly string[], payloadHash: string): string {
  const [path = ''] = request.target.split('?');
  const canonical = canonicalRequest({
    method: request.method,
    path: uriDecode(path),
    query,
    headers: signed.map((name) => [name, request.headers[name] ?? ''] as const),
    payloadHash,
  });
  return requestSignature(keyOf(signer), signer.amzDate, scopeOf(signer), canonical);
}

/** Signs in the `Authorization` header; `payloadHash` is that of the body unless the caller lies on purpose. */
export function signHeader(signer: Signer, request: WireRequest, payloadHash = sha256Hex(request.body)): WireRequest & { signature: string } {
  const headers: Record<string, string> = { ...request.headers, 'x-amz-content-sha256': payloadHash };
  if (headers['date'] === undefined) headers['x-amz-date'] = signer.amzDate;
  const full = { ...request, headers };
  const signed = Object.keys(headers).sort();
  const signature = signatureOf(signer, full, parseQuery(request.target.split('?')[1] ?? ''), signed, payloadHash);
  headers['authorization'] = `${ALGORITHM} Credential=${signer.accessKeyId}/${scopeOf(signer)}, SignedHeaders=${signed.join(';')}, Signature=${signature}`;
  return { ...full, signature };
}

/** Signs in the query; the headers given are signed too. */
export function presign(signer: Signer, request: WireRequest, expiresSeconds: number): WireRequest {
  const signed = Object.keys(request.headers).sort();
  const [path = '', query = ''] = request.target.split('?');
  const pairs: Array<readonly [string, string]> = [
    ...parseQuery(query),
    ['X-Amz-Algorithm', ALGORITHM],
    ['X-Amz-Credential', `${signer.accessKeyId}/${scopeOf(signer)}`],
    ['X-Amz-Date', signer.amzDate],
    ['X-Amz-Expires', String(expiresSeconds)],
    ['X-Amz-SignedHeaders', signed.join(';')],
  ];
  const signature = signatureOf(signer, request, pairs, signed, 'UNSIGNED-PAYLOAD');
  const all = [...pairs, ['X-Amz-Signature', signature] as const];
  return { ...request, target: `${path}?${all.map(([name, value]) => `${uriEncode(name)}=${uriEncode(value)}`).join('&')}` };
}

export interface ChunkedUpload {
  signed: boolean;
  /** Sizes of the pieces; the closing empty chunk is added. */
  chunkBytes: number;
  trailers: ReadonlyArray<readonly [name: string, value: string]>;
}

/** Frames a body as `aws-chunked` and signs the request and, where wanted, each chunk and the trailers. */
export function signChunked(signer: Signer, request: WireRequest, upload: ChunkedUpload): WireRequest {
  const mode = upload.signed ? `STREAMING-${ALGORITHM}-PAYLOAD${upload.trailers.length > 0 ? '-TRAILER' : ''}` : 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';
  const headers: Record<string, string> = { 'content-encoding': 'aws-chunked', ...request.headers, 'x-amz-decoded-content-length': String(request.body.length) };
  if (upload.trailers.length > 0) headers['x-amz-trailer'] = upload.trailers.map(([name]) => name).join(',');
  const head = signHeader(signer, { ...request, headers }, mode);
  return { ...head, body: frameChunks(signer, request.body, upload, head.signature) };
}

/** The framed body alone, from a seed signature. */
export function frameChunks(signer: Signer, body: Buffer, upload: ChunkedUpload, seed: string): Buffer {
  let previous = seed;
  const parts: Buffer[] = [];
  for (let at = 0; ; at += upload.chunkBytes) {
    const chunk = body.subarray(at, at + upload.chunkBytes);
    if (upload.signed) previous = chunkSignature(keyOf(signer), signer.amzDate, scopeOf(signer), previous, chunk);
    parts.push(Buffer.from(`${chunk.length.toString(16)}${upload.signed ? `;chunk-signature=${previous}` : ''}\r\n`), chunk);
    if (chunk.length === 0) break;
    parts.push(Buffer.from('\r\n'));
  }
  const canonical = upload.trailers.map(([name, value]) => `${name}:${value}\n`).join('');
  parts.push(Buffer.from(upload.trailers.map(([name, value]) => `${name}:${value}\r\n`).join('')));
  if (upload.signed && upload.trailers.length > 0)
    parts.push(Buffer.from(`x-amz-trailer-signature:${trailerSignature(keyOf(signer), signer.amzDate, scopeOf(signer), previous, canonical)}\r\n`));
  parts.push(Buffer.from('\r\n'));
  return Buffer.concat(parts);
}
