import { z } from 'zod';

const count = z.int().min(0).max(1_000_000_000);
const range = z.union([
  count.describe('Exactly so many.'),
  z
    .strictObject({ min: count.optional(), max: count.optional() })
    .refine(({ min, max }) => min !== undefined || max !== undefined, 'expected min, max or both')
    .refine(({ min, max }) => min === undefined || max === undefined || min <= max, 'expected min to be at most max'),
]);
/** By name; `*` in a name stands for any text. At most 1,000. */
const ranges = z.record(z.string().max(2000), range).refine((all) => Object.keys(all).length <= 1000, 'too many names');

const expectationShape = {
  alerts: range.optional().describe('How many alerts stand at the end.'),
  hosts: ranges.optional().describe('The same by host.'),
  titles: ranges.optional().describe('The same by the text of the alert.'),
  gained: range.optional().describe('With --against: how many only the new version raises.'),
  lost: range.optional().describe('With --against: how many only the old version raises.'),
};

/** What a backtest of a hunt is expected to raise: `expect` of a hunt file. */
export const expectationSchema = z.strictObject(expectationShape);

/** The file of `--expect`: of the call as a whole, and by id of a hunt. */
export const expectationFileSchema = z.strictObject({
  ...expectationShape,
  hunts: z.record(z.string(), expectationSchema).optional(),
});

export type Expectation = z.infer<typeof expectationSchema>;
export type ExpectationFile = z.infer<typeof expectationFileSchema>;
export type ExpectedRange = z.infer<typeof range>;
