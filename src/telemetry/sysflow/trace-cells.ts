import type { BatchBuilder } from '../batch-builder.ts';
import type { BatchColumn } from '../batch-column.ts';
import type { NormalisedTextsPool } from '../normalised-texts-pool.ts';
import type { TableLayout } from '../table-layout.ts';
import { communityId } from './community-id.ts';
import type { TraceEvent } from './trace-event.ts';
import type { TraceOperation } from './trace-operations.ts';
import type { TraceRecordKind } from './trace-schema.ts';

/** Fills one cell of a row from the registers. */
export type CellWriter = (row: number, event: TraceEvent, operation: TraceOperation) => void;

const PROTOCOLS: Readonly<Record<string, string>> = { '-1': '', '1': 'icmp', '6': 'tcp', '17': 'udp' };

export function protocolName(protocol: number): string {
  return PROTOCOLS[protocol] ?? 'raw';
}

/** `low byte first`: 127.0.0.1 is 0x0100007f. */
export function addressText(address: number): string {
  return `${String(address & 255)}.${String((address >>> 8) & 255)}.${String((address >>> 16) & 255)}.${String(address >>> 24)}`;
}

type NumberOf = (event: TraceEvent) => number | bigint;
type TextOf = (event: TraceEvent, operation: TraceOperation) => string | undefined;

/** Numbers of the registers; unknown below `least`. */
const NUMBERS: Readonly<Record<string, { readonly of: NumberOf; readonly least: number }>> = {
  threadId: { of: (event) => event.tid, least: 0 },
  eventReturn: { of: (event) => event.ret, least: -Infinity },
  eventDuration: { of: durationOf, least: 0 },
  sourcePort: { of: (event) => event.sport, least: 0 },
  destinationPort: { of: (event) => event.dport, least: 0 },
  // Source counters are those of writing, destination counters those of reading, whatever the direction.
  sourceBytes: { of: (event) => event.writeBytes, least: 0 },
  sourcePackets: { of: (event) => event.writeOps, least: 0 },
  destinationBytes: { of: (event) => event.readBytes, least: 0 },
  destinationPackets: { of: (event) => event.readOps, least: 0 },
  connectionBytes: { of: (event) => sum(event.readBytes, event.writeBytes), least: 0 },
};

/** Counters of file flows; the processor leaves them out where nothing was counted. */
const FILE_COUNTERS: Readonly<Record<string, NumberOf>> = {
  bytesRead: (event) => event.readBytes,
  bytesWritten: (event) => event.writeBytes,
  readOperations: (event) => event.readOps,
  writeOperations: (event) => event.writeOps,
};

const TEXTS: Readonly<Record<string, TextOf>> = {
  sourceIp: (event) => addressText(event.sip),
  destinationIp: (event) => addressText(event.dip),
  protocol: (event) => protocolName(event.proto),
  protocolNumber: (event) => String(event.proto),
  communityId: (event) =>
    communityId(addressText(event.sip), event.sport, addressText(event.dip), event.dport, event.proto),
  eventAction: (_, operation) => operation.action?.action,
  eventCategory: (_, operation) => operation.action?.category,
  eventType: (_, operation) => operation.action?.type,
  eventKind: () => 'event',
  eventProvider: () => 'SysFlow',
};

/** How a trace feeds a cell that its records have of their own; `undefined` where a record of this kind says nothing. */
export function cellWriter(
  kind: TraceRecordKind,
  cell: string,
  layout: TableLayout,
  builder: BatchBuilder,
  texts: NormalisedTextsPool,
): CellWriter | undefined {
  const definition = layout.table.cells[cell];
  if (definition === undefined || !('read' in definition)) return undefined;
  const column = layout.column(cell);
  if (cell in FILE_COUNTERS) {
    const of = FILE_COUNTERS[cell] as NumberOf;
    if (kind !== 'FF') return undefined;
    return (row, event) => {
      if (counted(event)) setWhole(column, row, of(event), 0);
    };
  }
  if (cell in NUMBERS) {
    if (cell === 'eventReturn' && kind !== 'PE' && kind !== 'FE') return undefined;
    const { of, least } = NUMBERS[cell] as (typeof NUMBERS)[string];
    return (row, event) => setWhole(column, row, of(event), least);
  }
  if (definition.read !== 'text' && definition.read !== 'texts') return undefined;
  const known = texts.get(definition.dictionary, definition.normalise);
  if (cell === 'operationFlags') {
    return (row, _, { flags }) => {
      if (flags.length > 0) column.setList(row, builder.addList(flags.map((flag) => known.code(flag))), flags.length);
    };
  }
  const of = cell === 'eventRecordType' ? (): string => kind : TEXTS[cell];
  if (of === undefined) return undefined;
  return (row, event, operation) => {
    const code = known.code(of(event, operation) ?? '');
    if (code !== 0) column.setCode(row, code);
  };
}

function counted(event: TraceEvent): boolean {
  return Boolean(event.readOps) || Boolean(event.writeOps) || Boolean(event.readBytes) || Boolean(event.writeBytes);
}

/** An integer beyond 2^53 keeps its digits as a text. */
function setWhole(column: BatchColumn, row: number, value: number | bigint, least: number): void {
  if (value < least) return;
  if (typeof value === 'bigint' || !Number.isSafeInteger(value)) column.setText(row, String(value));
  else column.setNumber(row, value);
}

function sum(one: number | bigint, other: number | bigint): number | bigint {
  if (typeof one === 'number' && typeof other === 'number' && Number.isSafeInteger(one + other)) return one + other;
  return BigInt(one) + BigInt(other);
}

/** Nanoseconds from start to end; 0 where no end is known. */
function durationOf(event: TraceEvent): number | bigint {
  if (event.endMs === 0 && event.endNs === 0) return 0;
  const ms = event.endMs - event.startMs;
  const ns = event.endNs - event.startNs;
  const duration = ms * 1_000_000 + ns;
  return Number.isSafeInteger(duration) ? duration : BigInt(ms) * 1_000_000n + BigInt(ns);
}
