/**
 * The name of the build that this page runs, read from the page itself by the same rule as the service worker
 * (`buildIdOf` in public/sw.js; a test holds the two together). Empty when it can't be found; then no new version is
 * ever offered, which is the safe mistake.
 *
 * @param inlineScripts text of the page's inline scripts, in order
 * @param scriptAddresses addresses of the others
 */
export function pageBuild(inlineScripts: readonly string[], scriptAddresses: readonly string[]): string {
  for (const address of scriptAddresses) {
    const deployment = /\.(?:js|css)\?dpl=([\w-]+)/.exec(address);
    if (deployment?.[1] !== undefined) return deployment[1];
  }
  // Next sends its data in pieces that may break in the middle of the name.
  const pieces = inlineScripts.map((text) => /^self\.__next_f\.push\(\[1,"(.*)"\]\)$/s.exec(text)?.[1] ?? '');
  return /\\"b\\":\\"([\w-]+)\\"/.exec(pieces.join(''))?.[1] ?? '';
}
