import { faults } from './faults.ts';
import type { SoakSetting } from './soak-setting.ts';
import type { SoakedSource } from './soaked-source.ts';
import type { WebhookSink } from './webhook-sink.ts';

const LOOK_MS = 2000;
const LAST_ALERT_MS = 120_000;
/** After the last planted one: alerts of attacks settle, and so does one of a clock that is 20 s ahead. */
const SETTLE_MS = 25_000;

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/**
 * Feeds, with each fault in its time, until the last planted process has come to the webhook; then the run is ended. Answers
 * with the seconds that this took after the feed had ended, and with what went wrong.
 */
export async function feedUnderFaults(
  { world, schedule, began }: SoakSetting,
  say: (text: string) => void,
): Promise<{ lag: number; violations: string[] }> {
  const { run, sink, sources } = world;
  await run.start();
  const feeding = new AbortController();
  const fed = Promise.all(sources.map((source) => source.feed())).finally(() => feeding.abort());
  const watching = (async () => {
    while (!feeding.signal.aborted) {
      await run.look();
      await pause(LOOK_MS);
    }
  })();
  for (const { at, kind } of schedule) {
    // A feed that fails ends the soak.
    await Promise.race([pause(Math.max(0, began + at * 1000 - Date.now())), fed]);
    say(`${kind} at ${at} s`);
    await faults[kind](world);
  }
  await fed;
  await watching;
  const end = Date.now();
  while (missing(sources, sink) > 0 && Date.now() - end < LAST_ALERT_MS) await pause(250);
  const lag = (Date.now() - end) / 1000;
  const lost = missing(sources, sink);
  await pause(SETTLE_MS);
  await run.look();
  await run.end('SIGINT');
  const late = `${lost} planted processes have not come to the webhook ${LAST_ALERT_MS / 1000} s after the end`;
  return { lag, violations: [...run.violations, ...(lost > 0 ? [late] : [])] };
}

function missing(sources: readonly SoakedSource[], sink: WebhookSink): number {
  return sources
    .flatMap(({ planted }) => planted)
    .filter(({ source, message }) => sink.firstAt(`planted-${source}`, message) === undefined).length;
}
