/** A sentence for the person at the console: printed as it is, without a stack, and the process ends with 1. */
export class Stop extends Error {}

/** Runs a command of the repository; `Stop` becomes one sentence on standard error. */
export async function main(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    process.stderr.write(`\nselkie: ${error.message}\n`);
    // Children hold a pipe from us and end when it closes.
    process.exit(1);
  }
}
