/** Beyond the limit every host still has this part of it. */
const HOST_PART = 100;

export interface StoredQuota {
  readonly left: number;
  /** Hosts and how many alerts of theirs have left, as far as that is counted. */
  readonly hosts: readonly (readonly [host: string, alerts: number])[];
}

/**
 * Which alerts from history leave one by one (decision 30): so many of a hunt, whoever they are of. So that a flood from one
 * host does not sum up the only alert of another, each host then has a hundredth of that, and all such hosts together as
 * much again.
 */
export class BackfillQuota {
  readonly #most: number;
  readonly #ofHost: number;
  readonly #hosts = new Map<string, number>();
  #left = 0;

  constructor(most: number) {
    this.#most = most;
    this.#ofHost = Math.ceil(most / HOST_PART);
  }

  /** Alerts that have left one by one. */
  get left(): number {
    return this.#left;
  }

  /** Whether an alert of this host leaves; '' for none. One that does is counted. */
  admits(host: string): boolean {
    const ofHost = this.#hosts.get(host) ?? 0;
    const isWithin = this.#left < this.#most || (ofHost < this.#ofHost && this.#left < 2 * this.#most);
    if (!isWithin) return false;
    this.#left++;
    if (ofHost < this.#ofHost) this.#hosts.set(host, ofHost + 1);
    return true;
  }

  stored(): StoredQuota {
    return { left: this.#left, hosts: [...this.#hosts] };
  }

  restore({ left, hosts }: StoredQuota): void {
    this.#left = left;
    for (const [host, alerts] of hosts) this.#hosts.set(host, alerts);
  }
}
