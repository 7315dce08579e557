import 'server-only';
import type { Caller } from '../caller.ts';

/**
 * Cognito sees our server's address for everybody; its threat protection needs the person's. It believes this
 * one from a confidential client with "Accept additional user context data" switched on, and drops it otherwise
 * (https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-settings-adaptive-authentication.html).
 */
export function userContext({ ip }: Pick<Caller, 'ip'>): { UserContextData?: { IpAddress: string } } {
  return ip === undefined ? {} : { UserContextData: { IpAddress: ip } };
}
