/** A bell as the person wants it: the pane's edge lights up, or a short soft tone. */
export function ringBell(view: Window & typeof globalThis, element: HTMLElement, kind: 'flash' | 'sound'): void {
  if (kind === 'flash') {
    element.dataset['rung'] = 'true';
    view.setTimeout(() => { delete element.dataset['rung']; }, 150);
    return;
  }
  const context = new view.AudioContext();
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.frequency.value = 660;
  volume.gain.setValueAtTime(0.08, context.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.001, context.currentTime + 0.15);
  tone.connect(volume).connect(context.destination);
  tone.onended = () => void context.close();
  tone.start();
  tone.stop(context.currentTime + 0.15);
}
