import type { Instant } from '../../catalogue/instant.ts';
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

export function decodeSupports(bytes: Uint8Array): ChangedSupports {
  const [subject, partner, supports] = decodeState(bytes) as [number, number, PackedSupport[]];
  return { subject, partner, supports: supports.map(unpack) };
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

function unpack([key, last, arrival, witness, intervals, residual]: PackedSupport): StoredSupport {
  const [first, recordId, source, place, offset] = witness;
  return {
    key,
    last: instant(last),
    arrival,
    witness: { first: instant(first), recordId, source, place, offset },
    intervals: Array.from({ length: intervals.length / 2 }, (_, i) => ({
      from: instant(intervals[2 * i] as PackedInstant),
      last: instant(intervals[2 * i + 1] as PackedInstant),
    })),
    ...(residual === null ? {} : { residual }),
  };
}

function instant([ms, ns]: PackedInstant): Instant {
  return { ms, ns };
}
