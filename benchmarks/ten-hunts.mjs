/** One hunt of an exploit and its children, and nine that each match a connection in a thousand. */
export const TEN_HUNTS = Array.from({ length: 10 }, (_, i) =>
  i === 0
    ? "p = GET process FROM a WHERE parent_ref.name = 'node' AND command_line LIKE '%/tmp/%'\nc = FIND process CREATED BY p"
    : `c = GET network-traffic FROM a WHERE src_port LIKE '%${String(i * 37).padStart(3, '0')}' AND dst_port != 5432`,
);
