const KEPT = 100;
const LONGEST_QUOTE = 80;

/** What is odd about a bundle without making it unreadable: the first messages, and how many there were. */
export class BundleWarnings {
  readonly #messages: string[] = [];
  #count = 0;

  get messages(): readonly string[] {
    return this.#messages;
  }

  get count(): number {
    return this.#count;
  }

  add(message: string): void {
    this.#count++;
    if (this.#messages.length < KEPT) this.#messages.push(message);
  }
}

/** A text of the input as it may stand in a message. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text);
}
