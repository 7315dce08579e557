import { describe, expect, test } from 'vitest';
import { createTestCloud, createTestDevice, type TestCloud, type TestDevice } from './test-device.ts';
import type { SyncCall, SyncReply } from './transport.ts';

/** A device that notes what it sent. */
function watched(cloud: TestCloud, name: string): { device: TestDevice; sent: SyncCall[] } {
  const sent: SyncCall[] = [];
  const device = createTestDevice(cloud, name, {
    transport(call) {
      sent.push(call);
      return cloud.serve(call);
    },
  });
  return { device, sent };
}

test('no more writes lean on one listing than the next one looks back over', async () => {
  const cloud = createTestCloud();
  const a = createTestDevice(cloud, 'a');
  a.write('x', '0');
  await a.sync();
  const costs: number[] = [];
  for (let i = 1; i <= 70; i++) {
    a.write('x', String(i));
    cloud.requests.clear();
    await a.sync();
    costs.push(cloud.requests.get('newest') ?? 0);
  }
  expect(costs.filter((count) => count > 0)).toHaveLength(2);
  expect(await a.sync()).toEqual({ result: 'synced' });
});

describe('a snapshot is taken only from one who holds that commit', () => {
  test('not without the receipt, not for another seq, not in place of one that is there', async () => {
    const cloud = createTestCloud();
    const { device, sent } = watched(cloud, 'a');
    for (let i = 0; i <= 64; i++) {
      device.write('x', String(i));
      await device.sync();
      if (device.page.owesSnapshot) break;
    }
    expect(await device.keepSnapshot()).toEqual({ result: 'synced' });
    expect([...cloud.log.snapshots.keys()]).toEqual([64]);
    const call = sent.findLast((each) => each.snapshot !== undefined) as SyncCall;
    const kept = cloud.log.snapshots.get(64);
    cloud.log.snapshots.clear();
    const answers: SyncReply[] = [];
    const { receipt: _, ...without } = call;
    for (const bad of [without, { ...call, have: 63 }, { ...call, snapshot: Uint8Array.of(1, 2, 3) }]) answers.push(await cloud.serve(bad));
    expect(answers.map((reply) => reply.status === 'refused' && reply.code)).toEqual(['receipt', 'invalid-call', 'invalid-call']);
    expect(cloud.log.snapshots.size).toBe(0);
    await cloud.serve(call);
    cloud.log.snapshots.set(64, Uint8Array.of(9));
    await cloud.serve(call);
    expect([kept === undefined, cloud.log.snapshots.get(64)]).toEqual([false, Uint8Array.of(9)]);
  });
});
