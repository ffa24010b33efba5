/** Key values of one stretch of time whose alert ids are remembered. */
const MOST = 1024;

/**
 * Ids of the alerts that rows of one stretch of event time were suppressed under: a row in a flood takes the id of the one
 * before it, instead of a digest of its own.
 */
export class RecentIds {
  readonly #ids = new Map<string, string>();
  #bucket: number | undefined;

  of(key: string, bucket: number, make: (key: string) => string): string {
    if (bucket !== this.#bucket || this.#ids.size >= MOST) {
      this.#ids.clear();
      this.#bucket = bucket;
    }
    let id = this.#ids.get(key);
    if (id === undefined) this.#ids.set(key, (id = make(key)));
    return id;
  }
}
