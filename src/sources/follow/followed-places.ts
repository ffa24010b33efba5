import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { WindhoverError } from '../../errors/windhover-error.ts';
import type { LiveLook, LivePlaces, LiveProblem } from '../../telemetry/live-places.ts';
import type { Timer } from '../../telemetry/timer.ts';
import { isGlob } from '../glob-pattern.ts';
import { sourcePlaces } from '../source-places.ts';
import { ChangeSignal } from './change-signal.ts';
import { GrowingFile } from './growing-file.ts';
import { isRotatedName, rotationNumber } from './rotated-name.ts';
import { watchFolder, type WatchFolder } from './watch-folder.ts';

export interface FollowedPlacesOptions {
  readonly workingFolder: string;
  readonly timer: Timer;
  readonly watchFolder?: WatchFolder;
}

/** The files of a path that is followed: a file, a folder or a glob; and what log rotation makes of them. */
export class FollowedPlaces implements LivePlaces {
  readonly #source: string;
  readonly #path: string;
  readonly #workingFolder: string;
  readonly #signal: ChangeSignal;

  constructor(source: string, path: string, options: FollowedPlacesOptions) {
    this.#source = source;
    this.#path = path;
    this.#workingFolder = options.workingFolder;
    this.#signal = new ChangeSignal(options.timer, options.watchFolder ?? watchFolder);
  }

  async look(): Promise<LiveLook> {
    this.#signal.lookBegins();
    const problems: LiveProblem[] = [];
    const files: GrowingFile[] = [];
    let places: readonly string[] = [];
    try {
      places = await sourcePlaces(this.#path, this.#workingFolder);
    } catch (error) {
      if (!(error instanceof WindhoverError)) throw error;
      // A folder, or a pattern, without a file is how many days begin.
      if (error.code !== 'source-no-file')
        problems.push({ place: this.#path, code: error.code, message: error.message });
    }
    for (const place of places) {
      const file = await this.#file(place, false);
      if (file === 'no-file') {
        problems.push({ place, code: 'source-no-file', message: `${place} is no plain file; pipe it in with -` });
      } else if (file !== undefined) files.push(file);
    }
    const folders = await this.#folders(places);
    files.push(...(await this.#rotated(places, folders)));
    this.#signal.watch(folders);
    this.#signal.lookEnded();
    return { files, problems };
  }

  changed(): Promise<void> {
    return this.#signal.next();
  }

  close(): void {
    this.#signal.close();
  }

  async #file(place: string, rotated: boolean): Promise<GrowingFile | 'no-file' | undefined> {
    const stats = await stat(resolve(this.#workingFolder, place)).catch(() => undefined);
    if (stats === undefined) return undefined;
    if (!stats.isFile()) return 'no-file';
    return new GrowingFile({ source: this.#source, place, workingFolder: this.#workingFolder, stats, rotated });
  }

  /** The folder itself, or those that files of the source lie in or would appear in; absolute, and there now. */
  async #folders(places: readonly string[]): Promise<Set<string>> {
    const named = [this.#path, dirname(this.#path), ...places.map((place) => dirname(place))];
    const folders = new Set<string>();
    for (const folder of new Set(named.map((each) => resolve(this.#workingFolder, each)))) {
      const found = await stat(folder).catch(() => undefined);
      if (found?.isDirectory() !== true) continue;
      folders.add(folder);
      // What lies in a folder that is followed is looked at; what lies beside it is not.
      if (folder === resolve(this.#workingFolder, this.#path)) break;
    }
    return folders;
  }

  /** What stands beside the source's files under the name of one that was rotated; the oldest first. */
  async #rotated(places: readonly string[], folders: ReadonlySet<string>): Promise<GrowingFile[]> {
    const absolute = (place: string): string => resolve(this.#workingFolder, place);
    const known = new Set(places.map(absolute));
    const bases = isGlob(this.#path) ? places : [this.#path, ...places];
    const found: GrowingFile[] = [];
    for (const folder of folders) {
      if (folder === absolute(this.#path)) continue;
      const here = bases.filter((place) => absolute(dirname(place)) === folder);
      const names = await readdir(folder).catch(() => []);
      for (const name of names) {
        const base = here.find((place) => isRotatedName(basename(place), name));
        if (base === undefined || known.has(join(folder, name))) continue;
        const file = await this.#file(join(dirname(base), name), true);
        if (file instanceof GrowingFile) found.push(file);
      }
    }
    return found.sort((a, b) => a.modifiedMs - b.modifiedMs || rotationNumber(b.place) - rotationNumber(a.place));
  }
}
