import { durationText } from '../../../catalogue/duration-text.ts';
import { WindhoverError } from '../../../errors/windhover-error.ts';
import { conflictHint, conflictText } from '../../../sinks/elastic/alert-mappings.ts';
import { alertTemplate } from '../../../sinks/elastic/alert-template.ts';
import { mappingConflicts } from '../../../sinks/elastic/mapping-conflicts.ts';
import type { ByteSource } from '../../../telemetry/decoder.ts';
import { openBatches } from '../../../telemetry/open-batches.ts';
import { formatTime } from '../../../telemetry/time-text.ts';
import { ok, problem, warning, type Check, type Told } from './finding.ts';
import { Sample, SAMPLE_OPTIONS } from './sample.ts';

/** Asks an Elasticsearch. Throws `WindhoverError`: `elastic-index` for 404, `elastic-permission` for 403 and so on. */
export type AskElastic = (method: 'GET' | 'POST', path: string, body?: object) => Promise<unknown>;

type Tell = (told: Told) => void;

const SAMPLE_SIZE = 100;
/** Servers that the client talks to. */
const MAJORS = [8, 9];
/** More than the time of a request and of a second that is cut. */
const CLOCK_MS = 60_000;
const READ = ['read', 'view_index_metadata'];
/** Told elsewhere: by the privileges, and by what is missing. */
const UNSEEN = new Set(['elastic-permission', 'elastic-index']);
const WRITE = ['create_index', 'index', 'view_index_metadata'];

/** A source over indices: reachable, allowed, there, with times, and a sample of the newest documents. */
export function elasticCheck(
  name: string,
  indices: readonly string[],
  open: () => Promise<AskElastic>,
  now: () => number,
): Check {
  return {
    name,
    run: async (tell) => {
      const ask = await open();
      await tellServer(ask, tell);
      await tellClock(ask, now, tell);
      if (indices.length === 0) {
        tell(problem('it names no index', 'Add index: to the configuration.'));
        return;
      }
      await tellPrivileges(ask, indices, READ, tell);
      const there: string[] = [];
      for (const index of indices) if (await tellIndex(ask, index, tell)) there.push(index);
      if (there.length === 0) return;
      await tellMapping(ask, there, tell);
      await tellContent(ask, there, now(), tell);
    },
  };
}

/** An Elasticsearch that alerts go to. Nothing is written. */
export function elasticSinkCheck(name: string, alias: string, open: () => Promise<AskElastic>): Check {
  return {
    name,
    run: async (tell) => {
      const ask = await open();
      await tellServer(ask, tell);
      await tellPrivileges(ask, [`${alias}*`], WRITE, tell);
      for (const [what, path] of [
        ['index template', `/_index_template/${encodeURIComponent(alias)}`],
        ['alias', `/_alias/${encodeURIComponent(alias)}`],
      ] as const) {
        const isThere = await exists(ask, path);
        if (isThere === 'hidden') {
          const hint = 'That is no harm once windhover setup elastic has been run by somebody who may.';
          tell(warning(`whether there is an ${what} ${alias} may not be seen`, hint));
        } else if (isThere) tell(ok(`${what} ${alias} is there`));
        else tell(warning(`there is no ${what} ${alias}`, 'Run windhover setup elastic before the first alert.'));
      }
      await tellConflicts(ask, alias, tell);
    },
  };
}

async function tellServer(ask: AskElastic, tell: Tell): Promise<void> {
  const { version, cluster_name: cluster } = object(await ask('GET', '/'));
  const number = text(object(version)['number']);
  const what = `reachable: Elasticsearch ${number}, cluster ${text(cluster)}`;
  if (MAJORS.includes(Number(number.split('.')[0]))) tell(ok(what));
  else tell(warning(what, `Versions ${MAJORS.join(' and ')} are supported.`));
}

/** The clock of the server, where the cluster privilege `monitor` allows to ask for it. */
async function tellClock(ask: AskElastic, now: () => number, tell: Tell): Promise<void> {
  let answer: unknown;
  try {
    answer = await ask('GET', '/_cat/health?format=json');
  } catch (error) {
    // What is wrong with the server is told by what is needed of it.
    if (error instanceof WindhoverError) return;
    throw error;
  }
  const epoch = object(Array.isArray(answer) ? answer[0] : undefined)['epoch'];
  const aheadMs = typeof epoch === 'string' && /^\d{1,12}$/u.test(epoch) ? Number(epoch) * 1000 - now() : 0;
  if (Math.abs(aheadMs) < CLOCK_MS) return;
  const how = `${durationText(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead of' : 'behind'}`;
  tell(
    warning(
      `the clock of the server is ${how} this one`,
      'Check both (NTP): LAST, lateness and certificates go by them.',
    ),
  );
}

async function tellPrivileges(
  ask: AskElastic,
  names: readonly string[],
  privileges: readonly string[],
  tell: Tell,
): Promise<void> {
  let answer: unknown;
  try {
    const index = [{ names, privileges }];
    answer = await ask('POST', '/_security/user/_has_privileges', { index });
  } catch (error) {
    // Without security there is nobody to ask.
    if (!(error instanceof WindhoverError) || error.code !== 'elastic-refused') throw error;
    tell(ok('the server asks for no credentials'));
    return;
  }
  const { username, index } = object(answer);
  for (const [name, granted] of Object.entries(object(index))) {
    const missing = privileges.filter((privilege) => object(granted)[privilege] !== true);
    if (missing.length === 0) tell(ok(`${text(username)} may ${privileges.join(', ')} on ${name}`));
    else {
      const hint = `Grant ${missing.join(', ')} on ${name} to the user or the API key.`;
      tell(problem(`${text(username)} lacks ${missing.join(', ')} on ${name}`, hint, 'elastic-permission'));
    }
  }
}

async function tellIndex(ask: AskElastic, index: string, tell: Tell): Promise<boolean> {
  try {
    const count = Number(object(await ask('GET', `/${encodeURIComponent(index)}/_count`))['count']);
    if (count > 0) tell(ok(`${index} holds ${count.toLocaleString('en')} documents`));
    else {
      const what = /[*?]/u.test(index) ? `${index} matches no index, or empty ones` : `${index} is empty`;
      tell(warning(what, 'Check the name, and what writes into it.'));
    }
    return count > 0;
  } catch (error) {
    if (!(error instanceof WindhoverError) || error.code !== 'elastic-index') throw error;
    tell(problem(`there is no index, alias or data stream ${index}`, 'Check its name.', 'elastic-index'));
    return false;
  }
}

async function tellMapping(ask: AskElastic, indices: readonly string[], tell: Tell): Promise<void> {
  const { fields } = object(await ask('GET', `${pathOf(indices)}/_field_caps?fields=@timestamp`));
  const types = Object.keys(object(object(fields)['@timestamp'])).filter((type) => type !== 'unmapped');
  if (types.length === 0)
    tell(problem('@timestamp is not mapped', 'Documents are read by their @timestamp: map it as date.'));
  else if (types.every((type) => type === 'date' || type === 'date_nanos'))
    tell(ok(`@timestamp is a ${types.join(' and ')}`));
  else tell(problem(`@timestamp is mapped as ${types.join(', ')}`, 'Map it as date or date_nanos in each index.'));
}

async function tellContent(ask: AskElastic, indices: readonly string[], nowMs: number, tell: Tell): Promise<void> {
  const found = object(
    await ask('POST', `${pathOf(indices)}/_search`, {
      size: SAMPLE_SIZE,
      sort: [{ '@timestamp': { order: 'desc', unmapped_type: 'date' } }],
      aggs: { from: { min: { field: '@timestamp' } }, to: { max: { field: '@timestamp' } } },
    }),
  );
  const { from, to } = object(found['aggregations']);
  const [first, last] = [from, to].map((each) => object(each)['value']);
  if (typeof first === 'number' && typeof last === 'number') {
    tell(ok(`documents from ${formatTime(Math.floor(first), 0)} to ${formatTime(Math.floor(last), 0)}`));
  }
  const { hits } = object(found['hits']);
  const lines = (Array.isArray(hits) ? hits : []).map((hit) => JSON.stringify(object(hit)['_source'] ?? null));
  const reader = await openBatches(linesSource(lines), SAMPLE_OPTIONS);
  const sample = new Sample();
  for await (const batch of reader.batches()) sample.add(batch);
  for (const told of sample.findings(reader.format, nowMs, false)) tell(told);
}

/** An alert index whose fields are of other types: its alerts would wait. */
async function tellConflicts(ask: AskElastic, alias: string, tell: Tell): Promise<void> {
  let answer: unknown;
  try {
    answer = await ask('GET', `/${encodeURIComponent(alias)}/_mapping`);
  } catch (error) {
    if (error instanceof WindhoverError && UNSEEN.has(error.code)) return;
    throw error;
  }
  const { properties } = alertTemplate(alias).template.mappings;
  for (const [index, conflict] of mappingConflicts(answer, properties)) {
    tell(problem(conflictText(index, conflict), conflictHint(index, alias), 'elastic-mapping'));
  }
}

async function exists(ask: AskElastic, path: string): Promise<boolean | 'hidden'> {
  try {
    await ask('GET', path);
    return true;
  } catch (error) {
    if (error instanceof WindhoverError && error.code === 'elastic-permission') return 'hidden';
    if (!(error instanceof WindhoverError) || error.code !== 'elastic-index') throw error;
    return false;
  }
}

function linesSource(lines: readonly string[]): ByteSource {
  return {
    source: 'sample',
    place: 'sample',
    async *open(offset) {
      yield { bytes: Buffer.from(lines.join('\n')).subarray(offset), offset };
    },
  };
}

function pathOf(indices: readonly string[]): string {
  return `/${indices.map(encodeURIComponent).join(',')}`;
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '?';
}
