import type { PlainValue } from '../../telemetry/batch-snapshot.ts';
import { displayWidth, truncateToWidth } from '../../sinks/terminal/display-width.ts';
import { escapeTerminal } from '../../sinks/terminal/escape-terminal.ts';
import { terminalStyle, type TerminalStyle } from '../../sinks/terminal/terminal-style.ts';
import type { DoctorAttribute, DoctorEntity, DoctorFile, DoctorKind } from './doctor-report.ts';

export interface DoctorView {
  readonly width: number;
  readonly color: boolean;
}

/** Kinds of records that are written out. */
const KINDS_SHOWN = 40;
/** Kinds of ignored input that are named. */
const IGNORED_SHOWN = 10;
const HOSTS_SHOWN = 5;
const LONGEST_VALUE = 300;
const WIDEST_COLUMN = 36;

/** A file as people read it: what it is, what of it could be used, and a record of each kind. Everything is escaped. */
export function renderDoctor(file: DoctorFile, { width, color }: DoctorView): string {
  const style = terminalStyle(color);
  const lines = [style('bold', shown(file.file)), ...summary(file, style)];
  const kinds = file.kinds.slice(0, KINDS_SHOWN);
  for (const kind of kinds) lines.push('', ...renderKind(kind, file.format === 'stix-bundle', width, style));
  if (file.kinds.length > kinds.length) {
    lines.push('', `  … and ${file.kinds.length - kinds.length} more kinds of records (--format json has all)`);
  }
  if (kinds.length > 0) lines.push('', ...identities(kinds, style));
  if (file.huntflow !== undefined) {
    const usesName = file.huntflow.includes(' FROM here ');
    lines.push('', `  ${style('bold', 'A huntflow to begin with')}${usesName ? ' (run it with --source PATH)' : ''}`);
    lines.push(...file.huntflow.split('\n').map((line) => `    ${shown(line)}`));
  }
  return `${lines.join('\n')}\n`;
}

function summary(file: DoctorFile, style: TerminalStyle): string[] {
  const { error, records, ignored, undecodable } = file;
  const lines: string[] = [];
  if (error !== undefined) {
    return [`  ${style('red', 'cannot be read')}: ${shown(error.message)}`, `    ${shown(error.hint)}`];
  }
  if (records + ignored + undecodable === 0) return [`  ${style('yellow', 'empty')}: nothing is in it`];
  if (file.format === 'unknown') {
    lines.push(`  ${style('red', 'not telemetry that Windhover knows')}: ${undecodable} inputs, none of them readable`);
    lines.push(
      '    It reads SysFlow (.sf, ECS, JSON), Sysmon (NXLog, winevt, Winlogbeat, Sentinel), other ECS documents,',
    );
    lines.push('    STIX bundles; plain or gzip, in UTF-8.');
  } else {
    const how = [file.format, ...(file.envelope === undefined ? [] : [file.envelope]), ...(file.gzip ? ['gzip'] : [])];
    lines.push(`  format   ${shown(how.join('; '))}`);
  }
  const share = `${percent(file.usable_share)} usable`;
  const counts = `${records} records, ${ignored} ignored, ${undecodable} undecodable`;
  lines.push(`  counts   ${counts}: ${share}${file.whole ? '' : ' (the first records only)'}`);
  const kinds = file.ignored_kinds.slice(0, IGNORED_SHOWN);
  for (const { what, count } of kinds) lines.push(`           ignored: ${count} ${shown(what)}`);
  const others = file.ignored_kinds.length - kinds.length;
  if (others > 0) lines.push(`           ignored: ${others} other kinds (--format json has all)`);
  for (const { offset, length, reason, sample } of file.undecodable_samples) {
    const start = escapeTerminal(sample, { maxLength: 60 });
    lines.push(`           undecodable: ${shown(reason)} at ${offset}, ${length} bytes: ${start}`);
  }
  if (file.from !== undefined && file.to !== undefined) lines.push(`  time     ${file.from} to ${file.to}`);
  if (file.hosts.length > 0) {
    const named = file.hosts.slice(0, HOSTS_SHOWN).map(({ host, records: own }) => {
      return `${host === '' ? '(none named)' : escapeTerminal(host, { maxLength: 60 })} (${own})`;
    });
    const more = file.hosts.length - named.length;
    lines.push(`  hosts    ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`);
  }
  return lines;
}

function renderKind(kind: DoctorKind, isBundle: boolean, width: number, style: TerminalStyle): string[] {
  const place = isBundle ? `object ${kind.offset}` : `byte ${kind.offset}`;
  const many = kind.records === 1 ? '1 record' : `${kind.records} records`;
  const times = kind.first === kind.last ? kind.first : `${kind.first} to ${kind.last}`;
  const head = `  ${style('cyan', shown(kind.kind))}  ${many}; the one at ${place}, ${times}`;
  if (kind.entities.length === 0) return [head, '    no entity in it'];
  return [
    head,
    ...kind.entities.flatMap((entity) => renderEntity(entity, width, style)),
    ...(kind.surroundings.length === 0
      ? []
      : ['    on every one of them', ...renderRows(kind.surroundings.map(attributeRow), width, style)]),
  ];
}

function renderEntity(entity: DoctorEntity, width: number, style: TerminalStyle): string[] {
  const { role, type, own, identity, attributes, references } = entity;
  const repeated = own ? '' : ', only repeated here';
  return [
    truncateToWidth(`    ${shown(role)}: ${shown(type)}${repeated}, known by ${shown(identity.key)}`, width),
    ...renderRows(
      [
        ...attributes.map(attributeRow),
        ...references.map(({ name, to }): Row => [shown(name), '', shown(`→ ${to.join(', ')}`)]),
      ],
      width,
      style,
    ),
  ];
}

/** Attribute, its ECS names, value: escaped. */
type Row = readonly [string, string, string];

function attributeRow({ name, ecs, value }: DoctorAttribute): Row {
  return [shown(name), shown(ecs.join(', ')), escapeTerminal(valueText(value), { maxLength: LONGEST_VALUE })];
}

function renderRows(rows: readonly Row[], width: number, style: TerminalStyle): string[] {
  const widths = [0, 1].map((i) =>
    Math.min(WIDEST_COLUMN, Math.max(0, ...rows.map((row) => displayWidth(row[i] as string)))),
  ) as [number, number];
  const room = Math.max(8, width - 6 - widths[0] - widths[1] - 4);
  return rows.map(([name, ecs, value]) =>
    `      ${pad(name, widths[0])}  ${style('dim', pad(ecs, widths[1]))}  ${truncateToWidth(value, room)}`.trimEnd(),
  );
}

/** What makes two mentions one entity, once per type. */
function identities(kinds: readonly DoctorKind[], style: TerminalStyle): string[] {
  const rules = new Map(
    kinds.flatMap(({ entities }) => entities.map(({ type, identity }) => [type, identity.rule] as const)),
  );
  const lines = [...rules].sort(([a], [b]) => (a < b ? -1 : 1)).map(([type, rule]) => `    ${shown(type)}: ${rule}`);
  return lines.length === 0 ? [] : [`  ${style('bold', 'What makes two mentions one entity')}`, ...lines];
}

function valueText(value: PlainValue): string {
  return typeof value === 'object' ? value.join(', ') : String(value);
}

/** `99.9 %`; all only when it is all, and nothing only when it is nothing. */
export function percent(share: number): string {
  if (share === 1 || share === 0) return `${share * 100} %`;
  return `${Math.min(99.9, Math.max(0.1, share * 100)).toFixed(1)} %`;
}

function pad(text: string, width: number): string {
  const cut = truncateToWidth(text, width);
  return cut + ' '.repeat(Math.max(0, width - displayWidth(cut)));
}

function shown(text: string): string {
  return escapeTerminal(text, { maxLength: 300 });
}
