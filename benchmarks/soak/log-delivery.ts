import {
  appendFileSync,
  copyFileSync,
  existsSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import type { Delivery } from './delivery.ts';

const ROTATE_BYTES = 256 * 2 ** 20;
const KEPT = 3;

/** A log that is followed: rotated when it has grown, and when a fault says so. The oldest of its copies are deleted. */
export class LogDelivery implements Delivery {
  readonly uri: string;
  readonly #path: string;

  constructor(path: string) {
    this.uri = path;
    this.#path = path;
    writeFileSync(path, '');
  }

  async send(lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    if (statSync(this.#path).size > ROTATE_BYTES) this.rotate();
    appendFileSync(this.#path, `${lines.join('\n')}\n`);
  }

  /** Renamed, and begun anew. */
  rotate(): void {
    this.#makeRoom();
    renameSync(this.#path, `${this.#path}.1`);
    writeFileSync(this.#path, '');
  }

  /** Copied, and cut to nothing. */
  truncate(): void {
    this.#makeRoom();
    copyFileSync(this.#path, `${this.#path}.1`);
    truncateSync(this.#path, 0);
  }

  async close(): Promise<void> {}

  #makeRoom(): void {
    rmSync(`${this.#path}.${KEPT}`, { force: true });
    for (let i = KEPT - 1; i >= 1; i--) {
      if (existsSync(`${this.#path}.${i}`)) renameSync(`${this.#path}.${i}`, `${this.#path}.${i + 1}`);
    }
  }
}
