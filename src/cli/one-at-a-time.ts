/** Runs actions one after the other, in the order they are given, whoever gives them. One that fails stops no other. */
export class OneAtATime {
  #last: Promise<unknown> = Promise.resolve();

  run(action: () => Promise<void>): Promise<void> {
    const result = this.#last.then(action);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
