import type { ServiceRequest, ServiceResponse } from '../../service.ts';
import type { Pool } from '../pool.ts';
import type { AuthorizationCodes } from './authorization-codes.ts';
import type { BrowserSessions } from './browser-sessions.ts';
import type { PendingSteps } from './pending-steps.ts';

/** All that the endpoints share. */
export interface LoginState {
  pool: Pool;
  codes: AuthorizationCodes;
  sessions: BrowserSessions;
  steps: PendingSteps;
}

/** One endpoint of the user pool's domain. */
export type Endpoint = (request: ServiceRequest, state: LoginState) => Promise<ServiceResponse>;

/** 302, as AWS sends it. */
export function redirect(location: string, headers: Record<string, string> = {}): ServiceResponse {
  return { status: 302, headers: { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', ...headers }, body: '' };
}

/** The JSON of the endpoints that apps call, not browsers. */
export function jsonReply(status: number, body: object, headers: Record<string, string> = {}): ServiceResponse {
  return {
    status,
    headers: { 'content-type': 'application/json;charset=UTF-8', 'cache-control': 'no-store', pragma: 'no-cache', 'x-content-type-options': 'nosniff', ...headers },
    body: JSON.stringify(body),
  };
}

/** RFC 6749 5.2. */
export function oauthError(error: string, status = 400, headers: Record<string, string> = {}): ServiceResponse {
  return jsonReply(status, { error }, headers);
}
