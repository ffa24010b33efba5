/** Milliseconds since 1970 with a fraction that stands for micro- and nanoseconds. */
export type SimulatedTime = number;

let second = NaN;
let secondText = '';

function prefixOf(ms: number): string {
  const whole = Math.floor(ms / 1000);
  if (whole !== second) {
    second = whole;
    secondText = new Date(whole * 1000).toISOString().slice(0, 19);
  }
  return secondText;
}

/** `2024-05-01T08:00:00.123456Z`: microseconds, trailing zeros removed, as SysFlow writes dates. */
export function sysflowTime(time: SimulatedTime): string {
  const micros = Math.floor((time % 1000) * 1000);
  const prefix = prefixOf(time);
  if (micros === 0) return `${prefix}Z`;
  return `${prefix}.${String(micros).padStart(6, '0').replace(/0+$/, '')}Z`;
}

/** `2024-05-01T08:00:00.123Z`. */
export function beatTime(time: SimulatedTime): string {
  return `${prefixOf(time)}.${String(Math.floor(time % 1000)).padStart(3, '0')}Z`;
}

/** `2024-05-01 08:00:00.123`, as Sysmon writes UtcTime. */
export function sysmonTime(time: SimulatedTime): string {
  return `${prefixOf(time).replace('T', ' ')}.${String(Math.floor(time % 1000)).padStart(3, '0')}`;
}
