import { StateError } from '../errors/windhover-error.ts';
import { KEY_PART } from './state-key-writer.ts';
import { STATE_LAYOUT_VERSION, type StateKeyPart } from './state-keys.ts';

export interface ParsedStateKey {
  readonly prefix: string;
  readonly parts: readonly StateKeyPart[];
}

/** Takes a key of `stateKey` apart again. @throws StateError `state-corrupt` when it is none. */
export function parseStateKey(key: Uint8Array): ParsedStateKey {
  if (key.length < 2 || key[0] !== STATE_LAYOUT_VERSION) throw corrupt(key);
  const parts: StateKeyPart[] = [];
  let at = 2;
  while (at < key.length) {
    const kind = key[at++];
    if (kind === KEY_PART.integer) {
      if (at + 8 > key.length) throw corrupt(key);
      const copy = key.slice(at, at + 8);
      copy[0]! ^= 0x80;
      parts.push(Number(new DataView(copy.buffer).getBigInt64(0)));
      at += 8;
    } else if (kind === KEY_PART.text || kind === KEY_PART.bytes) {
      const content: number[] = [];
      for (;;) {
        if (at >= key.length) throw corrupt(key);
        const byte = key[at++]!;
        if (byte === 0) {
          if (key[at] !== 0xfe) break;
          at++;
        }
        content.push(byte);
      }
      const bytes = Uint8Array.from(content);
      parts.push(kind === KEY_PART.text ? Buffer.from(bytes).toString('utf8') : bytes);
    } else {
      throw corrupt(key);
    }
  }
  return { prefix: String.fromCharCode(key[1]!), parts };
}

function corrupt(key: Uint8Array): StateError {
  const shown = Buffer.from(key.subarray(0, 40)).toString('hex');
  return new StateError('state-corrupt', `The state holds a key that this version cannot read: ${shown}`, {
    hint: 'Remove the state folder and run again; the sources are read anew.',
  });
}
