import { Packr } from 'msgpackr';
import { StateError } from '../errors/windhover-error.ts';

/** Largest value that is written or read. What needs more is to be cut into pages. */
export const MAX_STATE_VALUE_BYTES = 16 * 1024 * 1024;

/** Plain objects, no shared records: every value can be read alone, whatever was written before it. */
const packr = new Packr({ useRecords: false, moreTypes: false, int64AsType: 'number' });

/**
 * MessagePack of plain data: null, booleans, numbers, texts, bytes, arrays, objects.
 *
 * @throws StateError `state-value-too-large`
 */
export function encodeState(value: unknown): Uint8Array {
  const packed = packr.pack(value);
  if (packed.length > MAX_STATE_VALUE_BYTES) throw tooLarge(packed.length);
  return new Uint8Array(packed.buffer, packed.byteOffset, packed.byteLength);
}

/**
 * Reads what `encodeState` wrote. The caller knows the shape: state is written by this program alone.
 *
 * @throws StateError `state-corrupt`, `state-value-too-large`
 */
export function decodeState(bytes: Uint8Array): unknown {
  if (bytes.length > MAX_STATE_VALUE_BYTES) throw tooLarge(bytes.length);
  try {
    return packr.unpack(bytes);
  } catch (cause) {
    throw new StateError('state-corrupt', 'The state holds a value that cannot be read.', {
      hint: 'Remove the state folder and run again; the sources are read anew.',
      cause,
    });
  }
}

function tooLarge(size: number): StateError {
  return new StateError('state-value-too-large', `A value of the state has ${size} bytes.`, {
    hint: `At most ${MAX_STATE_VALUE_BYTES} bytes are kept in one value; narrow the hunt or its retention.`,
  });
}
