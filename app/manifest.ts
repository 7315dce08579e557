import type { MetadataRoute } from 'next';

/** Lets a browser install Selkie; the service worker (public/sw.js) makes the installed one start without a network. */
export default function manifest(): MetadataRoute.Manifest {
  return {
    id: '/',
    name: 'Selkie',
    short_name: 'Selkie',
    description: 'A personal terminal in a web page: files, shell and editor that work offline and follow you to every device.',
    lang: 'en',
    dir: 'ltr',
    start_url: '/',
    scope: '/',
    display: 'standalone',
    background_color: '#0b1015',
    theme_color: '#0b1015',
    screenshots: [
      { src: '/screenshots/desktop.png', sizes: '2000x1120', type: 'image/png', form_factor: 'wide', label: 'Files, a pipe and a search at the prompt' },
      { src: '/screenshots/phone.png', sizes: '750x1320', type: 'image/png', form_factor: 'narrow', label: 'The same files on a phone' },
    ],
    categories: ['productivity', 'utilities', 'developer'],
    icons: [
      { src: '/icon-192.png', sizes: '192x192', type: 'image/png', purpose: 'any' },
      { src: '/icon-512.png', sizes: '512x512', type: 'image/png', purpose: 'any' },
      { src: '/icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
    ],
  };
}
