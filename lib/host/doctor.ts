import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import nextEnv from '@next/env';
import { checklist } from './doctor/checklist.ts';
import { examine } from './doctor/examine.ts';
import { instanceSettings, readInstances } from './doctor/instances.ts';
import { exitCodeOf, reportText, type Report } from './doctor/report.ts';
import { readerPolicy } from './doctor/rights.ts';
import { projectRoot } from './paths.ts';
import { main, Stop } from './stop.ts';

/** On a host there is the package, and no npm. */
const RUN = process.argv[1]?.endsWith('.mjs') === true ? 'node doctor.mjs' : 'npm run doctor --';

const USAGE = `${RUN.replace(/ --$/, '').padEnd(42)}the environment, and the services that it names
${`${RUN} --url https://HOST`.padEnd(42)}also the running deployment, as a browser gets it
  --http URL                              where it serves plain http (port 80 by default)
  --ca FILE                               the certificate of an authority of your own
  --profile NAME                          an AWS profile that may read how things are set up
  --instances a=FILE b=FILE               compare instances by what --json printed there
  --json                                  for machines
${`${RUN} --rights`.padEnd(42)}the IAM policy of that profile
${`${RUN} --checklist`.padEnd(42)}the production checklist, as Markdown

Exit code: 0 all well, 1 something is wrong, 2 something could not be told.
`;

await main(async () => {
  const { values, positionals } = parse();
  if (values.help) return void process.stdout.write(USAGE);
  if (values.checklist) return void process.stdout.write(checklist());
  nextEnv.loadEnvConfig(projectRoot, false, { info: () => {}, error: console.error });
  const env = { ...process.env };
  if (values.rights) return void process.stdout.write(`${JSON.stringify(readerPolicy(env), null, 2)}\n`);
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  // As `npm start` does where nobody says.
  env.APP_ORIGIN ||= values.url === undefined ? `http://localhost:${env.PORT || 3000}` : parseUrl('--url', values.url).origin;
  const findings = await examine({
    env,
    ...(values.profile === undefined ? {} : { reader: { profile: values.profile } }),
    ...(values.url === undefined ? {} : {
      deployment: {
        url: parseUrl('--url', values.url),
        ...(values.http === undefined ? {} : { httpUrl: parseUrl('--http', values.http) }),
        ...(values.ca === undefined ? {} : { ca: readCertificate(values.ca) }),
      },
    }),
    ...(values.instances ? { instances: readInstances(positionals) } : {}),
  });
  const report: Report = { exitCode: exitCodeOf(findings), findings, instance: instanceSettings(env) };
  process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : reportText(report));
  process.exitCode = report.exitCode;
});

function parse() {
  try {
    const parsed = parseArgs({
      args: process.argv.slice(2),
      allowPositionals: true,
      options: {
        url: { type: 'string' }, http: { type: 'string' }, ca: { type: 'string' }, profile: { type: 'string' }, instances: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false }, rights: { type: 'boolean', default: false }, checklist: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (parsed.positionals.length > 0 && !parsed.values.instances) throw new Error(`"${parsed.positionals[0]}" is not understood.`);
    if (parsed.values.instances && parsed.positionals.length < 2) throw new Error('--instances wants at least two: a=FILE b=FILE.');
    return parsed;
  } catch (error) {
    throw new Stop(`${(error as Error).message}\n\n${USAGE}`);
  }
}

function parseUrl(option: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw new Stop(`${option} wants an address such as https://selkie.example, not "${text}".`);
  return url;
}

function readCertificate(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new Stop(`${file} can't be read; --ca wants a certificate in PEM.`);
  }
}
