import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { S3Client } from '@aws-sdk/client-s3';
import { startLoadStack } from './load/load-stack.ts';
import { isCurrentPackage } from './package/make-package.ts';
import { projectRoot } from './paths.ts';
import { createRehearsal, operatorKey } from './rehearse/rehearsal.ts';
import { rehearseActionsKey } from './rehearse/rehearse-actions-key.ts';
import { rehearseBucket } from './rehearse/rehearse-bucket.ts';
import { rehearseDeletion } from './rehearse/rehearse-deletion.ts';
import { rehearseRedis } from './rehearse/rehearse-redis.ts';
import { rehearseRotation } from './rehearse/rehearse-rotation.ts';
import { rehearseUserPool } from './rehearse/rehearse-user-pool.ts';
import { main, Stop } from './stop.ts';

/**
 * `npm run rehearse`: what an operator hopes never to need, done on a whole deployment on this machine (load/load-stack.ts):
 * loss and restore, rotation of secrets, upgrades under open pages, deletion of a person. Each step says what it did and what it looked at; the exit
 * code is 1 when anything was not as it should be. It never touches a deployment that is in use: there is no option for one.
 */
await main(async () => {
  const { values } = parseArgs({ options: { package: { type: 'string', default: '.selkie-package' } } });
  for (const program of ['nginx', 'redis-server', 'openssl']) {
    if (spawnSync(program, ['-v']).error !== undefined) throw new Stop(`${program} is not installed; the rehearsal needs nginx, redis-server and openssl.`);
  }
  const packageFolder = resolve(projectRoot, values.package);
  if (!existsSync(join(packageFolder, 'server.mjs'))) throw new Stop(`${packageFolder} is no package of Selkie: make one with  npm run package`);
  if (!isCurrentPackage(packageFolder)) process.stderr.write(`${packageFolder} was made of other sources than those here; npm run package makes it anew.\n`);
  const folder = mkdtempSync(join(tmpdir(), 'selkie-rehearsal-'));
  const print = (line: string) => process.stdout.write(`${line}\n`);
  const on = createRehearsal(print);
  const stack = await startLoadStack({ folder, packageFolder, instances: 2, say: print });
  try {
    const { endpoint, region } = stack.s3;
    const client = new S3Client({ endpoint, region, forcePathStyle: true, credentials: operatorKey(stack) });
    await rehearseRedis(stack, folder, on);
    const copy = await rehearseBucket(stack, client, folder, on);
    await rehearseRotation(stack, on);
    await rehearseActionsKey(stack, packageFolder, folder, on);
    await rehearseDeletion(stack, client, copy, on);
    await rehearseUserPool(stack, client, on);
    client.destroy();
  } finally {
    await stack.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  const wrong = on.checks.filter(({ ok }) => !ok);
  print(`\n${on.checks.length - wrong.length} of ${on.checks.length} checks are right.`);
  for (const { act, what } of wrong) print(`  ${act}: ${what}`);
  process.exit(wrong.length === 0 ? 0 : 1);
});
