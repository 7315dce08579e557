/**
 * The browser's offer to install Selkie, kept until the person asks for it. Only some browsers make one; elsewhere it
 * is in their own menu.
 */
export interface InstallOffer {
  readonly isThere: boolean;
  /** Asks the person by the browser's own dialog; a sentence when there is nothing to ask. */
  take(): Promise<string | undefined>;
}

interface InstallEvent extends Event {
  prompt(): Promise<unknown>;
}

const offers = new WeakMap<Window, InstallOffer>();

/** The same for a page whoever asks; listens from the first time on. */
export function installOffer(view: Window): InstallOffer {
  const known = offers.get(view);
  if (known !== undefined) return known;
  let event: InstallEvent | undefined;
  view.addEventListener('beforeinstallprompt', (offered) => {
    // It is in the palette then, instead of over the prompt.
    offered.preventDefault();
    event = offered as InstallEvent;
  });
  view.addEventListener('appinstalled', () => { event = undefined; });
  const offer: InstallOffer = {
    get isThere() { return event !== undefined; },
    async take() {
      const asked = event;
      if (asked === undefined) return 'This browser makes no offer; look for “Install” or “Add to home screen” in its menu.';
      // An offer can be taken once.
      event = undefined;
      await asked.prompt();
      return undefined;
    },
  };
  offers.set(view, offer);
  return offer;
}
