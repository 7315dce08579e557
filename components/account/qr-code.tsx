'use client';

import { useMemo } from 'react';
import { encode } from 'uqr';
import { qrPath } from './qr-path.ts';
import styles from './account.module.css';

/** Modules of white around the code: what scanners need (ISO/IEC 18004, 9.1). */
const QUIET_ZONE = 4;

/** A QR code, black on white in every colour scheme: scanners do not read inverted ones. No style attribute, as the policy wants. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { data, size } = useMemo(() => encode(text, { ecc: 'M', border: QUIET_ZONE }), [text]);
  return (
    <svg className={styles.qr} viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <path fill="#fff" d={`M0 0h${size}v${size}h-${size}z`} />
      <path fill="#000" d={qrPath(data)} />
    </svg>
  );
}
