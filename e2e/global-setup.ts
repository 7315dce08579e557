import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStack } from '../lib/host/testing/running-stack.ts';
import { stackPorts, tellStackData } from './stack.ts';

export default async function globalSetup(): Promise<() => Promise<void>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'selkie-e2e-'));
  tellStackData(dataDir);
  const stack = await startStack({ ...stackPorts, dataDir });
  return async () => {
    await stack.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
}
