import type { Cancel } from './flow.ts';
import { signalNumber } from './signals.ts';

/** A command in the background, or one that Ctrl-Z stopped. */
export interface Job {
  id: number;
  processId: number;
  /** As it was typed. */
  text: string;
  cancel: Cancel;
  /** Its exit status; never rejects. */
  done: Promise<number>;
  status: number | undefined;
  /** Who started it may wait for it; a subshell only knows of it. */
  isOwn: boolean;
  /** The person was told how it ended, or `wait` answered it. */
  isReported: boolean;
}

/** The jobs of one shell, and which of them is meant by `%+` and `%-`. */
export class JobTable {
  readonly #jobs = new Map<number, Job>();
  /** The latest to be started in the background or stopped comes last. */
  #order: number[] = [];

  get size(): number {
    return this.#jobs.size;
  }

  all(): Job[] {
    return [...this.#jobs.values()];
  }

  running(): Job[] {
    return this.all().filter((job) => job.status === undefined);
  }

  nextId(): number {
    let id = 1;
    for (const taken of this.#jobs.keys()) id = Math.max(id, taken + 1);
    return id;
  }

  add(job: Job): void {
    this.#jobs.set(job.id, job);
    this.makeCurrent(job);
  }

  /** From now on `%+` is this one. */
  makeCurrent(job: Job): void {
    this.#order = [...this.#order.filter((id) => id !== job.id), job.id];
  }

  remove(job: Job): void {
    this.#jobs.delete(job.id);
    this.#order = this.#order.filter((id) => id !== job.id);
  }

  /** `+` for the current job, `-` for the one before. A stopped one goes before those that run. */
  mark(job: Job): '+' | '-' | ' ' {
    const [current, previous] = this.#ranked();
    return job === current ? '+' : job === previous ? '-' : ' ';
  }

  #ranked(): Job[] {
    const newestFirst = [...this.#order].reverse().map((id) => this.#jobs.get(id)).filter((job) => job !== undefined);
    const stopped = newestFirst.filter((job) => job.status === undefined && job.cancel.stopped);
    return [...stopped, ...newestFirst.filter((job) => !stopped.includes(job))];
  }

  /** `%1`, `%+`, `%-`, `%name`, `%?text`, or a process id. @returns 'ambiguous' when several begin so. */
  find(text: string): Job | 'ambiguous' | undefined {
    if (!text.startsWith('%')) return this.all().find((job) => String(job.processId) === text);
    const rest = text.slice(1);
    if (rest === '' || rest === '%' || rest === '+') return this.#ranked()[0];
    if (rest === '-') return this.#ranked()[1] ?? this.#ranked()[0];
    if (/^\d+$/.test(rest)) return this.#jobs.get(Number(rest));
    const matches = this.all().filter((job) => (rest.startsWith('?') ? job.text.includes(rest.slice(1)) : job.text.startsWith(rest)));
    return matches.length > 1 ? 'ambiguous' : matches[0];
  }

  /** For a subshell: it sees the jobs but may not wait for them. */
  clone(): JobTable {
    const copy = new JobTable();
    for (const job of this.#jobs.values()) copy.#jobs.set(job.id, { ...job, isOwn: false });
    copy.#order = this.#order;
    return copy;
  }

  /** The line of `jobs`: `[1]+  Running                 sleep 100 &`. */
  describe(job: Job, withProcessId = false): string {
    const isRunning = job.status === undefined && !job.cancel.stopped;
    const id = withProcessId ? ` ${job.processId}` : '';
    return `[${job.id}]${this.mark(job)} ${id} ${stateOf(job).padEnd(24)}${job.text}${isRunning ? ' &' : ''}\n`;
  }
}

const ENDED_BY: Readonly<Record<number, string>> = { 129: 'Hangup', 130: 'Interrupt', 131: 'Quit', 137: 'Killed', 143: 'Terminated', 141: 'Broken pipe' };

function stateOf(job: Job): string {
  const { status } = job;
  if (status === undefined) return job.cancel.stopped ? 'Stopped' : 'Running';
  if (status === 0) return 'Done';
  const signal = job.cancel.signal;
  const words = signal !== undefined && status === 128 + signalNumber(signal) ? ENDED_BY[status] : undefined;
  return words ?? `Exit ${status}`;
}
