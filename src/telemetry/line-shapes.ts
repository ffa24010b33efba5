import type { DocumentShape, JsonObject } from './document-shape.ts';
import { ECS_SHAPE } from './ecs/ecs-shape.ts';
import { SYSFLOW_ECS_SHAPE } from './sysflow/sysflow-ecs-shape.ts';
import { SYSFLOW_JSON_SHAPE } from './sysflow/sysflow-json-shape.ts';
import { SYSMON_SHAPES } from './sysmon/sysmon-envelopes.ts';

/** Shapes of the records that stand as JSON documents of their own. A document fits one at most, looked at in this order. */
export const LINE_SHAPES: readonly DocumentShape[] = [
  SYSFLOW_ECS_SHAPE,
  SYSFLOW_JSON_SHAPE,
  ...SYSMON_SHAPES,
  ECS_SHAPE,
];

/** Keys that no document has but records, and envelopes of records. */
const MARKS = ['@timestamp', '_source', 'EventID', 'event_id', 'UtcTime', 'winlog'];

/** Whether an object is, or is meant to be, a record as a sensor or shipper writes it. */
export function isRecordDocument(document: JsonObject): boolean {
  if (MARKS.some((mark) => Object.hasOwn(document, mark))) return true;
  if (document['type'] === 'bundle' || typeof document['message'] === 'string') return true;
  return LINE_SHAPES.some((shape) => shape.fits(document));
}
