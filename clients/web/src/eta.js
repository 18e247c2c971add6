// How long a job may still take, learned per stage from the jobs that went before.

const KEY = 'uploadproto:stage-times';
/** Share of the newest job in what is remembered. */
const WEIGHT = 0.3;

/** Remembers how long each stage took, across pages where there is a storage. */
export class StageTimes {
  /** @param {Pick<Storage, 'getItem' | 'setItem'> | undefined} [storage] */
  constructor(storage) {
    this.storage = storage;
    /** @type {Record<string, number>} */
    this.known = {};
    try {
      const kept = JSON.parse(storage?.getItem(KEY) ?? '{}');
      for (const [stage, time] of Object.entries(kept)) if (typeof time === 'number' && time >= 0) this.known[stage] = time;
    } catch {
      // what cannot be read is learned anew
    }
  }

  /** @param {string} protocol @param {string} stage @param {number} milliseconds */
  learn(protocol, stage, milliseconds) {
    const key = `${protocol}/${stage}`, before = this.known[key];
    this.known[key] = before === undefined ? milliseconds : before + WEIGHT * (milliseconds - before);
    try {
      this.storage?.setItem(KEY, JSON.stringify(this.known));
    } catch {
      // a full storage costs the memory, not the page
    }
  }

  /** @param {string} protocol @param {string} stage @returns {number | undefined} milliseconds */
  of(protocol, stage) {
    return this.known[`${protocol}/${stage}`];
  }
}

/**
 * Milliseconds until the end; null: nothing can be said yet.
 * @param {object} at
 * @param {readonly number[]} at.learned of the current stage and each later one; NaN: never seen
 * @param {number} at.done share of the current stage, 0 to 1
 * @param {number} at.inStage milliseconds in the current stage so far
 * @param {number} at.progress percent of the whole @param {number} at.elapsed milliseconds since the job began
 * @returns {number | null}
 */
export function remaining({ learned, done, inStage, progress, elapsed }) {
  const [current, ...later] = learned;
  const known = learned.length > 0 && learned.every((time) => !Number.isNaN(time));
  if (!known) return progress >= 5 && elapsed >= 1000 ? (elapsed / progress) * (100 - progress) : null;
  // Once the stage has got somewhere its own speed says more than its forerunners'.
  const left = done >= 0.2 ? (inStage / done) * (1 - done) : Math.max(current - inStage, current * (1 - done) * 0.5, 0);
  return left + later.reduce((sum, time) => sum + time, 0);
}
