import { cellValue } from '../telemetry/cell-value.ts';
import type { RecordBatch } from '../telemetry/record-batch.ts';
import type { SlotPlan } from './kind-plan.ts';
import { compareTexts, type Value } from './value.ts';

/** What a mention says of its entity's attributes, in the order of the view; members of a union sorted, each once. */
export function attributeValues({ columns, view }: SlotPlan, batch: RecordBatch, row: number): (Value | undefined)[] {
  return columns.map((column, i) => {
    const value = cellValue(column, batch.lists, row);
    return view.union[i] === true && value !== undefined ? sortedTexts(value) : value;
  });
}

function sortedTexts(value: Value): readonly string[] {
  const list: readonly string[] = Array.isArray(value) ? (value as readonly string[]) : [String(value)];
  return [...new Set(list)].sort(compareTexts);
}
