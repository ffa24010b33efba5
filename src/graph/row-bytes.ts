/** Numbers as pages and patches hold them: little-endian, as the machines are that this runs on. */
export function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

export function viewOf({ buffer, byteOffset, byteLength }: ArrayBufferView): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** A patch begins with how many rows it holds, and which. */
export function patchHead(rows: Int32Array): Uint8Array[] {
  return [bytesOf(Int32Array.of(rows.length)), bytesOf(rows)];
}

export function patchRows(patch: DataView): Int32Array {
  return Int32Array.from({ length: patch.getInt32(0, true) }, (_, i) => patch.getInt32(4 + 4 * i, true));
}
