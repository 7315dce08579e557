/*
 * The service worker: it makes the terminal at `/` open and work with the server switched off, the editor and every
 * other part that is loaded only when used included.
 *
 * A *build* is the page `/` plus every file below /_next/static/ that it can ever ask for. The list is not written
 * down anywhere by the bundler, so it is found: the page names its scripts and styles, and each script names, as plain
 * strings, the chunks that it may load later. All are fetched; only when the last one is there does the build become
 * the current one, by one write of the pointer. A build is thus whole or not used at all, and the one before stays,
 * because tabs that still run it may load a chunk that the server no longer has.
 *
 * What is kept holds nothing about a person. `/` is the same document for everybody (who is signed in, the terminal
 * asks the API), and to be sure, it is fetched here without cookies. Requests to /api/, server actions (POST) and
 * the router's own data requests are not touched, not even to pass them on. All other pages come from the network.
 *
 * A kept page carries its Content-Security-Policy, nonce included, in its headers; every visit with a network renews
 * both. A new build is offered by a message to the open pages, never forced on them.
 *
 * Rejected: a list made by the build (the bundler gives none, and a plugin for it would be the largest part of this),
 * and filling the cache as files are used (the editor would be missing on the day the network is).
 *
 * Classic script without imports or build step, so that this file is byte for byte what the browser runs. Tests
 * evaluate it with stand-ins for the worker's globals: components/offline/service-worker.integration.test.ts.
 */
'use strict';

const BUILD_PREFIX = 'selkie-build-';
const POINTER_CACHE = 'selkie-current';
/** Keys of the pointer's cache only; nothing ever requests them. */
const POINTER_KEY = '/selkie-current-build';
const STATIC = '/_next/static/';

/** The same numbers as `offlineBuildMaxFiles` and `offlineBuildMaxBytes` of lib/core/limits.ts; a test compares them. */
const MAX_FILES = 600;
const MAX_BYTES = 33554432;

// ---------------------------------------------------------------------------------------------------------------
// Reading a build out of its text: pure functions.

/** Next sends its data in pieces that may break anywhere, in the middle of a name too; this joins them. */
function joinPieces(html) {
  return html.replace(/"\]\)<\/script><script[^>]*>self\.__next_f\.push\(\[1,"/g, '');
}

/** What names the whole build: the deployment where a host sets one, else Next's own build id; '' when there is neither. */
function buildIdOf(html) {
  const deployment = deploymentOf(html);
  if (deployment !== '') return deployment;
  const build = /\\"b\\":\\"([\w-]+)\\"/.exec(joinPieces(html));
  return build === null ? '' : build[1];
}

/** On hosts that keep several deployments alive, every address of a file ends with the one it belongs to. */
function deploymentOf(html) {
  const deployment = /\.(?:js|css)\?dpl=([\w-]+)/.exec(html);
  return deployment === null ? '' : deployment[1];
}

/** Paths of all files below /_next/static/ that a page or a script names; sorted, each once. */
function assetPathsIn(text) {
  const found = new Set();
  // Browsers that have service workers never load a `nomodule` script.
  const wanted = joinPieces(text).replace(/<script[^>]*\snomodule\b[^>]*>/gi, '');
  // A page writes "/_next/static/x.js", a list of chunks "static/chunks/x.js"; both begin right after a quote.
  const names = /["'`](?:\/_next\/)?(static\/[\w~.@%()+/-]+\.(?:js|mjs|css|woff2?|wasm|json|svg|png|webp|avif|txt))(?=["'`?\\])/g;
  for (const [, path] of wanted.matchAll(names)) {
    if (!path.split('/').includes('..')) found.add(`/_next/${path}`);
  }
  return [...found].sort();
}

/** Paths of the files below /_next/static/ that a style sheet refers to, seen from its own address. */
function assetPathsInStyle(text, ownPath) {
  const found = new Set();
  for (const [, , reference] of text.matchAll(/(?:url\(\s*|@import\s+)(["']?)([^"')\s]+)\1/g)) {
    const url = urlOrNone(reference, self.location.origin + ownPath);
    if (url !== undefined && url.origin === self.location.origin && url.pathname.startsWith(STATIC)) found.add(url.pathname);
  }
  return [...found].sort();
}

function urlOrNone(reference, base) {
  try {
    return new URL(reference, base);
  } catch {
    return undefined;
  }
}

/** Whether a response may be kept: our own, whole, final, and not somebody else's page on a borrowed network. */
function mayKeep(response, path) {
  if (response.status !== 200 || response.type !== 'basic' || response.redirected) return false;
  const type = response.headers.get('content-type') || '';
  if (path === '/') return type.startsWith('text/html');
  if (path.endsWith('js')) return type.includes('javascript');
  if (path.endsWith('.css')) return type.startsWith('text/css');
  return !type.startsWith('text/html');
}

// ---------------------------------------------------------------------------------------------------------------
// Fetching a build.

/**
 * The page `/` as the server has it now. Asked for without cookies: so nothing about a person can be in it, and no
 * cookie of its answer is taken. Throws when the answer is not our page.
 */
async function fetchPage() {
  const response = await fetch('/', { credentials: 'omit', cache: 'no-store', redirect: 'error' });
  if (!mayKeep(response, '/')) throw new Error(`/ answered ${response.status}, which is not the terminal`);
  const html = await response.clone().text();
  const paths = assetPathsIn(html);
  if (!paths.some((path) => path.endsWith('.js'))) throw new Error('/ names no script, so it is not the terminal');
  const build = buildIdOf(html);
  return { response, build, paths, deployment: deploymentOf(html), key: await digest([build, ...paths].join('\n')) };
}

/** The first 80 bits of the SHA-256, in hex: enough to tell builds apart; nothing is proved with it. */
async function digest(text) {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return [...bytes.slice(0, 10)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Every file of the page's build by its path, found by following names. Throws when a single one can't be had. */
async function fetchFiles(page) {
  const files = new Map();
  let bytes = 0;
  let wave = page.paths;
  while (wave.length > 0) {
    if (files.size + wave.length > MAX_FILES) throw new Error(`a build of more than ${MAX_FILES} files is not kept`);
    const fetched = await Promise.all(wave.map((path) => fetchFile(path, page.deployment)));
    const named = new Set();
    for (const { path, response, body } of fetched) {
      bytes += body.byteLength;
      if (bytes > MAX_BYTES) throw new Error(`a build of more than ${MAX_BYTES} bytes is not kept`);
      files.set(path, response);
      for (const name of pathsNamedBy(path, body)) named.add(name);
    }
    wave = [...named].filter((path) => !files.has(path));
  }
  return files;
}

async function fetchFile(path, deployment) {
  const address = deployment === '' ? path : `${path}?dpl=${deployment}`;
  const response = await fetch(address, { credentials: 'omit', redirect: 'error' });
  if (!mayKeep(response, path)) throw new Error(`${path} answered ${response.status}`);
  return { path, response, body: await response.clone().arrayBuffer() };
}

function pathsNamedBy(path, body) {
  if (path.endsWith('.css')) return assetPathsInStyle(new TextDecoder().decode(body), path);
  if (path.endsWith('js')) return assetPathsIn(new TextDecoder().decode(body));
  return [];
}

// ---------------------------------------------------------------------------------------------------------------
// Keeping builds.

/** The current build `{key, previous, build, styles}`, or undefined when none is whole yet. */
async function readPointer() {
  const kept = await caches.match(POINTER_KEY, { cacheName: POINTER_CACHE });
  return kept === undefined ? undefined : kept.json();
}

async function writePointer(pointer) {
  const cache = await caches.open(POINTER_CACHE);
  await cache.put(POINTER_KEY, new Response(JSON.stringify(pointer), { headers: { 'content-type': 'application/json' } }));
}

/** Asking the server sooner takes network and processor from the page that is just opening. */
const LOOK_AFTER_MS = 2000;

function pageIsOpen() {
  return new Promise((resolve) => setTimeout(resolve, LOOK_AFTER_MS));
}

let refreshing;

/**
 * Looks whether the server has another build and, if so, keeps it whole. However many pages ask, one look is under
 * way at a time. Rejects, having changed nothing, when the server is not there or a file can't be had or kept.
 */
function refresh() {
  refreshing ??= lookAndKeep().finally(() => {
    refreshing = undefined;
  });
  return refreshing;
}

async function lookAndKeep() {
  const page = await fetchPage();
  if (page.build === 'development') return withdraw();
  const current = await readPointer();
  const kept = await keptTerminal();
  if (kept !== undefined && current.key === page.key) {
    // The same build with a fresh nonce and today's headers.
    const cache = await caches.open(BUILD_PREFIX + page.key);
    return cache.put('/', page.response);
  }
  await keep(page, current);
  await tellPages(page.build);
}

async function keep(page, current) {
  const files = await fetchFiles(page);
  const name = BUILD_PREFIX + page.key;
  try {
    const cache = await caches.open(name);
    for (const [path, response] of files) await cache.put(path, response);
    await cache.put('/', page.response);
    const styles = page.paths.filter((path) => path.endsWith('.css'));
    await writePointer({ key: page.key, previous: current === undefined ? '' : current.key, build: page.build, styles });
  } catch (error) {
    // Most likely the disk is full: half a build is worth nothing, and the room is better given back.
    await caches.delete(name);
    throw error;
  }
  const wanted = [name, BUILD_PREFIX + (current === undefined ? '' : current.key)];
  for (const other of await caches.keys()) {
    if (other.startsWith(BUILD_PREFIX) && !wanted.includes(other)) await caches.delete(other);
  }
}

/**
 * The server now runs in development, on the address where a production build was kept (`npm start`, then
 * `npm run dev`): its files change under the same names, so nothing may be kept, and this worker goes.
 */
async function withdraw() {
  for (const name of await caches.keys()) {
    if (name.startsWith(BUILD_PREFIX) || name === POINTER_CACHE) await caches.delete(name);
  }
  await self.registration.unregister();
  await tellPages('development');
}

async function tellPages(build) {
  for (const page of await self.clients.matchAll({ type: 'window', includeUncontrolled: true })) {
    page.postMessage({ type: 'selkie-build', build });
  }
}

// ---------------------------------------------------------------------------------------------------------------
// Answering requests.

/** A file of any kept build: names carry a hash of the content, so it does not matter which. */
function fileFromBuilds(path) {
  return caches.match(path, { ignoreVary: true });
}

async function answerFile(request, path) {
  const kept = await fileFromBuilds(path).catch(() => undefined);
  return kept ?? fetch(request);
}

/** The current build's page. It is the last thing put into a build's cache, so where it is, the rest is too. */
async function keptTerminal() {
  const current = await readPointer();
  if (current === undefined) return undefined;
  return caches.match('/', { cacheName: BUILD_PREFIX + current.key, ignoreVary: true });
}

/** `/` at once from the kept build. With a query it may mean something to the server, so that is asked first. */
async function answerTerminal(request, hasQuery) {
  const kept = await keptTerminal().catch(() => undefined);
  if (kept !== undefined && !hasQuery) return kept;
  try {
    return await fetch(request);
  } catch {
    return kept ?? offlinePage();
  }
}

async function answerOtherPage(request) {
  try {
    return await fetch(request);
  } catch {
    return offlinePage();
  }
}

/** Plain words in the style of the kept build, if there is one. */
async function offlinePage() {
  const current = await readPointer().catch(() => undefined);
  const styles = current === undefined ? [] : current.styles;
  const links = styles.map((path) => `<link rel="stylesheet" href="${path}">`).join('');
  const words =
    current === undefined
      ? '<p>Selkie can’t be reached, and this browser has not kept it yet. Check the network, then load this page again.</p>'
      : '<p>This page needs the network, and Selkie can’t be reached. Your files and the terminal work without it.</p><p><a class="button" href="/">Open the terminal</a></p>';
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Offline · Selkie</title><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="dark light">${links}</head><body><main class="words"><h1>You are offline</h1>${words}</main></body></html>`;
  return new Response(html, {
    status: 503,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    },
  });
}

// ---------------------------------------------------------------------------------------------------------------

/**
 * Browsers that can, read the files of kept builds without waking this worker for each (Service Workers, 4.4.2
 * `addRoutes`); what is not kept they fetch. An address with a query, a deployment's, is not what a file is kept
 * under, so it still comes here.
 */
async function routePastWorker(event) {
  if (event.addRoutes === undefined) return;
  await event.addRoutes({ condition: { urlPattern: { pathname: `${STATIC}*`, search: '' }, requestMethod: 'GET' }, source: 'cache' });
}

self.addEventListener('install', (event) => {
  // Without it everything works as before, only later.
  event.waitUntil(routePastWorker(event).catch(() => undefined));
  // Nothing kept, no worker: the browser tries again on the next visit. Safe to take over at once, because any kept
  // build can be served by any version of this file.
  event.waitUntil(refresh().then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  // The page of the very first visit too: its editor's chunk is then kept as well.
  event.waitUntil(self.clients.claim());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET') return;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin || url.pathname.startsWith('/api/')) return;
  if (url.pathname.startsWith(STATIC)) {
    event.respondWith(answerFile(request, url.pathname));
    return;
  }
  if (request.mode !== 'navigate') return;
  if (url.pathname !== '/') {
    event.respondWith(answerOtherPage(request));
    return;
  }
  event.respondWith(answerTerminal(request, url.search !== ''));
  // A look that fails changes nothing and is nobody's concern: the page is on the screen.
  event.waitUntil(pageIsOpen().then(refresh).catch(() => undefined));
});

/**
 * A page says which build it runs, and hears of another one only if the server really has one now; or it has found out
 * that the server has another one (`selkie-look`), and all pages hear of it once it is kept whole.
 */
self.addEventListener('message', (event) => {
  const { data, source } = event;
  if (typeof data !== 'object' || data === null || source === null) return;
  if (data.type === 'selkie-look') event.waitUntil(refresh().catch(() => undefined));
  if (data.type === 'selkie-which-build') event.waitUntil(answerWhichBuild(data.build, source).catch(() => undefined));
});

async function answerWhichBuild(build, page) {
  let current = await readPointer();
  if (current === undefined || current.build === build) return;
  await refresh();
  current = await readPointer();
  if (current !== undefined && current.build !== build) page.postMessage({ type: 'selkie-build', build: current.build });
}
