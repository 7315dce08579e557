import { Stop } from './stop.ts';
import { startStack, untilToldToStop } from './stack.ts';

/** `npm start` and `npm run dev`: the whole product on this machine until Ctrl-C. */
export async function run(dev: boolean): Promise<void> {
  const started = Date.now();
  const say = (line: string) => process.stdout.write(`selkie: ${line}\n`);
  const told = untilToldToStop();
  const stack = await Promise.race([
    startStack({ dev, say, onMail: (mail) => say(`mail to ${mail.to}: ${mail.subject} — code ${mail.code}`) }),
    told.then(() => undefined),
  ]);
  if (stack === undefined) throw new Stop('Stopped.');
  process.stdout.write(welcome(stack.origin, stack.cloud?.port, Date.now() - started));
  try {
    await Promise.race([told, stack.failed]);
  } finally {
    say('Stopping …');
    await stack.stop();
    say('Stopped.');
  }
  process.exit(process.exitCode ?? 0);
}

function welcome(origin: string, cloudPort: number | undefined, tookMs: number): string {
  const lines = [
    '',
    `  Selkie is ready in ${(tookMs / 1000).toFixed(1)} s:  ${origin}`,
    '',
    '  Open it and type help. To keep your files on every device, type signup;',
    ...(cloudPort === undefined
      ? ['  the code comes by mail.']
      : ['  the code is printed here, and shown at', `  http://127.0.0.1:${cloudPort}/outbox`]),
    '',
    '  Ctrl-C stops everything.',
    '',
    '',
  ];
  return lines.join('\n');
}
