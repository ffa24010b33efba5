import { decodeState, encodeState } from '../../store/state-codec.ts';
import type { AlertGroup } from './alert-group.ts';
import type { AlertRow } from './alert-row.ts';

/**
 * A row that stands for an alert, alone or with others. One that has closed is packed: it is seldom read again, is kept for a
 * day, and takes a fifth of the memory so.
 */
export class AlertMember {
  readonly group: AlertGroup;
  /** Of the row and its episode. */
  readonly key: string;
  readonly rowKey: string;
  #row: AlertRow | undefined;
  /** The row as bytes, a character each: a text lies in V8's heap, which is compacted. */
  #packed = '';
  #closed = false;

  constructor(group: AlertGroup, row: AlertRow) {
    this.group = group;
    this.key = memberKey(row);
    this.rowKey = row.rowKey;
    this.#row = row;
  }

  get row(): AlertRow {
    return this.#row ?? (decodeState(Buffer.from(this.#packed, 'latin1')) as AlertRow);
  }

  /** It left because time passed: it stays what it is. */
  get closed(): boolean {
    return this.#closed;
  }

  /** The row is there (again), and may say something else. */
  open(row: AlertRow): void {
    this.#row = row;
    this.#packed = '';
    this.#closed = false;
  }

  close(): void {
    this.#closed = true;
    if (this.#row === undefined) return;
    const bytes = packed(this.#row);
    if (bytes === undefined) return;
    this.#packed = bytes;
    this.#row = undefined;
  }
}

/** A row in one of its episodes. */
export function memberKey(row: Pick<AlertRow, 'rowKey' | 'episode'>): string {
  return `${row.episode} ${row.rowKey}`;
}

/** Undefined for a row that is larger than any state takes. */
function packed(row: AlertRow): string | undefined {
  try {
    const { buffer, byteOffset, byteLength } = encodeState(row);
    return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
  } catch {
    return undefined;
  }
}
