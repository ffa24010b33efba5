import type { PlaceNotice } from '../../hunts/input/source-reader.ts';
import { escapeTerminal } from '../../sinks/terminal/escape-terminal.ts';
import { InputTally } from '../../telemetry/input-tally.ts';
import type { RecordBatch } from '../../telemetry/record-batch.ts';
import { percent } from '../doctor/render-doctor.ts';

/** Kinds of ignored input that are named. */
const KINDS_NAMED = 3;

interface Pass {
  readonly places: Set<string>;
  readonly formats: Set<string>;
  readonly tally: InputTally;
}

/**
 * What each source of a run turned out to be, and what share of it could be used. Hunts that read different sets of
 * sources read a shared one several times; it is told of once, as the pass that saw most of it did.
 */
export class SourceSummaries {
  readonly #passes = new Map<string, Pass[]>();

  place(source: string, { place, format }: Pick<PlaceNotice, 'place' | 'format'>): void {
    let pass = this.#passes.get(source)?.at(-1);
    // A place that comes again begins another pass.
    if (pass === undefined || pass.places.has(place)) {
      pass = { places: new Set(), formats: new Set(), tally: new InputTally() };
      this.#passes.set(source, [...(this.#passes.get(source) ?? []), pass]);
    }
    pass.places.add(place);
    if (format !== 'unknown') pass.formats.add(format);
  }

  batch(source: string, batch: RecordBatch): void {
    this.#passes.get(source)?.at(-1)?.tally.add(batch);
  }

  /** A line per source that held something, without a line feed. `names`: source → names that hunts have for it. */
  lines(names: ReadonlyMap<string, ReadonlySet<string>>): string[] {
    return [...this.#passes].flatMap(([source, passes]) => {
      const { formats, tally } = passes.reduce((a, b) => (b.tally.inputs > a.tally.inputs ? b : a));
      if (tally.inputs === 0) return [];
      const name = [...(names.get(source) ?? [source])].join(', ');
      const format = formats.size === 0 ? 'nothing recognised' : [...formats].join(' and ');
      const share = tally.records === tally.inputs ? '' : `: ${percent(tally.usableShare)} usable`;
      return [
        `${escapeTerminal(name, { maxLength: 200 })}: ${escapeTerminal(format)}, ${tally.records} records, ` +
          `${tally.ignored} ignored${ignoredKinds(tally)}, ${tally.undecodable} undecodable${share}`,
      ];
    });
  }
}

function ignoredKinds({ ignoredKinds: kinds }: InputTally): string {
  if (kinds.length === 0) return '';
  const named = kinds.slice(0, KINDS_NAMED).map(({ what, count }) => {
    const text = escapeTerminal(what, { maxLength: 80 });
    return kinds.length === 1 ? text : `${count} ${text}`;
  });
  return ` (${named.join(', ')}${kinds.length > KINDS_NAMED ? ' …' : ''})`;
}
