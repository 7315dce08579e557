import { writeFileSync } from 'node:fs';
import { bundleSimulation } from './simulation-bundle.ts';
const seed = process.argv[2];
const T = 'lib/core/sync/testing/';
const plants = [
  { file: T + 'simulated-browser.ts', from: `    set(key, value) {
      world.beforeWrite(browser, key, value);`, to: `    set(key, value) {
      world.beforeWrite(browser, key, value);
      console.log('   ', browser.name, running === undefined ? '-' : 'p' + tabs.indexOf(running), 'SET', key, JSON.stringify(value.startsWith('{') ? '' : value.slice(0, 200)));` },
  { file: T + 'simulated-browser.ts', from: `    remove(key) {
      world.beforeWrite(browser, key, undefined);`, to: `    remove(key) {
      world.beforeWrite(browser, key, undefined);
      console.log('   ', browser.name, running === undefined ? '-' : 'p' + tabs.indexOf(running), 'DEL', key);` },
  { file: T + 'simulated-browser.ts', from: `      tab.round = undefined;
      tab.wasSynced = step.value`, to: `      console.log('ROUND END p' + tabs.indexOf(tab), JSON.stringify(step.value));
      tab.round = undefined;
      tab.wasSynced = step.value` },
  { file: T + 'simulated-browser.ts', from: `    if (outcome === 'done') advance(tab, undefined);`, to: `    console.log('START p' + tabs.indexOf(tab), outcome, tab.isSnapshot);
    if (outcome === 'done') advance(tab, undefined);` },
  { file: T + 'simulated-browser.ts', from: `      if (!(error instanceof Crash)) throw error;
      restart(tab);
      return 'crashed';`, to: `      if (!(error instanceof Crash)) throw error;
      console.log('CRASH p' + tabs.indexOf(tab));
      restart(tab);
      return 'crashed';` },
  { file: T + 'simulated-browser.ts', from: `        tab.bases = openBases(tab.browser, tab.owner);
        return;`, to: `        tab.bases = openBases(tab.browser, tab.owner);
        console.log('REOPENED p' + tabs.indexOf(tab));
        return;` },
  { file: T + 'simulated-person.ts', from: `      const { work, gains, gone } = decide(tab.files, scope);`, to: `      const { work, gains, gone } = decide(tab.files, scope);
      console.log('ACT p' + browsers.tabs.indexOf(tab), work.toString().replace(/\\s+/g, ' ').slice(0, 60), gains, gone, (globalThis as any).last);` },
  { file: T + 'simulated-person.ts', from: `    const [path, to] = [place(), place()];`, to: `    const [path, to] = [place(), place()]; (globalThis as any).last = [path, to];` },
  { file: T + 'simulated-person.ts', from: `      const isDone = outcome === 'done' && refusal === undefined;`, to: `      const isDone = outcome === 'done' && refusal === undefined;
      console.log('DID p' + browsers.tabs.indexOf(tab), outcome, refusal);` },
  { file: T + 'watched-log.ts', from: `    const before = commits.get(seq - 1);`, to: `    const before = commits.get(seq - 1);
    console.log('COMMIT', owner, seq, parsed.value.device, JSON.stringify(operations));` },
];
let code = await bundleSimulation('simulate-worker', plants);
const at = code.indexOf('parentPort?.on(') >= 0 ? code.indexOf('parentPort?.on(') : code.search(/import_node_worker_threads\.parentPort\?\.on\(/);
if (at < 0) throw new Error('no tail');
code = code.slice(0, code.lastIndexOf('\n', at)) + `\nError.stackTraceLimit = 30;\nprove(${seed}).then((o) => console.log('OK', JSON.stringify(o)), (e) => console.log('FAIL', e.stack));\n`;
writeFileSync(`/tmp/sdbg/${seed}.cjs`, code);
