import { BATCH_CAPACITY, type RecordBatch } from '../../../telemetry/record-batch.ts';
import type { DecodeOptions } from '../../../telemetry/decoder.ts';
import { InputTally } from '../../../telemetry/input-tally.ts';
import { formatTime } from '../../../telemetry/time-text.ts';
import { wholeDemand } from '../../../telemetry/whole-demand.ts';
import { DEFAULT_MAX_LINE_BYTES } from '../../run/run-options.ts';
import { ok, problem, warning, type Told } from './finding.ts';

export const SAMPLE_OPTIONS: Omit<DecodeOptions, 'from'> = {
  demand: wholeDemand(),
  batchSize: BATCH_CAPACITY,
  maxSpanMs: Infinity,
  maxLineBytes: DEFAULT_MAX_LINE_BYTES,
  hostAliases: new Map(),
};

const AHEAD_MS = 5 * 60_000;
const BEHIND_MS = 60 * 60_000;
/** Below this share something is likely wrong. */
const LOW_SHARE = 0.5;

/** A sample of a source through the decoder: what hunts can use of it, and how new it is. */
export class Sample {
  readonly #tally = new InputTally();
  #reason: string | undefined;
  #newestMs = -Infinity;
  #oldestMs = Infinity;

  add(batch: RecordBatch): void {
    this.#tally.add(batch);
    this.#reason ??= batch.rejects[0]?.reason;
    for (let row = 0; row < batch.size; row++) {
      const ms = batch.lastMs[row] as number;
      this.#newestMs = Math.max(this.#newestMs, ms);
      this.#oldestMs = Math.min(this.#oldestMs, ms);
    }
  }

  /** `isLive`: the newest records ought to be of now. */
  findings(format: string, nowMs: number, isLive: boolean): Told[] {
    const { inputs, usableShare, undecodable, ignoredKinds } = this.#tally;
    if (inputs === 0) return [warning('it holds no records', 'Check what writes into it.')];
    const what = `${format}: ${Math.round(usableShare * 1000) / 10} % of ${inputs} sampled are usable`;
    const why =
      undecodable > 0
        ? ` (${this.#reason ?? 'undecodable'})`
        : ignoredKinds[0] === undefined
          ? ''
          : ` (${ignoredKinds[0].what})`;
    if (this.#newestMs === -Infinity) {
      return [
        problem(`none of ${inputs} sampled is telemetry that hunts can use${why}`, 'Check that it is the right one.'),
      ];
    }
    const findings =
      usableShare < LOW_SHARE
        ? [
            warning(
              what + why,
              'Look at the rest with windhover doctor FILE; other kinds of documents may be mixed in.',
            ),
          ]
        : [ok(what)];
    const ahead = this.#newestMs - nowMs;
    const newest = formatTime(this.#newestMs, 0);
    if (ahead > AHEAD_MS) {
      findings.push(
        warning(
          `the newest record is of ${newest}, ${spoken(ahead)} ahead of this clock`,
          'Check the clocks (NTP) and time zones of this machine and of the sensors: LAST and lateness count by them.',
        ),
      );
    } else if (isLive && -ahead > BEHIND_MS) {
      findings.push(
        warning(
          `the newest record is of ${newest}, ${spoken(-ahead)} behind this clock`,
          'Nothing comes any more, it comes late, or a clock is wrong: check the sensors and this clock (NTP).',
        ),
      );
    } else findings.push(ok(`records up to ${newest}`));
    return findings;
  }
}

function spoken(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 72 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}
