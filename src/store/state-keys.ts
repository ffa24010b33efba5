import { StateKeyWriter } from './state-key-writer.ts';

/** First byte of every key; another layout takes another one, so that no version reads the keys of another. */
export const STATE_LAYOUT_VERSION = 1;

/** What lies under which prefix (decision 21). */
export const STATE_PREFIXES = {
  meta: 'm',
  position: 'p',
  outbox: 'o',
  entity: 'e',
  edge: 'x',
  support: 's',
  array: 'l',
  alert: 'a',
  suppression: 'b',
  witness: 'w',
  seam: 'i',
  expiry: 't',
  coverage: 'c',
  observation: 'r',
} as const;

export type StatePrefix = (typeof STATE_PREFIXES)[keyof typeof STATE_PREFIXES];

/** A text, bytes, or an integer within the safe ones (8 bytes, negative ones before positive ones). */
export type StateKeyPart = string | number | Uint8Array;

/** Keys `from <= key < to`. */
export interface StateKeyRange {
  readonly from: Uint8Array;
  readonly to: Uint8Array;
}

/** One for all keys: each is finished before the next begins, and a commit makes thousands. */
const writer = new StateKeyWriter();

/** Version, prefix, parts. Keys are ordered as their parts are: texts by UTF-8 bytes, integers by value. */
export function stateKey(prefix: StatePrefix, ...parts: readonly StateKeyPart[]): Uint8Array {
  writer.begin(new Uint8Array([STATE_LAYOUT_VERSION, prefix.charCodeAt(0)]));
  for (const part of parts) writer.part(part);
  return writer.finish();
}

/** `prefix`, itself a key, with more parts: the same as a key of all of them. */
export function stateKeyUnder(prefix: Uint8Array, ...parts: readonly StateKeyPart[]): Uint8Array {
  writer.begin(prefix);
  for (const part of parts) writer.part(part);
  return writer.finish();
}

/** All keys that begin with these parts and have at least one more, or are exactly these. */
export function stateKeyRange(prefix: StatePrefix, ...parts: readonly StateKeyPart[]): StateKeyRange {
  const from = stateKey(prefix, ...parts);
  return { from, to: endOf(from) };
}

/** Every key of this layout version. */
export function wholeStateRange(): StateKeyRange {
  return { from: new Uint8Array([STATE_LAYOUT_VERSION]), to: new Uint8Array([STATE_LAYOUT_VERSION + 1]) };
}

/** Above every kind of part, and below the escape of a 00 within a text: what follows a whole part lies between. */
function endOf(key: Uint8Array): Uint8Array {
  const end = new Uint8Array(key.length + 1);
  end.set(key);
  end[key.length] = 0x10;
  return end;
}

export const stateKeys = {
  meta: (name: string) => stateKey('m', name),
  position: (source: string) => stateKey('p', 'position', source),
  journal: (scope: string, sequence: number) => stateKey('p', 'journal', scope, sequence),
  outbox: (sink: string, sequence: number) => stateKey('o', sink, sequence),
  entity: (scope: string, type: string, id: StateKeyPart) => stateKey('e', scope, type, id),
  /** Who points at `to`. */
  edge: (edge: string, to: StateKeyPart, from: StateKeyPart) => stateKey('x', edge, 0, to, from),
  /** The mirror: what `from` points at. */
  edgeMirror: (edge: string, from: StateKeyPart, to: StateKeyPart) => stateKey('x', edge, 1, from, to),
  support: (fingerprint: string, row: StateKeyPart) => stateKey('s', fingerprint, row),
  array: (array: string, page: number) => stateKey('l', array, page),
  alert: (hunt: string, id: string) => stateKey('a', hunt, id),
  suppression: (hunt: string, bucket: string) => stateKey('b', hunt, bucket),
  witness: (fingerprint: string, row: StateKeyPart) => stateKey('w', fingerprint, row),
  seam: (source: string, record: StateKeyPart) => stateKey('i', source, record),
  /** `hour`: hours since 1970 of the event time after which `key` may go. */
  expiry: (hour: number, key: Uint8Array) => stateKey('t', hour, key),
  coverage: (hunt: string, partition: string) => stateKey('c', hunt, partition),
} as const;
