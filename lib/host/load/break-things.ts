import { setTimeout as wait } from 'node:timers/promises';
import type { FaultPlan } from './fault-plan.ts';
import type { LoadStack } from './load-stack.ts';

/** One thing that was done to the deployment. */
export interface Break {
  what: string;
  fromMs: number;
  /** From here on everything is there again. */
  toMs: number;
  /** Kinds of requests that this made impossible. */
  kinds: readonly string[];
}

/**
 * Carries the plan out. Kills pause while the instances are replaced.
 * @param nextPackage the folder of the build that replaces the first.
 * @returns what was done, by `now`.
 */
export async function breakThings(options: {
  stack: LoadStack; plan: FaultPlan; startedMs: number; nextPackage: string; now: () => number; say: (line: string) => void; isOver: () => boolean;
}): Promise<Break[]> {
  const { stack, plan, startedMs, now, say } = options;
  const done: Break[] = [];
  const at = async (ms: number) => {
    const left = startedMs + ms - now();
    if (left > 0) await wait(left);
  };
  const note = async (what: string, kinds: readonly string[], work: () => Promise<void>) => {
    const fromMs = now();
    await work();
    done.push({ what, kinds, fromMs, toMs: now() });
    say(`${what}: done in ${((now() - fromMs) / 1000).toFixed(1)} s`);
  };
  let isRolling = false;
  let restarting: Promise<void> = Promise.resolve();

  const kills = async () => {
    for (let n = 1; n * plan.killEveryMs < plan.calmFromMs && !options.isOver(); n += 1) {
      await at(n * plan.killEveryMs);
      if (isRolling) continue;
      const which = (n - 1) % stack.instances.length;
      restarting = note(`instance ${which + 1} killed`, ['session', 'sync'], async () => {
        await stack.instances[which]!.kill();
        await wait(plan.restartMs);
        await stack.instances[which]!.start();
      });
      await restarting;
    }
  };
  const redis = async () => {
    await at(plan.redisAtMs);
    await note('Redis restarted', ['session', 'sync', 'list sessions'], () => stack.restartRedis(() => wait(plan.redisDownMs)));
  };
  const outage = async (service: 's3' | 'cognito', { fromMs, toMs }: { fromMs: number; toMs: number }, kinds: readonly string[]) => {
    await at(fromMs);
    await note(`${service === 's3' ? 'S3' : 'Cognito'} failing`, kinds, async () => {
      await order(stack, 'POST', { service, action: 'fail', status: 503 });
      await at(toMs);
      await order(stack, 'DELETE');
    });
  };
  const roll = async () => {
    await at(plan.rollAtMs);
    isRolling = true;
    await restarting;
    for (const [index, instance] of stack.instances.entries()) {
      await note(`instance ${index + 1} replaced by the new build`, ['session', 'sync'], async () => {
        const code = await instance.stop();
        if (code !== 0) throw new Error(`Instance ${index + 1} ended with ${code} when it was told to stop.`);
        await instance.start({ packageFolder: options.nextPackage });
      });
    }
    isRolling = false;
  };
  await Promise.all([kills(), redis(), outage('s3', plan.s3, ['sync']), outage('cognito', plan.cognito, ['sign in']), roll()]);
  return done.toSorted((a, b) => a.fromMs - b.fromMs);
}

async function order(stack: LoadStack, method: 'POST' | 'DELETE', rule?: object): Promise<void> {
  const answer = await fetch(`${stack.control}/faults`, { method, headers: { 'content-type': 'application/json' }, ...(rule !== undefined && { body: JSON.stringify(rule) }) });
  if (!answer.ok) throw new Error(`The embedded cloud did not take the fault: ${answer.status}`);
}
