import { SourceError } from '../../errors/windhover-error.ts';
import type { DecodeOptions } from '../../telemetry/decoder.ts';
import type { LiveLook, LivePlaces } from '../../telemetry/live-places.ts';
import { openBatches } from '../../telemetry/open-batches.ts';
import { recogniseGrowing, type Content } from '../../telemetry/recognise-content.ts';
import type { RecordBatch } from '../../telemetry/record-batch.ts';
import type { Timer } from '../../telemetry/timer.ts';
import { ReadBytes, type FileReading, type FollowedFile } from './followed-file.ts';
import { FollowedFiles } from './followed-files.ts';
import { beginsAs } from './place-head.ts';
import type { SourceNotice } from './source-notice.ts';
import type { BatchSupply, PlaceNotice, PlacePosition, ReadBatch } from './source-reader.ts';

/** Files kept open at a time; others are opened again when they grow. */
const MAX_OPEN = 64;
/** A rotated or removed file that has not grown for this long, ms, is read to its end: whoever wrote it has moved on. */
const GRACE_MS = 10_000;
/** What is read as a whole (compressed files, bundles) is opened when it has not changed for this long, ms. */
const QUIET_MS = 1000;
/** What may be otherwise at the next look although the file has not changed: renamed since the last one, say. */
const PASSING: ReadonlySet<string> = new Set(['source-denied', 'source-missing']);
const RECOGNITION_BYTES = 65_536;
/** Of these what is there can be read before the rest is written. */
const GROWING: ReadonlySet<Content> = new Set(['lines', 'avro', 'sysflow-datums']);

export interface FollowReaderOptions {
  readonly name: string;
  readonly places: LivePlaces;
  readonly decode: Omit<DecodeOptions, 'from'>;
  readonly known: readonly PlacePosition[];
  readonly timer: Timer;
  readonly onPlace: (notice: PlaceNotice) => void;
  readonly onNotice: (notice: SourceNotice) => void;
}

/**
 * One source of a scope whose files grow, are rotated, appear and vanish. What is there is read file by file; then it is
 * waited for a change. Half a line waits for its rest. Positions belong to files, not to names (`FollowedFiles`).
 */
export class FollowReader implements BatchSupply {
  readonly name: string;
  readonly #options: FollowReaderOptions;
  readonly #files: FollowedFiles;
  readonly #unsaved = new Set<FollowedFile>();
  readonly #open = new Set<FollowedFile>();
  #look: LiveLook | undefined;
  #taking: Promise<ReadBatch | undefined> | undefined;
  #closed = false;

  constructor(options: FollowReaderOptions) {
    this.name = options.name;
    this.#options = options;
    this.#files = new FollowedFiles(options.name, options.known, options.onNotice);
  }

  async next(): Promise<ReadBatch | undefined> {
    while (!this.#closed) {
      const read = await this.take();
      if (read !== undefined) return read;
      await this.#options.places.changed();
    }
    return undefined;
  }

  /** What can be read without waiting: looks anew once all that the last look found has been read. */
  take(): Promise<ReadBatch | undefined> {
    this.#taking = this.#take();
    return this.#taking;
  }

  async #take(): Promise<ReadBatch | undefined> {
    const left = await this.#read();
    if (left !== undefined || this.#closed) return left;
    this.#look = await this.#options.places.look();
    await this.#files.update(this.#look, this.#options.timer.now());
    for (const file of this.#files.takeAdded()) this.#unsaved.add(file);
    for (const file of this.#files.all) {
      if (this.#canEnd(file) || (file.file === undefined && file.reading !== undefined)) file.pending = true;
    }
    return this.#read();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#options.places.close();
    // A file that is just being opened would stay open. Reading waits for nobody, so this does not take long.
    await this.#taking?.catch(() => undefined);
    for (const file of this.#open) await file.stopReading();
    this.#open.clear();
  }

  async #read(): Promise<ReadBatch | undefined> {
    if (this.#look === undefined) return undefined;
    for (const file of this.#files.inOrder(this.#look)) {
      while (file.pending && !this.#closed) {
        const batch = await this.#readFile(file);
        if (batch === undefined) continue;
        this.#unsaved.delete(file);
        const also = [
          ...[...this.#unsaved].map((each) => each.toPosition()),
          ...this.#files.takeForgotten().map((each) => each.toPosition(true)),
        ];
        this.#unsaved.clear();
        return { batch, position: file.toPosition(), also };
      }
    }
    return undefined;
  }

  /** One step; a file that has nothing more for now is not pending any more. */
  async #readFile(file: FollowedFile): Promise<RecordBatch | undefined> {
    try {
      file.reading ??= await this.#start(file);
      const { reading } = file;
      if (reading === undefined) {
        file.pending = false;
        return undefined;
      }
      this.#touch(file);
      reading.bytes.atPause = false;
      const next = await reading.batches.next();
      const { head } = reading.bytes;
      // As long as nothing whole has been read, half a line may be all that is known.
      const tells = reading.bytes.isTelling || reading.reader.position.offset > 0;
      if (tells && file.head.headLength < head.headLength) file.head = head;
      if (next.done === true) {
        await this.#finish(file);
        return undefined;
      }
      if (reading.reader.position.offset !== file.position.offset) {
        this.#unsaved.add(file);
        // Of a file that is gone only reading tells that it still grows.
        if (file.file === undefined) file.changedAt = this.#options.timer.now();
      }
      file.position = reading.reader.position;
      const batch = next.value;
      if (batch.size + batch.ignored + batch.undecodable > 0) {
        this.#tell(file, reading);
        return batch;
      }
      if (reading.bytes.atPause) this.#rest(file, reading);
      return undefined;
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      // One file that cannot be read stops no other; it is tried again when it has changed.
      await file.stopReading();
      this.#open.delete(file);
      file.pending = false;
      if (!error.retriable && !PASSING.has(error.code)) file.drained = file.file;
      this.#files.problem(file.place, error);
      return undefined;
    }
  }

  /** Opens a file where reading stopped. `undefined`: it cannot be told yet what it holds, or it is not complete yet. */
  async #start(file: FollowedFile): Promise<FileReading | undefined> {
    const live = file.file;
    if (live === undefined) return undefined;
    const { head, compressed } = await live.begin(RECOGNITION_BYTES);
    // Since the look its file may have been removed, and its inode given to another one.
    if (file.head.headLength > 0 && !beginsAs(head, file.head)) throw replaced(file.place);
    const content = recogniseGrowing(head);
    const undecided = !compressed && content === undefined && head.length < RECOGNITION_BYTES;
    if (undecided && !this.#isLeft(file)) return undefined;
    const whole = compressed || (content !== undefined && !GROWING.has(content));
    if (whole) {
      const now = this.#options.timer.now();
      if (now - file.changedAt < QUIET_MS && now - live.modifiedMs < QUIET_MS) return undefined;
    }
    const bytes = new ReadBytes(live, whole);
    bytes.ending = undecided;
    if (!compressed) bytes.end = Math.max(bytes.end, head.length);
    const { offset } = file.position;
    const reader = await openBatches(bytes, {
      ...this.#options.decode,
      ...(offset === 0 ? {} : { from: file.position }),
    });
    bytes.starting = false;
    return { bytes, reader, batches: reader.batches()[Symbol.asyncIterator]() };
  }

  /** All that is there has been read. */
  #rest(file: FollowedFile, reading: FileReading): void {
    file.drained = file.file;
    file.pending = false;
    if (!this.#canEnd(file)) return;
    reading.bytes.ending = true;
    file.pending = true;
  }

  #canEnd(file: FollowedFile): boolean {
    return file.reading !== undefined && this.#isLeft(file);
  }

  /** Whoever wrote the file has moved on: it was renamed, removed or copied elsewhere, and has not grown since. */
  #isLeft({ file, changedAt }: FollowedFile): boolean {
    const stays = file !== undefined && !file.rotated;
    return !stays && this.#options.timer.now() - changedAt >= GRACE_MS;
  }

  /** The file has ended: a compressed or whole one, or one that is not written to any more. */
  async #finish(file: FollowedFile): Promise<void> {
    await file.stopReading();
    this.#open.delete(file);
    file.drained = file.file;
    file.pending = false;
  }

  #tell(file: FollowedFile, { reader }: FileReading): void {
    if (file.told) return;
    file.told = true;
    this.#options.onPlace({ place: file.place, format: reader.format, resumed: file.resumed, replaced: false });
  }

  /** Closes the file that was read longest ago where too many are open. */
  #touch(file: FollowedFile): void {
    this.#open.delete(file);
    this.#open.add(file);
    if (this.#open.size <= MAX_OPEN) return;
    const oldest = [...this.#open].find(
      ({ reading, file, pending }) => reading === undefined || (file !== undefined && !pending),
    );
    if (oldest === undefined) return;
    this.#open.delete(oldest);
    void oldest.stopReading();
  }
}

function replaced(place: string): SourceError {
  return new SourceError('source-replaced', `${place} holds something else than when it was found`, {
    hint: 'It is looked at again in a moment.',
    retriable: true,
  });
}
