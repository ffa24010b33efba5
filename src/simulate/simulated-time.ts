/** Milliseconds since 1970 with a fraction that stands for microseconds. */
export type SimulatedTime = number;

/** Seconds that documents name now: of several clocks, and of the log's and the local time. */
const SECONDS = 13;
const seconds = new Array<number>(SECONDS).fill(NaN);
const secondTexts = new Array<string>(SECONDS).fill('');

function prefixOf(ms: number): string {
  const second = Math.floor(ms / 1000);
  const slot = second % SECONDS;
  if (second !== seconds[slot]) {
    seconds[slot] = second;
    secondTexts[slot] = new Date(second * 1000).toISOString().slice(0, 19);
  }
  return secondTexts[slot] as string;
}

const MILLIS = Array.from({ length: 1000 }, (_, ms) => String(ms).padStart(3, '0'));

/** Microseconds within the second: what is left of a time in every encoding. */
export function microsOf(time: SimulatedTime): number {
  return Math.floor((time % 1000) * 1000);
}

/** From one time to another in nanoseconds, both cut to microseconds. */
export function nanosBetween(start: SimulatedTime, end: SimulatedTime): number {
  return (Math.floor(end / 1000) - Math.floor(start / 1000)) * 1e9 + (microsOf(end) - microsOf(start)) * 1000;
}

/** `2024-05-01T08:00:00.123456Z`: microseconds, trailing zeros removed, as SysFlow writes dates. */
export function sysflowTime(time: SimulatedTime): string {
  const micros = microsOf(time);
  const prefix = prefixOf(time);
  if (micros === 0) return `${prefix}Z`;
  const low = micros % 1000;
  const high = MILLIS[(micros - low) / 1000] as string;
  if (low % 10 !== 0) return `${prefix}.${high}${MILLIS[low] as string}Z`;
  return `${prefix}.${`${high}${MILLIS[low] as string}`.replace(/0+$/, '')}Z`;
}

/** `2024-05-01T08:00:00.123Z`. */
export function beatTime(time: SimulatedTime): string {
  return `${prefixOf(time)}.${MILLIS[Math.floor(time % 1000)] as string}Z`;
}

/** `2024-05-01 08:00:00.123`, as Sysmon writes UtcTime. */
export function sysmonTime(time: SimulatedTime): string {
  const prefix = prefixOf(time);
  return `${prefix.slice(0, 10)} ${prefix.slice(11)}.${MILLIS[Math.floor(time % 1000)] as string}`;
}

/** `2024-05-01 04:00:00`: whole seconds of a clock that is `offsetMs` off UTC, as NXLog writes EventTime. */
export function localTime(time: SimulatedTime, offsetMs: number): string {
  const prefix = prefixOf(time + offsetMs);
  return `${prefix.slice(0, 10)} ${prefix.slice(11)}`;
}
