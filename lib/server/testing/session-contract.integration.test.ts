import { spawnSync } from 'node:child_process';
import { describe } from 'vitest';
import { openTestRedis } from './redis-ports.ts';
import { sessionContract } from './session-contract.ts';

sessionContract('the stand-in for redis-server', () => openTestRedis('mock'));

const isInstalled = spawnSync('redis-server', ['--version']).status === 0;
// CI installs it: missing there is a failure, not a half that quietly did not run.
describe.skipIf(!isInstalled && !process.env.CI)('with redis-server installed', () => {
  sessionContract('redis-server', () => openTestRedis('redis-server'));
});
