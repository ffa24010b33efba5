import { formatInstant } from '../../catalogue/instant.ts';
import type { InputCounts } from '../run/run-observer.ts';

/** `input` of a result (decision 33), times as ISO 8601. */
export function inputDocument({
  records,
  ignored,
  duplicates,
  undecodable,
  late,
  refused,
  from,
  to,
}: InputCounts): Readonly<Record<string, number | string>> {
  return {
    records,
    ignored,
    duplicates,
    undecodable,
    late,
    refused,
    ...(from === undefined ? {} : { from: formatInstant(from) }),
    ...(to === undefined ? {} : { to: formatInstant(to) }),
  };
}
