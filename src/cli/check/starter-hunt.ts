import { hasErrors } from '../../hunts/compile-hunt.ts';
import { checkHuntflow } from '../../language/check/check-huntflow.ts';
import type { PlainMention } from '../../telemetry/batch-snapshot.ts';
import type { KindSurvey } from '../../telemetry/survey-place.ts';

/** Types that hunts begin with, the most telling first, and what one looks for in them. */
const BEGINNINGS: readonly (readonly [type: string, attributes: readonly string[]])[] = [
  ['process', ['name', 'command_line', 'pid']],
  ['network-traffic', ['dst_port', 'src_port']],
  ['file', ['name', 'path']],
  ['windows-registry-key', ['key']],
  ['domain-name', ['value']],
  ['ipv4-addr', ['value']],
  ['ipv6-addr', ['value']],
  ['user-account', ['user_id', 'display_name']],
];

/** Texts that mean themselves between quotes: no quote, backslash, wildcard or control character. */
const PLAIN_TEXT = /^[\p{L}\p{N} _.,:;/@()[\]{}+=~-]{1,80}$/u;
/** Paths that may stand after `FROM file://` as they are, and those that need quotes around it. */
const PLAIN_PATH = /^[\w./-]+$/;
const QUOTED_PATH = /^[^'"\\\p{Cc}]+$/u;
/** Bundles may hold many types and attributes that no hunt can name. */
const MOST_TRIED = 50;
const PLAIN_NAME = /^[a-z_]\w*$/i;
/** Bundles may call their types anything. */
const PLAIN_TYPE = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/**
 * A huntflow that runs over the place as it is and finds something: the most telling type of entity that it holds,
 * with a value from its records. `undefined` where it holds no such entity. What cannot be named after FROM (standard
 * input, odd paths) is the source `here`.
 */
export function starterHunt(place: string, kinds: readonly KindSurvey[]): string | undefined {
  const all = kinds.flatMap(({ sample }) => sample.mentions);
  const mentions = [...all.filter(({ authority }) => authority === 1), ...all];
  const others = mentions.filter(({ type }) => PLAIN_TYPE.test(type));
  const types = [...BEGINNINGS, ...others.map(({ type }): (typeof BEGINNINGS)[number] => [type, []])];
  let tried = 0;
  for (const [type, attributes] of types) {
    const own = mentions.filter((each) => each.type === type);
    for (const condition of conditionsOf(own, attributes)) {
      const huntflow = `found = GET ${type} FROM ${sourceOf(place)} WHERE ${condition}\nDISP found`;
      if (!hasErrors(checkHuntflow(huntflow).diagnostics)) return huntflow;
      if (++tried === MOST_TRIED) return undefined;
    }
  }
  return undefined;
}

function sourceOf(place: string): string {
  if (place === '-') return 'here';
  if (PLAIN_PATH.test(place)) return `file://${place}`;
  return QUOTED_PATH.test(place) ? `"file://${place}"` : 'here';
}

function* conditionsOf(mentions: readonly PlainMention[], attributes: readonly string[]): Generator<string> {
  for (const attribute of attributes) {
    for (const mention of mentions) {
      const value = mention.attributes[attribute];
      if (typeof value === 'number' && Number.isSafeInteger(value)) yield `${attribute} = ${value}`;
      if (typeof value === 'string' && PLAIN_TEXT.test(value)) yield `${attribute} = '${value}'`;
    }
  }
  for (const mention of mentions) {
    for (const [name, value] of Object.entries(mention.attributes)) {
      if (typeof value === 'string' && PLAIN_NAME.test(name)) yield `${name} LIKE '%'`;
    }
  }
}
