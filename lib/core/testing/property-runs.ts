// `lib/core` is typed without a platform; this is what every test runner has.
declare const process: { env: Record<string, string | undefined> };

/** How often a property is tried: `count` times in the quick loop, many times as often in lib/host/testing/long-properties.integration.test.ts. */
export const propertyRuns = (count: number): number => count * Number(process.env.SELKIE_PROPERTY_RUNS ?? 1);
