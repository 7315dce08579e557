import type { Passing, Reply, Twist } from './twisted-proxy.ts';

/** The lies that broken deployments are made of. */
export const cut: Twist = () => 'cut';

export function answers(status: number, body: unknown, headers: Record<string, string> = {}): Twist {
  return () => ({ status, headers: { 'content-type': 'application/json', ...headers }, body: typeof body === 'string' ? body : JSON.stringify(body) });
}

/** Another status and body, with all headers that the answer has. */
export function status(code: number, body: string): Twist {
  return async (_request, answer) => ({ ...(await answer()), status: code, body });
}

/** A twist for those requests alone. */
export function when(isMeant: (request: Passing) => boolean, twist: Twist): Twist {
  return (request, answer) => (isMeant(request) ? twist(request, answer) : answer());
}

const jsonOf = ({ body }: Reply): Record<string, any> => JSON.parse(String(body)) as Record<string, any>;

/** One operation of AWS's JSON protocol, its answer changed. */
export function operation(name: string, change: (answer: Record<string, any>, request: Record<string, any>) => void): Twist {
  return when(({ headers }) => String(headers['x-amz-target'] ?? '').endsWith(`.${name}`), async (request, answer) => {
    const reply = await answer();
    const value = jsonOf(reply);
    change(value, JSON.parse(request.body) as Record<string, any>);
    return { ...reply, body: JSON.stringify(value) };
  });
}

/** One operation of AWS's JSON protocol refused, when its input is meant. */
export function refuses(name: string, type: string, message: string, isMeant: (input: Record<string, any>) => boolean = () => true): Twist {
  return when(
    ({ headers, body }) => String(headers['x-amz-target'] ?? '').endsWith(`.${name}`) && isMeant(JSON.parse(body) as Record<string, any>),
    answers(400, { __type: type, message }, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': type }),
  );
}

/** The answer of one Redis command. */
export function redisCommand(name: string, reply: (answered: Record<string, any>) => unknown): Twist {
  return when(({ body }) => (JSON.parse(body) as string[])[0] === name, async (_request, answer) => {
    const answered = await answer();
    return { ...answered, status: 200, body: JSON.stringify(reply(jsonOf(answered))) };
  });
}

/** INFO of a real server, one of its lines another. */
export function redisInfo(line: string): Twist {
  const [name = ''] = line.split(':');
  const healthy = { redis_version: '7.4.1', aof_enabled: '1', aof_last_write_status: 'ok', maxmemory_policy: 'noeviction' };
  return redisCommand('INFO', () => ({ result: Object.entries({ ...healthy, [name]: line.slice(name.length + 1) }).map((entry) => entry.join(':')).join('\r\n') }));
}

/** A proxy that changes the headers of answers. */
export function headers(change: (headers: Record<string, string | string[] | undefined>) => void, isMeant: (request: Passing) => boolean = () => true): Twist {
  return when(isMeant, async (_request, answer) => {
    const reply = await answer();
    // Names come in the letter case of whoever set them.
    const lower = Object.fromEntries(Object.entries(reply.headers).map(([name, value]) => [name.toLowerCase(), value]));
    change(lower);
    return { ...reply, headers: lower };
  });
}

export const drops = (name: string, isMeant?: (request: Passing) => boolean): Twist => headers((all) => void delete all[name], isMeant);

/** A proxy that rewrites cookies. */
export const cookies = (change: (cookie: string) => string): Twist =>
  headers((all) => {
    const set = all['set-cookie'];
    if (set !== undefined) all['set-cookie'] = [set].flat().map(change);
  });

/** A cache that gives everybody what the first got. */
export function cache(): Twist {
  let kept: Promise<Reply> | undefined;
  return when(({ url, headers: sent }) => url === '/' && sent.host !== 'doctor.invalid', (_request, answer) => (kept ??= answer()));
}

/** A store that heeds `If-None-Match` and is no help: it looks whether the key is there, and writes some time after. */
export function looksFirst(): Twist {
  const written = new Set<string>();
  return when(({ method, url }) => method === 'PUT' && url.includes('/probe/race-'), async ({ url }) => {
    if (written.has(url)) return { status: 412, headers: { 'content-type': 'application/xml' }, body: '<?xml version="1.0"?><Error><Code>PreconditionFailed</Code></Error>' };
    await new Promise((resolve) => setTimeout(resolve, 30));
    written.add(url);
    return { status: 200, headers: { etag: '"x"' }, body: '' };
  });
}
