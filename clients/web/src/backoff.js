/**
 * Milliseconds before a further try: grows exponentially, is bounded, and is spread so that the clients of a server
 * that has come back do not come all at once (CO-13).
 * @param {number} attempt from 0
 * @param {{first?: number, longest?: number, random?: () => number}} [options]
 */
export function backoff(attempt, { first = 500, longest = 30_000, random = Math.random } = {}) {
  const bound = Math.min(longest, first * 2 ** Math.min(attempt, 30));
  return bound * (0.5 + random() / 2);
}
