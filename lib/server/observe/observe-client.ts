import 'server-only';
import type { Dependency } from '../../core/observe/selkie-metrics.ts';
import { currentRequest } from './current-request.ts';
import { observeCall } from './note-call.ts';

type Step = (args: { input?: unknown; request?: unknown }) => Promise<unknown>;
type Layer = (next: Step, context: { commandName?: string }) => Step;
interface Stack {
  add(layer: Layer, options: { step: 'initialize' | 'finalizeRequest'; priority: 'high' | 'low'; name: string }): void;
}

/**
 * A client of the AWS SDK whose calls are counted, timed, and carry the request's id at the end of their user agent, which is the
 * one place where S3's access log, CloudTrail and the embedded cloud all show it
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html). SigV4 does not sign the user agent, so it may be added last.
 */
export function observeClient<Client extends { middlewareStack: object }>(dependency: Dependency, client: Client): Client {
  const stack = client.middlewareStack as Stack;
  stack.add((next, context) => (args) => observeCall(dependency, context.commandName?.replace(/Command$/, '') ?? 'call', () => next(args)), {
    step: 'initialize', priority: 'high', name: 'selkieObserve',
  });
  stack.add((next) => (args) => {
    const { headers } = args.request as { headers?: Record<string, string> };
    const id = currentRequest()?.requestId;
    if (headers !== undefined && id !== undefined) headers['user-agent'] = `${headers['user-agent'] ?? 'selkie'} request/${id}`;
    return next(args);
  }, { step: 'finalizeRequest', priority: 'low', name: 'selkieRequestId' });
  return client;
}
