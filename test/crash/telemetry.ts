export const START = Date.UTC(2026, 0, 1);

/** Small numbers that look drawn, the same for the same seed (mulberry32). */
export function drawing(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

const NAMES = ['sh', 'bash', 'ls', 'curl', 'node'];

/**
 * Lines of telemetry of two hosts: processes that start others, turn out to be called something else, and run what a hunt
 * looks for; some records are a little late, some come twice, and one is none at all.
 */
export function telemetryLines(count: number, seed: number): string[] {
  const draw = drawing(seed);
  const lines: string[] = [];
  let ms = START;
  for (let i = 0; i < count; i++) {
    ms += draw(900);
    if (i === count >> 1) lines.push('{"@timestamp": "no line of');
    else if (i > 10 && draw(25) === 0) lines.push(lines[i - 1 - draw(8)] as string);
    else lines.push(processLine({ pid: 1 + draw(60), ms: ms - (draw(10) === 0 ? 4000 : 0), ...drawProcess(draw) }));
  }
  return lines;
}

/** A record so much later than all others that whatever waits for the clock is due, of a process that no hunt asks for. */
export function lastLine(ms: number, name = 'end', pid = 9999): string {
  return processLine({ pid, ms, name, host: 0, parent: 9998, args: 'end' });
}

interface ProcessLine {
  readonly pid: number;
  readonly ms: number;
  readonly name: string;
  readonly host: number;
  readonly parent: number;
  readonly args: string;
}

function drawProcess(draw: (below: number) => number): Omit<ProcessLine, 'pid' | 'ms'> {
  return {
    name: NAMES[draw(NAMES.length)] as string,
    host: draw(2),
    parent: 1 + draw(60),
    args: draw(4) === 0 ? `evil ${draw(3)}` : `-c ${draw(3)}`,
  };
}

function processLine({ pid, ms, name, host, parent, args }: ProcessLine): string {
  const process = (number: number): object => ({
    pid: number,
    start: new Date(START - 60_000 + number).toISOString(),
    thread: { id: number },
  });
  return JSON.stringify({
    '@timestamp': new Date(ms).toISOString(),
    event: { sf_type: 'PE', action: 'process-start' },
    host: { id: `host-${host}` },
    process: {
      ...process(pid),
      name,
      executable: `/bin/${name}`,
      args,
      command_line: `/bin/${name} ${args}`,
      parent: process(parent),
    },
  });
}
