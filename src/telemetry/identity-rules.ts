import { cellKeyPart, identityKeyOf } from './identity-key.ts';
import type { SlotDefinition } from './path-table.ts';
import { recordHashText } from './record-hash.ts';
import { CELL, type Column } from './record-batch.ts';

/** Accounts that every Windows host has of its own, by domain. */
const BUILT_IN_DOMAINS = new Set([
  'nt authority',
  'nt service',
  'builtin',
  'window manager',
  'font driver host',
  'iis apppool',
  'nt virtual machine',
]);

/**
 * The identity key of a slot (decision 2), from its identity cells in the order of the table.
 *
 * - `joined`: all cells, exact. `folded`: the same without case.
 * - `entityId` (id, …): the id alone, else the other cells.
 * - `windowsAccount` (account, host): DOMAIN\name without case; built-in ones are of their host.
 * - `linuxAccount` (host, container, name, uid): by name, else by uid.
 * - `recordId`: the 64 bits of the record id as 16 hex digits.
 */
export function identityRule(
  rule: SlotDefinition['key'],
  columns: readonly Column[],
  times: readonly boolean[],
): (row: number) => string {
  switch (rule) {
    case 'joined':
      return (row) => joinedKey(columns, times, row);
    case 'folded':
      return (row) => joinedKey(columns, times, row).toLowerCase();
    case 'entityId':
      return (row) => {
        const id = cellKeyPart(columns[0] as Column, row);
        return id === '' ? joinedKey(columns.slice(1), times.slice(1), row) : id;
      };
    case 'windowsAccount':
      return (row) => windowsAccountKey(columns, row);
    case 'linuxAccount':
      return (row) => linuxAccountKey(columns, row);
    case 'recordId':
      return (row) => recordIdKey(columns, row);
  }
}

function joinedKey(columns: readonly Column[], times: readonly boolean[], row: number): string {
  return identityKeyOf(
    columns.map((column, at) => {
      const unknown = column.kind[row] === CELL.missing;
      return unknown && times[at] === true ? '0' : cellKeyPart(column, row);
    }),
  );
}

function windowsAccountKey(columns: readonly Column[], row: number): string {
  const [account, host] = columns;
  if (account === undefined || host === undefined) throw new Error('an account is known by account and host');
  const name = cellKeyPart(account, row).toLowerCase();
  const domain = name.slice(0, Math.max(0, name.indexOf('\\')));
  return identityKeyOf(BUILT_IN_DOMAINS.has(domain) ? [name, cellKeyPart(host, row)] : [name]);
}

function linuxAccountKey(columns: readonly Column[], row: number): string {
  const [host, container, name, uid] = columns;
  if (host === undefined || container === undefined || name === undefined || uid === undefined) {
    throw new Error('an account is known by host, container, name and uid');
  }
  const place = [cellKeyPart(host, row), cellKeyPart(container, row)];
  const named = cellKeyPart(name, row);
  return identityKeyOf(named === '' ? [...place, 'uid', cellKeyPart(uid, row)] : [...place, named]);
}

function recordIdKey(columns: readonly Column[], row: number): string {
  const [id] = columns;
  if (id === undefined) throw new Error('the record id is missing');
  return recordHashText({ high: id.num[row] ?? 0, low: id.aux[row] ?? 0 });
}
