import { spawnSync } from 'node:child_process';
import { test } from 'vitest';
import { openTestRedis } from './redis-ports.ts';
import { sessionContract } from './session-contract.ts';

sessionContract('the stand-in for redis-server', () => openTestRedis('mock'));

if (spawnSync('redis-server', ['--version']).status === 0) sessionContract('redis-server', () => openTestRedis('redis-server'));
else test.skip('redis-server is not installed: its half of the contract did not run', () => undefined);
