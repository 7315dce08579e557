import 'server-only';
import { addressForCounting, clientAddress, coarseAddress } from '../core/session/client-address.ts';
import { deviceName } from '../core/session/device-name.ts';
import { serverEnv } from './env.ts';
import { counterName } from './keys.ts';

/** Who sent a request, as far as a server can know. */
export interface Caller {
  /** `192.0.2.0/24`; for records and the audit. */
  address: string;
  /** `Firefox on Linux`. */
  device: string;
  /** Name of the counters of this address. */
  counter: string;
  /** The address in full, for Cognito alone (`userContext`): it goes to no log, record or answer. Undefined when nobody knows it. */
  ip: string | undefined;
}

export async function callerOf(request: Request): Promise<Caller> {
  const address = clientAddress(request.headers.get('x-forwarded-for'), serverEnv().trustedProxyHops);
  return {
    address: coarseAddress(address),
    device: deviceName(request.headers.get('user-agent')),
    counter: await counterName(`address ${addressForCounting(address)}`),
    ip: address === 'unknown' ? undefined : address,
  };
}
