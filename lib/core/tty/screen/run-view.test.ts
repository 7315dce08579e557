import { expect, test } from 'vitest';
import { viewBench } from '../../views/testing/view-bench.ts';
import { CellGrid } from './cell-grid.ts';
import type { ViewEvent, ViewScreen } from './view-screen.ts';

/** Shows how often it was drawn and the last event, and ends at q. */
async function echo(screen: ViewScreen): Promise<string> {
  let last: ViewEvent | { type: 'start' } = { type: 'start' };
  for (;;) {
    const grid = new CellGrid(screen.columns(), screen.rows());
    grid.put(0, 0, `${screen.columns()}x${screen.rows()} ${JSON.stringify(last)}`, '1');
    screen.show(grid, { row: 1, column: 3 });
    last = await screen.next();
    if (last.type === 'text' && last.text === 'q') return 'left';
    if (last.type === 'text' && last.text === '!') throw new Error('broken view');
  }
}

test('a view has the screen to itself, and what stood there before stands there again afterwards', async () => {
  const bench = viewBench();
  void bench.tty.print('before\n$ less');
  const { over } = await bench.start(echo);
  expect(bench.head.port.isAlternateScreen()).toBe(true);
  expect(bench.head.screen()).toEqual({ rows: ['40x8 {"type":"start"}'], cursor: '3,1' });
  await bench.press('ab');
  expect(bench.rows()).toEqual(['40x8 {"type":"text","text":"b"}']);
  await bench.press('\x1b[5~');
  expect(bench.rows()).toEqual(['40x8 {"type":"key","name":"page-up"}']);
  await bench.press('q');
  expect(await over).toBe('left');
  expect(bench.head.port.isAlternateScreen()).toBe(false);
  expect(bench.head.screen()).toEqual({ rows: ['before', '$ less'], cursor: '6,1' });
});

test('Ctrl-C always ends it, and tells who runs', async () => {
  const bench = viewBench();
  void bench.tty.print('before\n');
  const { over } = await bench.start(() => new Promise<never>(() => undefined).catch(() => undefined));
  await bench.press('\x03');
  expect({ alternate: bench.head.port.isAlternateScreen(), interrupts: bench.interrupts(), rows: bench.rows() })
    .toEqual({ alternate: false, interrupts: 1, rows: ['before'] });
  const second = await bench.start(echo);
  await bench.press('\x03');
  expect(await second.over).toBe('interrupted');
  expect(bench.rows()).toEqual(['before']);
  void over;
});

test('a view that throws leaves the screen as it was', async () => {
  const bench = viewBench();
  void bench.tty.print('before\n');
  const { over } = await bench.start(echo);
  const failure = over.then(() => undefined, (error: unknown) => String(error));
  await bench.press('!');
  expect(await failure).toBe('Error: broken view');
  expect({ alternate: bench.head.port.isAlternateScreen(), rows: bench.rows() }).toEqual({ alternate: false, rows: ['before'] });
});

test('it is drawn anew at a new size', async () => {
  const bench = viewBench();
  await bench.start(echo);
  await bench.resize(30, 5);
  expect(bench.rows()).toEqual(['30x5 {"type":"resize"}']);
});

test('output and sentences that come meanwhile wait until the view is closed', async () => {
  const bench = viewBench(60);
  const { over } = await bench.start(echo);
  void bench.tty.print('from a background job\n');
  await bench.rest();
  expect(bench.rows()).toEqual(['60x8 {"type":"start"}']);
  await bench.press('q');
  await over;
  await bench.rest();
  expect(bench.rows()).toEqual(['from a background job']);
});

test('while somebody types at the prompt no view can take the screen', async () => {
  const bench = viewBench();
  void bench.tty.readLine('prompt', { prompt: '$ ' });
  await bench.rest();
  const { over } = await bench.start(echo);
  await expect(over).rejects.toThrow('the prompt or another view has it; bring the command to the front with fg');
  expect(bench.rows()).toEqual(['$']);
});

test('a view left behind by its command is taken off the screen', async () => {
  const bench = viewBench();
  const { over } = await bench.start(echo);
  bench.tty.cancelReads();
  expect(await over).toBe('interrupted');
  await bench.rest();
  expect(bench.head.port.isAlternateScreen()).toBe(false);
});
