import { formatInstant } from '../../catalogue/instant.ts';
import type { RunObserver } from '../../hunts/run/run-observer.ts';
import type { Diagnostic } from '../../language/diagnostic.ts';
import type { RunStatus } from '../../server/run-status.ts';
import { sourceCondition } from '../../server/source-condition.ts';
import { huntFailure, renderHuntFailure } from '../hunt-failure.ts';
import type { RunLog } from '../log/run-log.ts';
import { ProgressLine } from '../progress-line.ts';
import type { RunOptions } from './run-options.ts';
import type { RunOutputs } from './run-outputs.ts';
import { displayChangeDocument, renderLiveDisplay, snapshotDocument } from './run-report.ts';
import type { ToldPlaces } from '../sources/told-places.ts';
import type { SourceSummaries } from '../sources/source-summaries.ts';
import { usesColour, write, writeJsonLine, type TerminalIo } from '../terminal-io.ts';

const NOTICE_EVENTS = { away: 'source-degraded', back: 'source-recovered', other: 'source-notice' } as const;

/** What a run tells of itself, and to whom. */
export interface RunEars {
  readonly options: RunOptions;
  readonly io: TerminalIo;
  readonly log: RunLog;
  readonly outputs: RunOutputs;
  /** Hunts that were stopped, by id. */
  readonly failures: Map<string, Diagnostic>;
  readonly summaries: SourceSummaries;
  readonly places: ToldPlaces;
  readonly status: RunStatus | undefined;
}

/** Hears a run: answers go to stdout, what is to be known of it to the log, and both to health and metrics. */
export function observerOf({ options, io, log, outputs, failures, summaries, places, status }: RunEars): RunObserver {
  const progress = new ProgressLine(io, log.format === 'text' && io.stderr.isTTY === true);
  const color = usesColour(io.stdout, io.env);
  return {
    place: (source, notice) => {
      if (options.snapshots) return;
      const { place, format, resumed, replaced } = notice;
      // Followed files change their names: what they held is told by the counts of the run.
      if (options.follow !== true) summaries.place(source, notice);
      progress.clear();
      outputs.resumed ||= resumed;
      const how = replaced ? ', new content: read from the start' : resumed ? ', read on from where it stopped' : '';
      const what = resumed && format === 'unknown' ? 'nothing new' : `${format}${how}`;
      // Those that come while a run stays on them are told each in its turn.
      const isTold = options.follow === true || places.add(source, place, what);
      const text = isTold ? undefined : '';
      void log.event('source-recognised', `${place}: ${what}`, { source, place, format, resumed, replaced }, text);
    },
    notice: (source, { place, code, message }) => {
      status?.notice(source, code);
      progress.clear();
      const isTold = code !== 'source-no-telemetry' || places.add(source, place, 'no telemetry');
      const event = NOTICE_EVENTS[sourceCondition(code) ?? 'other'];
      void log.event(event, `${place}: ${message}`, { source, place, code }, isTold ? undefined : '');
    },
    completed: ({ hunt, variable, stop }) => {
      progress.clear();
      const when = formatInstant(stop);
      if (options.format === 'ndjson') void writeJsonLine(io.stdout, { kind: 'complete', hunt, variable, stop: when });
      const told = `${hunt}: ${variable} is complete: its range ended at ${when}`;
      void log.event('variable-complete', told, { hunt, variable, stop: when });
    },
    displayChanged: (change) => {
      if (options.format === 'ndjson') void writeJsonLine(io.stdout, displayChangeDocument(change));
      if (options.format !== 'text') return;
      const view = { width: io.stdout.isTTY === true ? (io.stdout.columns ?? 80) : 200, color };
      void write(io.stdout, `\n${renderLiveDisplay(change, view)}`);
    },
    rejects: (source, rejects) => outputs.deadLetters?.add(source, rejects),
    batch: (source, batch) => summaries.batch(source, batch),
    snapshot: (snapshot) => void writeJsonLine(io.stdout, snapshotDocument(snapshot)),
    huntFailed: (hunt, error) => {
      status?.huntFailed(hunt);
      const failure = huntFailure(error);
      failures.set(hunt, failure);
      progress.clear();
      const { code, message, hint } = failure;
      void log.event('hunt-failed', `${hunt}: ${message}`, { hunt, code, hint }, renderHuntFailure(hunt, failure));
    },
    progress: (counts) => progress.show(counts),
  };
}
