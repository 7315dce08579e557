import 'server-only';
import * as limits from '../../core/limits.ts';
import { refuse } from './answer.ts';

/** Cognito keeps no more passkeys for this person; said at either half of a registration. */
export function refusePasskeyLimit(): Response {
  return refuse('invalid-request', `You have ${limits.passkeysPerPerson} passkeys, and more cannot be kept; remove one first.`);
}
