import { join } from 'node:path';
import { projectRoot } from '../../paths.ts';
import { cleanEnvironment } from '../../testing/running-stack.ts';
import { isCurrentPackage, makePackage } from '../make-package.ts';

/**
 * The folder of a package of these very sources, which is made when there is none: that takes minutes on a busy machine, and hooks need ten. It never takes the
 * place of one that somebody made for a host, which was built with their actions key.
 */
export async function testPackage(): Promise<string> {
  const own = process.env.SELKIE_TEST_PACKAGE ?? join(projectRoot, '.selkie-package');
  if (isCurrentPackage(own)) return own;
  const target = process.env.SELKIE_TEST_PACKAGE ?? join(projectRoot, '.selkie-test-package');
  await makePackage({ target, env: { ...cleanEnvironment(), NEXT_TELEMETRY_DISABLED: '1' }, say: (line) => process.stderr.write(`package for the tests: ${line}\n`), reuse: true });
  return target;
}
