import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { formatReport, judgeReport } from './load/load-report.ts';
import { runLoad } from './load/run-load.ts';
import { isCurrentPackage } from './package/make-package.ts';
import { projectRoot } from './paths.ts';
import { main, Stop } from './stop.ts';

/**
 * `npm run load -- --people 1000 --minutes 10`: a deployment on own hosts on this machine, people who use it, and things that
 * break meanwhile (load/fault-plan.ts). It ends with 1 when a session or a commit was lost, a revoked session lived, or an error
 * was another than 503 with Retry-After. There is no option for a target: load is sent to loopback, to what it started itself.
 */
await main(async () => {
  const { values } = parseArgs({
    options: {
      people: { type: 'string', default: '100' },
      minutes: { type: 'string', default: '2' },
      instances: { type: 'string', default: '3' },
      /** Seconds between two acts of one browser, on average. */
      think: { type: 'string', default: '20' },
      seed: { type: 'string', default: '1' },
      package: { type: 'string', default: '.selkie-package' },
      out: { type: 'string', default: '.selkie-load' },
      /** `--out` of an earlier run: its accounts are taken, which spares the minutes that a thousand take to be made. */
      accounts: { type: 'string' },
    },
  });
  const number = (name: 'people' | 'minutes' | 'instances' | 'think' | 'seed', least: number, most: number): number => {
    const value = Number(values[name]);
    if (!Number.isFinite(value) || value < least || value > most) throw new Stop(`--${name} must be a number from ${least} to ${most}, not "${values[name]}".`);
    return value;
  };
  for (const program of ['nginx', 'redis-server', 'openssl']) {
    if (spawnSync(program, ['-v']).error !== undefined) throw new Stop(`${program} is not installed; the load run needs nginx, redis-server and openssl.`);
  }
  const packageFolder = resolve(projectRoot, values.package);
  if (!existsSync(join(packageFolder, 'server.mjs'))) throw new Stop(`${packageFolder} is no package of Selkie: make one with  npm run package`);
  if (!isCurrentPackage(packageFolder)) process.stderr.write(`${packageFolder} was made of other sources than those here; npm run package makes it anew.\n`);
  const out = resolve(projectRoot, values.out);
  const folder = join(out, 'run');
  const accountsOf = values.accounts === undefined ? undefined : join(resolve(projectRoot, values.accounts), 'run');
  if (accountsOf !== undefined && (accountsOf === folder || !existsSync(join(accountsOf, 'secrets.json')))) throw new Stop('--accounts must be the --out of an earlier run, another one than that of this run.');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const report = await runLoad({
    people: number('people', 1, 50_000), minutes: number('minutes', 0.1, 600), instances: number('instances', 2, 32), thinkMs: number('think', 0.05, 3_600) * 1000,
    ...(accountsOf !== undefined && { accountsOf }),
    seed: number('seed', 0, 2 ** 31), packageFolder, folder, say: (line) => process.stderr.write(`load: ${line}\n`),
  });
  const json = join(out, 'report.json');
  writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
  process.stdout.write(`\n${formatReport(report)}\n${json}\n`);
  const wrong = judgeReport(report);
  process.stdout.write(wrong.length === 0 ? 'Nothing was lost, nothing doubled, nobody signed out or let in.\n' : `${wrong.join('\n')}\n`);
  process.exit(wrong.length === 0 ? 0 : 1);
});
