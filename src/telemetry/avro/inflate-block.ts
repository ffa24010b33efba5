import { constants, inflateRawSync } from 'node:zlib';

/** Largest block once it is inflated. A kilobyte can be told to become a gigabyte. */
export const MAX_INFLATED_BYTES = 64 * 1024 * 1024;

const CHUNK_BYTES = 128 * 1024;

/**
 * The bytes of a block in the codec `deflate`. `cut`: its end is missing, so what there is of it is inflated as far as
 * that goes. Gives the reason where nothing can be done with it.
 */
export function inflateBlock(bytes: Uint8Array, cut: boolean): Buffer | 'block-too-large' | 'block-damaged' {
  try {
    return inflateRawSync(bytes, {
      chunkSize: CHUNK_BYTES,
      maxOutputLength: MAX_INFLATED_BYTES,
      finishFlush: cut ? constants.Z_SYNC_FLUSH : constants.Z_FINISH,
    });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    // A cut that leaves nothing to begin with.
    if (cut && code === 'Z_BUF_ERROR') return Buffer.alloc(0);
    return code === 'ERR_BUFFER_TOO_LARGE' ? 'block-too-large' : 'block-damaged';
  }
}
