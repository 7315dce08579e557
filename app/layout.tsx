import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';
import { connection } from 'next/server';
import { Offline } from '@/components/offline/offline.tsx';
import './globals.css';

export const metadata: Metadata = {
  title: { default: 'Selkie', template: '%s · Selkie' },
  description: 'A personal terminal in a web page: files, shell and editor that work offline and follow you to every device.',
  applicationName: 'Selkie',
  appleWebApp: { capable: true, title: 'Selkie', statusBarStyle: 'black' },
  // A phone must not turn a hash or a code on the screen into a link that calls somebody.
  formatDetection: { telephone: false, email: false, address: false },
};

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  viewportFit: 'cover',
  // The keyboard of a phone shortens the page instead of covering the prompt.
  interactiveWidget: 'resizes-content',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#fbfcfd' },
    { media: '(prefers-color-scheme: dark)', color: '#0b1015' },
  ],
};

/**
 * The frame of every page. No inline script and no style attribute may be added here: the policy of the middleware
 * lets only scripts with its nonce run, and Next puts that on its own scripts while it renders a request. So every
 * page has to be rendered for its request: a prerendered one would carry no nonce and stay dead.
 */
export default async function RootLayout({ children }: { children: ReactNode }) {
  await connection();
  return (
    <html lang="en">
      <body>
        {children}
        <Offline />
      </body>
    </html>
  );
}
