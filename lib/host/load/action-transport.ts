import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { SyncReply, SyncTransport } from '../../core/sync/transport.ts';
import { parseSyncReply } from '../../core/sync/sync-call.ts';
import { judgeStatus, type Answer, type LoopbackClient } from './loopback-client.ts';
import type { Outcome } from './tally.ts';

/** React's own ends of the wire, as the browser has them. */
interface Flight {
  encodeReply(value: unknown): Promise<string | FormData>;
  createFromReadableStream(stream: ReadableStream, options: unknown): Promise<{ a: unknown }>;
}
const flight = createRequire(import.meta.url)('next/dist/compiled/react-server-dom-turbopack/client.node') as Flight;

/** The name of the sync action in the package at `folder`: a hash that the build makes, with the actions key as salt. */
export function actionIdOf(folder: string): string {
  const { node } = JSON.parse(readFileSync(join(folder, '.next/server/server-reference-manifest.json'), 'utf8')) as { node: Record<string, { exportedName?: string }> };
  const id = Object.entries(node).find(([, action]) => action.exportedName === 'syncAction')?.[0];
  if (id === undefined) throw new Error('The build has no syncAction.');
  return id;
}

/** The sync action over HTTP: what the browser posts, and what it makes of the answer. */
export function actionTransport(client: LoopbackClient, actionId: string): SyncTransport {
  return {
    async sync(call) {
      const body = await encode([call]);
      let reply: SyncReply | undefined;
      const headers = { 'next-action': actionId, accept: 'text/x-component', 'content-type': body.type, 'next-router-state-tree': PAGE };
      await client.ask('sync', { method: 'POST', path: '/', body: body.bytes, headers }, async (answer) => {
        // The middleware answers for itself where it can't tell, or knows, that there is no session.
        if (answer.status === 401) reply = { status: 'absent' };
        else if (answer.status === 200) reply = await decode(answer);
        else return judgeStatus(answer, []);
        return judgeReply(reply);
      });
      if (reply === undefined) throw new Error('no reply');
      return reply;
    },
  };
}

/** The tree of the terminal's page, as Next's router sends it. */
const PAGE = encodeURIComponent(JSON.stringify(['', { children: ['__PAGE__', {}] }, null, null, true]));

function judgeReply(reply: SyncReply | undefined): Outcome {
  switch (reply?.status) {
    case undefined: return 'not a reply';
    case 'ok': return 'ok';
    case 'unavailable': return 'later';
    case 'absent': return 'absent';
    case 'refused': return `refused: ${reply.code}`;
  }
}

async function encode(values: unknown[]): Promise<{ bytes: Buffer; type: string }> {
  const encoded = new Request('http://localhost', { method: 'POST', body: await flight.encodeReply(values) });
  return { bytes: Buffer.from(await encoded.arrayBuffer()), type: encoded.headers.get('content-type')! };
}

async function decode(answer: Answer): Promise<SyncReply | undefined> {
  const stream = new Response(new Uint8Array(answer.body)).body!;
  const { a } = await flight.createFromReadableStream(stream, { serverConsumerManifest: { moduleLoading: null, moduleMap: {}, serverModuleMap: null } });
  return parseSyncReply(await a);
}
