import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ResolvedSource } from '../../src/cli/sources/source-resolver.ts';
import type { CompiledHunt } from '../../src/hunts/compile-hunt.ts';
import { OTHER_HUNT, SHELLS_HUNT, SLIDING_HUNT, WIDE_HUNT } from './crash-hunts.ts';
import type { CrashInput } from './crash-input.ts';
import { lastLine, START, telemetryLines } from './telemetry.ts';

/** Files that are read to their end: two of one source, one of another, for two scopes. */
export class FileInput implements CrashInput {
  readonly hunts: readonly CompiledHunt[] = [SHELLS_HUNT, SLIDING_HUNT, WIDE_HUNT, OTHER_HUNT];
  readonly #folder: string;

  constructor(folder: string, records: number, seed: number) {
    this.#folder = folder;
    const lines = telemetryLines(records, seed);
    const end = lastLine(START + records * 1000 + 60_000);
    const half = records >> 1;
    writeFileSync(join(folder, 'a1.ndjson'), text(lines.slice(0, half)));
    writeFileSync(join(folder, 'a2.ndjson'), text([...lines.slice(half), end]));
    writeFileSync(join(folder, 'b.ndjson'), text(telemetryLines(half, seed + 1)));
  }

  source(uri: string): ResolvedSource {
    const path = uri.endsWith('/b') ? join(this.#folder, 'b.ndjson') : join(this.#folder, 'a*.ndjson');
    return { id: path, uri: path };
  }

  session(): ReturnType<CrashInput['session']> {
    return { clock: 'event', retentionMs: Infinity };
  }

  /** The run ends by itself. */
  turn(): boolean {
    return false;
  }

  taken(): void {}

  died(): void {}
}

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
