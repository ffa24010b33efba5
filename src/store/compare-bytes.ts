/** Order by unsigned bytes, the shorter first where one begins the other: the order of every state store. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  return Buffer.compare(a, b);
}
