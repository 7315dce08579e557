/** The stable codes of the HTTP API (contract.md) with their status and title; RFC 9457 for the shape. */
export const PROBLEMS = {
  'invalid-request': [400, 'Invalid request'],
  'not-signed-in': [401, 'Not signed in'],
  'wrong-credentials': [401, 'Wrong credentials'],
  'cross-site': [403, 'Request from another site'],
  'step-up-required': [403, 'Fresh proof needed'],
  forbidden: [403, 'Forbidden'],
  'not-found': [404, 'Not found'],
  'wrong-method': [405, 'Wrong method'],
  'wrong-code': [400, 'Wrong code'],
  'expired-code': [400, 'Expired code'],
  'password-policy': [400, 'Password refused'],
  'too-large': [413, 'Too large'],
  'unsupported-type': [415, 'Unsupported content type'],
  'too-many-attempts': [429, 'Too many attempts'],
  unavailable: [503, 'Unavailable'],
} as const satisfies Record<string, readonly [number, string]>;

export type ProblemCode = keyof typeof PROBLEMS;

export interface Problem {
  type: 'about:blank';
  title: string;
  status: number;
  code: ProblemCode;
  /** One sentence for the person. */
  detail: string;
  /** By which the operator finds the request in log and traces. */
  requestId?: string;
}

export function problem(code: ProblemCode, detail: string, requestId?: string): Problem {
  const [status, title] = PROBLEMS[code];
  return { type: 'about:blank', title, status, code, detail, ...(requestId !== undefined && { requestId }) };
}

/** Sentences that more than one layer says. */
export const SENTENCES = {
  notSignedIn: 'You are not signed in; sign in and try again.',
  theft: 'An old copy of your sign-in was used, so it was ended for your safety; sign in again, and change your password if that was not you.',
  unavailable: 'The sign-in service does not answer; nothing is lost and you are not signed out, so try again in a moment.',
  crossSite: 'This request did not come from a page of this site, so it was refused.',
} as const;
