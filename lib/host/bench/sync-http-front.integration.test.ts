import { expect, test } from 'vitest';
import { startHttpFront } from './sync-http-front.ts';

test('the front counts requests and the bytes of bodies both ways, however late the handler reads and however it writes', async () => {
  const front = await startHttpFront((incoming, outgoing) => {
    if (incoming.url === '/whole') return void outgoing.end('four');
    // Late, as a handler behind a login is.
    setImmediate(() => {
      const parts: Buffer[] = [];
      incoming.on('data', (part: Buffer) => parts.push(part));
      incoming.on('end', () => {
        outgoing.write(Buffer.concat(parts));
        outgoing.end('ü');
      });
    });
  });
  try {
    const body = 'x'.repeat(200_000);
    const echoed = await (await fetch(`${front.url}/echo`, { method: 'POST', body })).text();
    expect([echoed === `${body}ü`, await front.meter.read()]).toEqual([true, { requests: 1, bytes: 400_002 }]);
    await front.meter.clear();
    await front.meter.setLatency(1);
    expect(await (await fetch(`${front.url}/whole`)).text()).toBe('four');
    expect(await front.meter.read()).toEqual({ requests: 1, bytes: 4 });
  } finally {
    await front.close();
  }
});
