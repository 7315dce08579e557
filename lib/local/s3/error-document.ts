import type { S3Error } from './s3-error.ts';
import { xmlDocument } from './xml.ts';

/** The error document that every S3 client parses; it has no namespace, unlike all other documents. */
export function errorDocument(error: S3Error, resource: string, requestId: string): string {
  return xmlDocument('Error', [
    ['Code', error.code],
    ['Message', error.message],
    ...Object.entries(error.details),
    ['Resource', resource],
    ['RequestId', requestId],
  ]);
}
