/** What is filled in for the digits that are not there yet. */
const TEMPLATE = 'YYYY-01-01T00:00:00.000Z';
const SHAPE = '0000-00-00T00:00:00.000Z';

/** The timestamp that begins so, its missing parts the earliest there are; undefined where none does. */
export function completeTimestamp(typed: string): string | undefined {
  if (typed.length < 4) return undefined;
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,}$/.test(typed)) return `${typed}Z`;
  const fits = [...typed].every((sign, i) => (SHAPE[i] === '0' ? /\d/.test(sign) : sign === SHAPE[i]));
  return fits ? typed + TEMPLATE.slice(typed.length) : undefined;
}
