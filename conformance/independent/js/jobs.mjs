// A job of any of the protocols: a pipeline that runs once, at a pace one can watch, and ends in exactly one way.
import { setTimeout as sleep } from "node:timers/promises";

/** What is wrong with a file, in words meant for its owner. */
export class BadFile extends Error {}

// Long enough for a client that learns the id from the HTTP reply to subscribe before the first event.
const headStart = 100;
const slowFrom = 5000; // rows
const pace = { small: { total: 150, step: 12 }, slow: { total: 3000, step: 100 } }; // milliseconds

export const timestamp = () => new Date().toISOString();

/** Lets each job tell its clients that it goes no further, as a server does before it stops. */
export async function endAll(iterable) {
  const jobs = [...iterable];
  for (const job of jobs) job.cancel("The server is stopping", "failed");
  await Promise.all(jobs.map((job) => job.done));
}

export class Job {
  status = "pending";
  #abort = new AbortController();

  constructor(members) {
    Object.assign(this, members);
  }

  get ended() {
    return this.status !== "pending" && this.status !== "processing";
  }

  /** Runs `pipeline`, then calls `completed(result)` or `failed(reason)`: one of them, once. */
  async run(pipeline, { completed, failed }) {
    const started = performance.now();
    let end;
    try {
      await this.pause(headStart);
      this.status = "processing";
      const result = await pipeline();
      this.check();
      this.status = "completed";
      end = () => completed(result);
    } catch (error) {
      const reason = this.#reason(error);
      if (!this.ended) this.status = "failed";
      end = () => failed(reason);
    }
    this.milliseconds = Math.round(performance.now() - started);
    end();
  }

  /** Stops the job; false if it has ended already. */
  cancel(reason, status = "cancelled") {
    if (this.ended) return false;
    this.status = status;
    this.#abort.abort(new BadFile(reason));
    return true;
  }

  /** Throws once the job is cancelled: nothing may be reported after that but its end. */
  check() {
    this.#abort.signal.throwIfAborted();
  }

  pause(milliseconds) {
    return sleep(milliseconds, undefined, { signal: this.#abort.signal });
  }

  /** Walks along the rows in portions that take their time; calls `each(row, index)`, yields how many are done. */
  async *portions(rows, share, each) {
    const { total, step } = rows.length > slowFrom ? pace.slow : pace.small;
    const size = Math.ceil((rows.length * step) / (total * share));
    for (let done = 0; done < rows.length;) {
      await this.pause(step);
      for (const end = Math.min(done + size, rows.length); done < end; ++done) each(rows[done], done);
      yield done;
    }
  }

  #reason(error) {
    if (this.#abort.signal.aborted) return this.#abort.signal.reason.message;
    if (error instanceof BadFile) return error.message;
    console.error(error);
    return "Internal error";
  }
}
