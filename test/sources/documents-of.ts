/** Documents that hold items, a millisecond apart. */
export function documentsOf(
  items: readonly string[],
): { readonly id: string; readonly source: Record<string, string> }[] {
  return items.map((text, i) => {
    const at = new Date(Date.UTC(2026, 0, 1) + i).toISOString();
    return { id: `d${i}`, source: { '@timestamp': at, text } };
  });
}
