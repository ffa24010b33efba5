/** Takes choices from a list of drawn numbers; shrinking the numbers shrinks the huntflow towards its first choices. */
export class Choices {
  readonly #numbers: readonly number[];
  #at = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  upTo(count: number): number {
    const number = this.#numbers[this.#at++] ?? 0;
    return number % count;
  }

  of<T>(items: readonly T[]): T {
    return items[this.upTo(items.length)] as T;
  }
}
