import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, request } from '@playwright/test';
import { startStack } from '../lib/host/testing/running-stack.ts';
import { registeredPerson } from './person.ts';
import { test } from './test.ts';

const ports = { app: 4340, cloud: 4440 };
const origin = `http://localhost:${ports.app}`;

test('SESSION_SECRET is rotated with nobody signed out; a key that was removed opens nothing any more', async () => {
  test.setTimeout(180_000);
  const dataDir = mkdtempSync(join(tmpdir(), 'selkie-rotation-'));
  const [one, two] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];
  const signIn = async (person: { email: string; password: string }) => {
    const api = await request.newContext({ baseURL: origin, extraHTTPHeaders: { 'sec-fetch-site': 'same-origin' } });
    const answer = await api.post('/api/auth/sign-in', { data: person });
    expect(answer.status()).toBe(200);
    await api.dispose();
    return /__Host-Http-sid=([^;]+)/.exec(answer.headers()['set-cookie']!)![1]!;
  };
  const ask = (cookie: string, path: string, init: RequestInit = {}) =>
    fetch(origin + path, { ...init, headers: { cookie: `__Host-Http-sid=${cookie}`, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' } });
  const running = async (secret: string, steps: () => Promise<void>) => {
    const stack = await startStack({ ...ports, dataDir, env: { SESSION_SECRET: secret } });
    try {
      await steps();
    } finally {
      await stack.stop();
    }
  };
  try {
    let person = { email: '', password: '' };
    let old = '';
    let young = '';
    await running(one, async () => {
      person = await registeredPerson(origin, `http://127.0.0.1:${ports.cloud}`);
      old = await signIn(person);
    });
    await running(JSON.stringify({ 1: one, 2: two }), async () => {
      expect((await ask(old, '/api/auth/session')).status).toBe(200);
      // The tokens too: their envelope was locked under the old pepper, and this needs one.
      expect((await ask(old, '/api/auth/totp')).status).toBe(200);
      young = await signIn(person);
    });
    await running(JSON.stringify({ 2: two }), async () => {
      expect((await ask(old, '/api/auth/session')).status).toBe(401);
      expect((await ask(young, '/api/auth/session')).status).toBe(200);
      expect((await ask(young, '/api/auth/totp')).status).toBe(200);
    });
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
});
