import { FollowReader } from '../../src/hunts/input/follow-reader.ts';
import type { SourceNotice } from '../../src/hunts/input/source-notice.ts';
import type { PlacePosition } from '../../src/hunts/input/source-reader.ts';
import { FollowedPlaces } from '../../src/sources/follow/followed-places.ts';
import { decodeOptions, demandOf } from '../../src/telemetry/testing/lines.ts';
import type { ManualTimer } from '../support/manual-timer.ts';
import { LogFolder } from './log-folder.ts';

/** A follower with what a state would keep for it. */
export class FollowedLog {
  /** Numbers of the lines whose records are in the state, in the order they came. */
  readonly seen: number[] = [];
  readonly notices: SourceNotice[] = [];
  undecodable = 0;
  readonly #positions = new Map<string, PlacePosition>();
  readonly #folder: string;
  readonly #path: string;
  readonly #timer: ManualTimer;
  reader: FollowReader;

  constructor(folder: string, path: string, timer: ManualTimer) {
    this.#folder = folder;
    this.#path = path;
    this.#timer = timer;
    this.reader = this.#start();
  }

  /** Reads all that is there, or as many batches as given. */
  async read(batches = Infinity): Promise<void> {
    for (let i = 0; i < batches; i++) {
      const read = await this.reader.take();
      if (read === undefined) return;
      for (let row = 0; row < read.batch.size; row++) {
        this.seen.push(LogFolder.numberOf(read.batch.firstMs[row] as number));
      }
      this.undecodable += read.batch.undecodable;
      for (const position of [read.position, ...(read.also ?? [])]) {
        const key = position.file?.id ?? position.place;
        if (position.file?.forgotten === true) this.#positions.delete(key);
        // As the state does: what is written is written, whatever becomes of the object.
        else this.#positions.set(key, structuredClone(position));
      }
    }
  }

  /** The process ends, wherever it is, and another one goes on from what was committed. */
  async restart(): Promise<void> {
    await this.reader.close();
    this.reader = this.#start();
  }

  #start(): FollowReader {
    return new FollowReader({
      name: 'logs',
      places: new FollowedPlaces('logs', this.#path, {
        workingFolder: this.#folder,
        timer: this.#timer,
        watchFolder: () => () => {},
      }),
      decode: { ...decodeOptions({ demand: demandOf(['process']), batchSize: 3 }) },
      known: [...this.#positions.values()],
      timer: this.#timer,
      onPlace: () => {},
      onNotice: (notice) => this.notices.push(notice),
    });
  }
}
