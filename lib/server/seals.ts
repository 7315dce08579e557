import 'server-only';
import { sealData, unsealData } from 'iron-session';
import { deviceSealContent, openDeviceSeal, openSessionSeal, sessionSealContent, type DeviceSeal, type SessionSeal, type Unseal } from '../core/session/seal.ts';
import type { KeyPurpose } from '../core/session/key-ring.ts';
import { keyRing } from './keys.ts';

type SessionPurpose = Extract<KeyPurpose, 'seal-session' | 'seal-transaction'>;

async function seal(purpose: KeyPurpose, content: unknown): Promise<string> {
  // ttl 0: the end of a session is decided by its record, on Redis's clock.
  return sealData(content, { password: await keyRing().passwords(purpose), ttl: 0 });
}

function unsealer(purpose: KeyPurpose): Unseal {
  return async (value) => unsealData(value, { password: await keyRing().passwords(purpose), ttl: 0 });
}

export function sealSession(purpose: SessionPurpose, content: SessionSeal): Promise<string> {
  return seal(purpose, sessionSealContent(content));
}

export function unsealSession(purpose: SessionPurpose, value: string | undefined): Promise<SessionSeal | undefined> {
  return openSessionSeal(value, unsealer(purpose), Date.now());
}

export function sealDevice(content: DeviceSeal): Promise<string> {
  return seal('seal-device', deviceSealContent(content));
}

export function unsealDevice(value: string | undefined): Promise<DeviceSeal | undefined> {
  return openDeviceSeal(value, unsealer('seal-device'));
}
