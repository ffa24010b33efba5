import { isJsonObject, type DocumentShape, type JsonObject } from '../document-shape.ts';
import { SYSFLOW_ECS_SHAPE } from '../sysflow/sysflow-ecs-shape.ts';
import { ECS_TABLE } from './ecs-table.ts';

/** Cells that SysFlow's documents do not have, or have elsewhere. */
const PATHS: Readonly<Record<string, readonly string[]>> = {
  guid: ['process.entity_id'],
  parentGuid: ['process.parent.entity_id'],
  parentPid: ['process.parent.pid', 'process.ppid'],
  cwd: ['process.working_directory'],
  exitCode: ['process.exit_code'],
  fileSize: ['file.size'],
  networkType: ['network.type'],
  transport: ['network.transport'],
  protocol: ['network.protocol'],
  direction: ['network.direction'],
  userDomain: ['user.domain'],
  hostIps: ['host.ip'],
  hostName: ['host.name', 'host.hostname'],
  binaryMd5: ['process.hash.md5'],
  binarySha1: ['process.hash.sha1'],
  binarySha256: ['process.hash.sha256'],
  fileMd5: ['file.hash.md5'],
  fileSha1: ['file.hash.sha1'],
  fileSha256: ['file.hash.sha256'],
  queryName: ['dns.question.name'],
  eventCategories: ['event.category'],
  eventProvider: ['event.provider', 'agent.type'],
  eventCode: ['event.code'],
  eventModule: ['event.module'],
  eventDataset: ['event.dataset'],
  eventOutcome: ['event.outcome'],
  eventId: ['event.id'],
  eventRisk: ['event.risk_score'],
  ruleName: ['rule.name'],
};

/** The record id is made of all that a document holds, and all are of one kind. */
const { looksAt: _looksAt, unusedRules: _unusedRules, ...LIKE_SYSFLOW } = SYSFLOW_ECS_SHAPE;

/** Any other document in the Elastic Common Schema. To be tried after the shapes that know their sensor. */
export const ECS_SHAPE: DocumentShape = {
  ...LIKE_SYSFLOW,
  format: 'ecs',
  table: ECS_TABLE,

  fits(document: JsonObject): boolean {
    // The shape that fitted last is asked first: what another shape knows better is refused here.
    if ('winlog' in document || SYSFLOW_ECS_SHAPE.fits(document)) return false;
    return typeof document['@timestamp'] === 'string' && isJsonObject(document['event']);
  },

  kindOf(): string {
    return 'ecs.event';
  },

  hostOf(document: JsonObject): string {
    const host = document['host'];
    if (!isJsonObject(host)) return '';
    const name = [host['id'], host['hostname'], host['name']].find((one) => typeof one === 'string' && one !== '');
    return typeof name === 'string' ? name : '';
  },

  pathsOf(kind: string, cell: string): readonly string[] {
    return PATHS[cell] ?? SYSFLOW_ECS_SHAPE.pathsOf(kind, cell);
  },

  /** Nothing tells one such event from another but all of its content. */
  recordIdText(document: JsonObject, kind: string, host: string): string {
    return [kind, host, JSON.stringify(document)].join('\u001f');
  },
};
