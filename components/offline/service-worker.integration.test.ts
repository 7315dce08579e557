import { describe, expect, it } from 'vitest';
import * as limits from '@/lib/core/limits.ts';
import { pageBuild } from './page-build.ts';
import { type ServedFile, WorkerWorld } from './testing/worker-world.ts';

const javascript = (body: string): ServedFile => ({ body, type: 'application/javascript; charset=UTF-8' });
const css = (body: string): ServedFile => ({ body, type: 'text/css; charset=UTF-8' });
const page = (body: string): ServedFile => ({ body, type: 'text/html; charset=utf-8' });

/** `/` as Next writes it: scripts, a style sheet, an old browsers' script, and its data in two pieces cut inside a name. */
function terminalHtml(build: string, nonce = 'n1'): string {
  return (
    `<!DOCTYPE html><html><head><link rel="stylesheet" href="/_next/static/chunks/style-${build}.css"/>` +
    `<script src="/_next/static/chunks/main-${build}.js" async="" nonce="${nonce}"></script>` +
    `<script src="/_next/static/chunks/old-browsers.js" noModule=""></script></head><body>` +
    `<script nonce="${nonce}">(self.__next_f=self.__next_f||[]).push([0])</script>` +
    `<script nonce="${nonce}">self.__next_f.push([1,"4:\\"/_next/static/chunks/term"])</script>` +
    `<script nonce="${nonce}">self.__next_f.push([1,"inal-${build}.js\\"\\n0:{\\"d\\":\\"$undefined\\",\\"b\\":\\"bu"])</script>` +
    `<script nonce="${nonce}">self.__next_f.push([1,"ild-${build}\\"}\\n"])</script></body></html>`
  );
}

/** Puts a whole build on the server in place of the one before; its editor is two names away from the page. */
function deploy(world: WorkerWorld, build: string): void {
  world.server.clear();
  world.server.set('/', page(terminalHtml(build)));
  world.server.set(`/_next/static/chunks/main-${build}.js`, javascript('nothing named here'));
  world.server.set(`/_next/static/chunks/terminal-${build}.js`, javascript(`Promise.all(["static/chunks/editor-${build}.js","static/chunks/editor-${build}.css"].map(l))`));
  world.server.set(`/_next/static/chunks/editor-${build}.js`, javascript(`t.l('static/chunks/vim-${build}.js')`));
  world.server.set(`/_next/static/chunks/vim-${build}.js`, javascript(`t.l('static/chunks/editor-${build}.js')`));
  world.server.set(`/_next/static/chunks/editor-${build}.css`, css('.e{}'));
  world.server.set(`/_next/static/chunks/style-${build}.css`, css(`@font-face{src:url(../media/mono-${build}.woff2)} a{background:url("https://elsewhere.example/_next/static/x.png")}`));
  world.server.set(`/_next/static/media/mono-${build}.woff2`, { body: 'font', type: 'font/woff2' });
}

const filesOf = (build: string) =>
  ['/', ...['editor', 'style'].map((name) => `/_next/static/chunks/${name}-${build}.css`), ...['editor', 'main', 'terminal', 'vim'].map((name) => `/_next/static/chunks/${name}-${build}.js`), `/_next/static/media/mono-${build}.woff2`].sort();

/** What each kept build holds, without the caches' names. */
const keptBuilds = (world: WorkerWorld) =>
  Object.entries(world.contents())
    .filter(([name]) => name.startsWith('selkie-build-'))
    .map(([, keys]) => keys)
    .sort((a, b) => a.join().localeCompare(b.join()));

async function installed(build = 'a'): Promise<WorkerWorld> {
  const world = new WorkerWorld();
  deploy(world, build);
  await world.dispatch('install');
  return world;
}

/** The whole terminal, asked for file by file, as text. */
async function openTerminal(world: WorkerWorld, build: string): Promise<string[]> {
  const answers: string[] = [];
  for (const path of filesOf(build)) {
    const answer = path === '/' ? await world.navigate('/') : await world.request(path);
    answers.push((await answer?.text()) ?? 'left alone');
  }
  return answers;
}

describe('keeping a build', () => {
  it('keeps the page and every file that can be reached from it, chunks of chunks and fonts included, and nothing else', async () => {
    const world = await installed();
    expect(keptBuilds(world)).toEqual([filesOf('a')]);
  });

  it('opens the terminal with every lazily loaded part while the server is off', async () => {
    const world = await installed();
    const served = filesOf('a').map((path) => world.server.get(path)?.body);
    world.online = false;
    expect(await openTerminal(world, 'a')).toEqual(served);
  });

  it('asks for everything that it keeps without cookies', async () => {
    const world = await installed();
    expect(world.requests.map(({ address }) => address).sort()).toEqual(filesOf('a'));
    expect(new Set(world.requests.map(({ credentials }) => credentials))).toEqual(new Set(['omit']));
  });

  it.each<[string, ServedFile | undefined]>([
    ['is missing', undefined],
    ['fails', { body: 'no', type: 'application/javascript', status: 500 }],
    ['is partial', { body: 'no', type: 'application/javascript', status: 206 }],
    ['is a page of the network in between', page('<p>Please log in to this wifi')],
    ['is not a script', { body: 'no', type: 'text/plain' }],
    ['was redirected', { ...javascript('moved'), redirected: true }],
    ['came from another origin', { ...javascript('other'), responseType: 'opaque' }],
  ])('keeps nothing at all when the last chunk %s', async (_words, file) => {
    const world = new WorkerWorld();
    deploy(world, 'a');
    if (file === undefined) world.server.delete('/_next/static/chunks/vim-a.js');
    else world.server.set('/_next/static/chunks/vim-a.js', file);
    await expect(world.dispatch('install')).rejects.toThrow();
    expect(keptBuilds(world)).toEqual([]);
    world.online = false;
    expect((await world.navigate('/'))?.status).toBe(503);
  });

  it.each<[string, ServedFile]>([
    ['a page without scripts', page('<h1>It works!</h1>')],
    ['an error', { ...page(terminalHtml('a')), status: 503 }],
    ['a redirect', { ...page(terminalHtml('a')), redirected: true }],
    ['no page', { body: '{}', type: 'application/json' }],
  ])('keeps nothing when / answers with %s', async (_words, file) => {
    const world = new WorkerWorld();
    deploy(world, 'a');
    world.server.set('/', file);
    await expect(world.dispatch('install')).rejects.toThrow();
    expect(keptBuilds(world)).toEqual([]);
  });

  it('never loses the build it has, wherever in writing the next one the disk fills up', async () => {
    for (let writes = 0; writes <= filesOf('b').length; writes += 1) {
      const world = await installed();
      deploy(world, 'b');
      world.writesLeft = writes;
      await world.navigate('/');
      world.online = false;
      expect(keptBuilds(world), `${writes} writes`).toEqual([filesOf('a')]);
      expect((await openTerminal(world, 'a'))[0], `${writes} writes`).toBe(terminalHtml('a'));
    }
  });

  it('keeps no build past the limits of limits.ts', async () => {
    const world = new WorkerWorld();
    expect([world.evaluate('MAX_FILES'), world.evaluate('MAX_BYTES')]).toEqual([limits.offlineBuildMaxFiles, limits.offlineBuildMaxBytes]);
    deploy(world, 'a');
    const names = Array.from({ length: limits.offlineBuildMaxFiles }, (_, index) => `"static/chunks/extra-${index}.js"`);
    world.server.set('/_next/static/chunks/main-a.js', javascript(names.join()));
    await expect(world.dispatch('install')).rejects.toThrow('a build of more than 600 files is not kept');
    deploy(world, 'a');
    world.server.set('/_next/static/media/mono-a.woff2', { body: 'x'.repeat(limits.offlineBuildMaxBytes), type: 'font/woff2' });
    await expect(world.dispatch('install')).rejects.toThrow('a build of more than 33554432 bytes is not kept');
  });

  it('fetches a build again whose cache lost its page', async () => {
    const world = await installed();
    for (const [name] of world.stored) if (name.startsWith('selkie-build-')) world.stored.delete(name);
    await world.navigate('/');
    expect(keptBuilds(world)).toEqual([filesOf('a')]);
  });

  it('asks for the files of the deployment that the page belongs to, and finds them under any', async () => {
    const world = new WorkerWorld();
    deploy(world, 'a');
    world.server.set('/', page('<script src="/_next/static/chunks/main-a.js?dpl=dpl_7" async=""></script>'));
    world.server.set('/_next/static/chunks/main-a.js', javascript('t.l("static/chunks/vim-a.js")'));
    world.server.set('/_next/static/chunks/vim-a.js', javascript('leaf'));
    await world.dispatch('install');
    expect(world.requests.map(({ address }) => address)).toEqual(['/', '/_next/static/chunks/main-a.js?dpl=dpl_7', '/_next/static/chunks/vim-a.js?dpl=dpl_7']);
    world.online = false;
    expect(await (await world.request('/_next/static/chunks/vim-a.js?dpl=dpl_7'))?.text()).toBe('leaf');
  });
});

describe('a new build', () => {
  it('is kept in the background, told to the open pages, and served from the next visit on', async () => {
    const world = await installed();
    world.told.length = 0;
    deploy(world, 'b');
    const first = await world.navigate('/');
    expect(await first?.text()).toBe(terminalHtml('a'));
    expect(world.told).toEqual([{ type: 'selkie-build', build: 'build-b' }]);
    world.online = false;
    expect((await openTerminal(world, 'b'))[0]).toBe(terminalHtml('b'));
    expect(await (await world.request('/_next/static/chunks/vim-a.js'))?.text()).toContain('editor-a.js');
  });

  it('leaves one build before it, for tabs that still run that, and no more', async () => {
    const world = await installed();
    for (const build of ['b', 'c']) {
      deploy(world, build);
      await world.navigate('/');
    }
    expect(keptBuilds(world)).toEqual([filesOf('b'), filesOf('c')]);
  });

  it('that is not whole on the server changes nothing and is told to nobody', async () => {
    const world = await installed();
    world.told.length = 0;
    deploy(world, 'b');
    world.server.delete('/_next/static/chunks/vim-b.js');
    await world.navigate('/');
    expect(keptBuilds(world)).toEqual([filesOf('a')]);
    expect(await (await world.navigate('/'))?.text()).toBe(terminalHtml('a'));
    expect(world.told).toEqual([]);
  });

  it('is not seen in a page that differs only in its nonce, which is renewed', async () => {
    const world = await installed();
    world.told.length = 0;
    world.server.set('/', page(terminalHtml('a', 'n2')));
    expect(await (await world.navigate('/'))?.text()).toBe(terminalHtml('a', 'n1'));
    world.online = false;
    expect(await (await world.navigate('/'))?.text()).toBe(terminalHtml('a', 'n2'));
    expect(world.told).toEqual([]);
    expect(keptBuilds(world)).toEqual([filesOf('a')]);
  });

  it('is looked for when the page has had time to open, not while it does', async () => {
    const world = await installed();
    world.requests.length = 0;
    await world.navigate('/');
    expect(world.waits).toEqual([{ milliseconds: 2_000, requestsBefore: 0 }]);
    expect(world.requests.map(({ address }) => address)).toEqual(['/']);
  });

  it('is looked for once at a time, however many pages open', async () => {
    const world = await installed();
    world.requests.length = 0;
    await Promise.all([world.navigate('/'), world.navigate('/'), world.navigate('/')]);
    expect(world.requests.map(({ address }) => address)).toEqual(['/']);
  });

  it('is told to a page that asks, if the server really has another one than that page', async () => {
    const world = await installed();
    const ask = (build: string) => world.dispatch('message', { data: { type: 'selkie-which-build', build }, source: world.page() });
    world.told.length = 0;
    await ask('build-a');
    expect(world.told).toEqual([]);
    // A page that came from the network and is newer than what is kept: the worker catches up and is silent to it.
    deploy(world, 'b');
    await ask('build-b');
    expect(keptBuilds(world)).toEqual([filesOf('a'), filesOf('b')]);
    world.told.length = 0;
    await ask('build-a');
    expect(world.told).toEqual([{ type: 'selkie-build', build: 'build-b' }]);
  });

  it('is kept and told to all pages when one of them has found the server changed', async () => {
    const world = await installed();
    deploy(world, 'b');
    world.told.length = 0;
    await world.dispatch('message', { data: { type: 'selkie-look' }, source: world.page() });
    expect(world.told).toEqual([{ type: 'selkie-build', build: 'build-b' }]);
    expect(keptBuilds(world)).toEqual([filesOf('a'), filesOf('b')]);
  });

  it('of a development server makes the worker leave and take all it kept with it', async () => {
    const world = await installed();
    world.told.length = 0;
    world.server.set('/', page(terminalHtml('a').replace('bu"])', 'develop"])').replace('"ild-a', '"ment')));
    await world.navigate('/');
    expect(world.contents()).toEqual({});
    expect(world.unregistered).toBe(true);
    expect(world.told).toEqual([{ type: 'selkie-build', build: 'development' }]);
  });
});

describe('requests', () => {
  it('for files of a build need not wake the worker where the browser can tell; those of a deployment still do', async () => {
    const world = new WorkerWorld();
    deploy(world, 'a');
    const routes: unknown[] = [];
    await world.dispatch('install', { addRoutes: (route: unknown) => Promise.resolve(void routes.push(route)) });
    expect(routes).toEqual([{ condition: { urlPattern: { pathname: '/_next/static/*', search: '' }, requestMethod: 'GET' }, source: 'cache' }]);
  });

  it('come to the worker all the same where the browser refuses the route', async () => {
    const world = new WorkerWorld();
    deploy(world, 'a');
    await world.dispatch('install', { addRoutes: () => Promise.reject(new TypeError('not in this browser')) });
    world.online = false;
    expect((await openTerminal(world, 'a'))[0]).toBe(terminalHtml('a'));
  });

  it.each<[string, string, object]>([
    ['the API', '/api/auth/session', {}],
    ['a visit to the API', '/api/auth/login', { mode: 'navigate' }],
    ['a server action', '/', { method: 'POST' }],
    ['a form without JavaScript', '/sign-in', { method: 'POST', mode: 'navigate' }],
    ["the router's data", '/?_rsc=1', {}],
    ['another site', '/_next/static/chunks/main-a.js', { origin: 'https://elsewhere.example' }],
  ])('of %s are left alone', async (_words, path, options) => {
    const world = await installed();
    world.requests.length = 0;
    expect(await world.request(path, options)).toBeUndefined();
    expect(world.requests).toEqual([]);
  });

  it('for a file that is not kept go to the network and are not kept afterwards', async () => {
    const world = await installed();
    const before = world.contents();
    world.server.set('/_next/static/chunks/account.js', javascript('forms'));
    expect(await (await world.request('/_next/static/chunks/account.js'))?.text()).toBe('forms');
    expect(world.contents()).toEqual(before);
  });

  it('for another page always go to the network, and without one get plain words with a way back', async () => {
    const world = await installed();
    const before = world.contents();
    world.server.set('/account', page('who you are'));
    expect(await (await world.navigate('/account'))?.text()).toBe('who you are');
    expect(world.contents()).toEqual(before);
    world.online = false;
    const answer = await world.navigate('/account');
    expect([answer?.status, answer?.headers.get('cache-control'), answer?.headers.get('content-type')]).toEqual([503, 'no-store', 'text/html; charset=utf-8']);
    const words = (await answer?.text()) ?? '';
    expect(words).toContain('This page needs the network, and Selkie can’t be reached. Your files and the terminal work without it.');
    expect(words).toContain('<a class="button" href="/">Open the terminal</a>');
    expect(words).toContain('href="/_next/static/chunks/style-a.css"');
    expect(words).not.toContain('who you are');
  });

  it('for / with a query ask the server first and fall back to the kept terminal', async () => {
    const world = await installed();
    world.server.set('/', page(terminalHtml('a', 'fresh')));
    expect(await (await world.navigate('/?error=x'))?.text()).toBe(terminalHtml('a', 'fresh'));
    world.online = false;
    expect(await (await world.navigate('/?error=x'))?.text()).toBe(terminalHtml('a', 'fresh'));
  });

  it('are answered by the network when the caches are out of reach', async () => {
    const world = await installed();
    world.evaluate('caches.open = caches.match = () => Promise.reject(new Error("denied"))');
    expect(await (await world.navigate('/'))?.text()).toBe(terminalHtml('a'));
    expect((await world.request('/_next/static/chunks/main-a.js'))?.status).toBe(200);
  });
});

describe('pageBuild', () => {
  const inlineScripts = (html: string) => [...html.matchAll(/<script[^>]*>([^<]+)<\/script>/g)].map(([, text]) => text ?? '');
  const addresses = (html: string) => [...html.matchAll(/src="([^"]+)"/g)].map(([, address]) => address ?? '');

  it.each([terminalHtml('a'), terminalHtml('a').replaceAll('.js"', '.js?dpl=dpl_7"'), '<script src="/x.js"></script>'])('names a build as the service worker does (%#)', (html) => {
    const world = new WorkerWorld();
    const expected = world.evaluate(`buildIdOf(${JSON.stringify(html)})`);
    expect(pageBuild(inlineScripts(html), addresses(html))).toBe(expected);
    expect(expected).toBe(html.includes('dpl') ? 'dpl_7' : html.includes('__next_f') ? 'build-a' : '');
  });
});
