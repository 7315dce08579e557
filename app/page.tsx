import { Terminal } from '@/components/terminal/terminal.tsx';
import { syncAction } from './actions.ts';

/** The policy's nonce changes with each request, so the page is rendered for each. */
export const dynamic = 'force-dynamic';

export default function Page() {
  return <Terminal sync={syncAction} />;
}
