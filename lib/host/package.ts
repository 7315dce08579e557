import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import nextEnv from '@next/env';
import { makePackage } from './package/make-package.ts';
import { projectRoot } from './paths.ts';
import { main, Stop } from './stop.ts';

/**
 * `npm run package`: builds Selkie into one folder that a host with Node alone can run. Named for what it makes, because
 * `npm run build` would say less than it does: `npm start` builds as well, and that build can't leave the checkout.
 *
 *     package/server.mjs          the app:   node server.mjs --port 3000
 *     package/redis-front.mjs     the REST front over a Redis of one's own (lib/host/redis-front.ts)
 *     package/doctor.mjs          npm run doctor, on the host and with its environment
 *     package/.next, public, node_modules   what Next traced as needed, and nothing else
 *
 * Nothing in it is secret and nothing belongs to one host: `.env` files are left out, and so is the actions key, which
 * Next writes into its build. The key is wanted all the same, as the salt of the action's name: with the same key, pages
 * that were opened before an upgrade go on working after it.
 * Rejected: Next's own `server.js`, which lets anybody choose the address that attempts are counted by (forwarded.ts).
 */
await main(async () => {
  const { values } = parseArgs({ options: { out: { type: 'string', default: '.selkie-package' } } });
  const target = resolve(projectRoot, values.out);
  if (existsSync(target) && !existsSync(join(target, 'server.mjs'))) {
    throw new Stop(`${target} exists and is not a package of Selkie: name another folder, for example: npm run package -- --out ../selkie-package`);
  }
  const say = (line: string) => process.stdout.write(`selkie: ${line}\n`);
  nextEnv.loadEnvConfig(projectRoot, false, { info: () => {}, error: console.error });
  const { NEXT_SERVER_ACTIONS_ENCRYPTION_KEY: key } = process.env;
  if (key === undefined || key === '') {
    say('NEXT_SERVER_ACTIONS_ENCRYPTION_KEY is not set: pages that are open during an upgrade to this build will have to be reloaded. Set it, the same for every build and every instance.');
  } else if (Buffer.from(key, 'base64').length !== 32) {
    throw new Stop('NEXT_SERVER_ACTIONS_ENCRYPTION_KEY must be 32 bytes in base64: make one with  openssl rand -base64 32');
  }
  const bytes = await makePackage({ target, env: process.env, say });
  say(`${target}: ${(bytes! / 1_048_576).toFixed(0)} MB. Copy it to the host and run:  node server.mjs --port 3000`);
});
