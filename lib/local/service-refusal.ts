import type { ServiceName, ServiceResponse } from './service.ts';

/** A refusal that the service itself did not make (a fault, a body too large), in the words its clients parse. */
export function serviceRefusal(service: ServiceName, status: number, sentence: string): ServiceResponse {
  const { type, body } = forms[service](status, sentence);
  return { status, headers: { 'content-type': type }, body };
}

const forms: Readonly<Record<ServiceName, (status: number, sentence: string) => { type: string; body: string }>> = {
  s3: (status, sentence) => ({
    type: 'application/xml',
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${s3Codes[status] ?? (status >= 500 ? 'InternalError' : 'InvalidRequest')}</Code><Message>${sentence.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</Message></Error>`,
  }),
  cognito: (status, sentence) => ({
    type: 'application/x-amz-json-1.1',
    body: JSON.stringify({ __type: cognitoTypes[status] ?? (status >= 500 ? 'InternalErrorException' : 'InvalidParameterException'), message: sentence }),
  }),
  redis: (_status, sentence) => ({ type: 'application/json', body: JSON.stringify({ error: `ERR ${sentence}` }) }),
};

const s3Codes: Readonly<Record<number, string>> = {
  403: 'AccessDenied',
  404: 'NoSuchKey',
  409: 'ConditionalRequestConflict',
  412: 'PreconditionFailed',
  413: 'EntityTooLarge',
  429: 'SlowDown',
  503: 'SlowDown',
};

const cognitoTypes: Readonly<Record<number, string>> = { 429: 'TooManyRequestsException', 503: 'ServiceUnavailableException' };
