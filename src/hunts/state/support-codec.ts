import type { Instant } from '../../catalogue/instant.ts';
import type { Witness } from '../../dataflow/operators/support.ts';
import type { ChangedSupports, StoredResidual, StoredSupport } from '../../dataflow/operators/stored-support.ts';
import { decodeState, encodeState } from '../../store/state-codec.ts';

type PackedInstant = readonly [ms: number, ns: number];

type PackedSupport = readonly [
  key: string,
  last: PackedInstant,
  arrival: number,
  witness: readonly [first: PackedInstant, recordId: string, source: string, place: string, offset: number],
  /** From, last, from, last … */
  intervals: readonly PackedInstant[],
  residual: StoredResidual | null,
];

/** Supports by position, without names: they are most of what a commit writes. */
export function encodeSupports({ subject, partner, supports }: ChangedSupports): Uint8Array {
  return encodeState([subject, partner, supports.map(pack)]);
}

/** Witnesses that are equal are one object: hundreds of GETs may name the same record. */
export class SupportReader {
  readonly #witnesses = new Map<string, Witness>();
  readonly #texts = new Map<string, string>();

  read(bytes: Uint8Array): ChangedSupports {
    const [subject, partner, supports] = decodeState(bytes) as [number, number, PackedSupport[]];
    return { subject, partner, supports: supports.map((packed) => this.#unpack(packed)) };
  }

  #unpack([key, last, arrival, witness, intervals, residual]: PackedSupport): StoredSupport {
    const shared = this.#witness(witness);
    const { first } = shared;
    return {
      key,
      last: last[0] === first.ms && last[1] === first.ns ? first : instant(last),
      arrival,
      witness: shared,
      intervals: Array.from({ length: intervals.length / 2 }, (_, i) => ({
        from: instant(intervals[2 * i] as PackedInstant),
        last: instant(intervals[2 * i + 1] as PackedInstant),
      })),
      ...(residual === null ? {} : { residual }),
    };
  }

  #witness([[ms, ns], recordId, source, place, offset]: PackedSupport[3]): Witness {
    const known = this.#witnesses.get(recordId);
    if (
      known?.offset === offset &&
      known.place === place &&
      known.source === source &&
      known.first.ms === ms &&
      known.first.ns === ns
    ) {
      return known;
    }
    const witness = { first: { ms, ns }, recordId, source: this.#text(source), place: this.#text(place), offset };
    this.#witnesses.set(recordId, witness);
    return witness;
  }

  #text(text: string): string {
    const known = this.#texts.get(text);
    if (known === undefined) this.#texts.set(text, text);
    return known ?? text;
  }
}

function pack({ key, last, arrival, witness, intervals, residual }: StoredSupport): PackedSupport {
  const { first, recordId, source, place, offset } = witness;
  return [
    key,
    [last.ms, last.ns],
    arrival,
    [[first.ms, first.ns], recordId, source, place, offset],
    intervals.flatMap((interval): PackedInstant[] => [
      [interval.from.ms, interval.from.ns],
      [interval.last.ms, interval.last.ns],
    ]),
    residual ?? null,
  ];
}

function instant([ms, ns]: PackedInstant): Instant {
  return { ms, ns };
}
