/**
 * A value that tells when it changes; what `useSyncExternalStore` takes. Both methods can be handed on by themselves.
 * @template T
 */
export class Store {
  /** @param {T} value */
  constructor(value) {
    /** @protected */
    this.value = value;
    /** @protected @type {Set<() => void>} */
    this.listeners = new Set();
  }

  /** The same object until something changes. */
  getSnapshot = () => this.value;

  /** @param {() => void} listener @returns {() => void} ends it */
  subscribe = (listener) => {
    const one = () => listener(); // the same listener may be there twice
    this.listeners.add(one);
    if (this.listeners.size === 1) this.onFirst();
    return () => {
      if (this.listeners.delete(one) && this.listeners.size === 0) this.onLast();
    };
  };

  /** Whether anybody looks. */
  get isWatched() {
    return this.listeners.size > 0;
  }

  /** Somebody looks. @protected */
  onFirst() {}
  /** Nobody looks any more. @protected */
  onLast() {}

  /** @param {T} value */
  set(value) {
    if (Object.is(value, this.value)) return;
    this.value = value;
    for (const listener of [...this.listeners]) listener();
  }
}
