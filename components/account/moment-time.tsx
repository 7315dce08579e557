import { momentOf } from './moment.ts';

/** A time of the API in the person's own words and zone; nothing for what is no time. */
export function MomentTime({ label = '', value }: { label?: string; value: string | number | undefined }) {
  const moment = momentOf(value);
  if (moment === undefined) return null;
  return (
    <>
      {label === '' ? null : `${label} `}
      <time dateTime={moment.machine}>{moment.words}</time>
    </>
  );
}
