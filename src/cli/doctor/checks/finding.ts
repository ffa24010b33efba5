import { WindhoverError } from '../../../errors/windhover-error.ts';
import type { Timer } from '../../../telemetry/timer.ts';

/** What a check found. `hint`: what to do about it. */
export interface Finding {
  /** What was looked at: `source container1 (live)`. */
  readonly check: string;
  readonly status: 'ok' | 'warning' | 'problem';
  readonly message: string;
  readonly hint?: string;
  /** Of a failure: stable, as in errors. */
  readonly code?: string;
}

/** What one check has to say, without saying what was looked at. */
export type Told = Omit<Finding, 'check'>;

export interface Check {
  readonly name: string;
  /** `tell` as it goes on: what was told before a failure or the end of its time counts. */
  run(tell: (finding: Told) => void): Promise<void>;
}

export const ok = (message: string): Told => ({ status: 'ok', message });
export const warning = (message: string, hint: string): Told => ({ status: 'warning', message, hint });
export const problem = (message: string, hint: string, code?: string): Told => ({
  status: 'problem',
  message,
  hint,
  ...(code === undefined ? {} : { code }),
});

/** An error of ours as a finding. Throws everything else: that is a defect. */
export function failed(error: unknown): Told {
  if (!(error instanceof WindhoverError)) throw error;
  return problem(error.message, error.hint, error.code);
}

/**
 * Runs checks side by side; each has so long, and none waits for another. Findings come in the order of the checks.
 * `signal` ends the waiting.
 */
export async function runChecks(
  checks: readonly Check[],
  limitMs: number,
  timer: Timer,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const all = await Promise.all(checks.map((check) => runCheck(check, limitMs, timer, signal)));
  return all.flat();
}

async function runCheck(check: Check, limitMs: number, timer: Timer, signal: AbortSignal): Promise<Finding[]> {
  const findings: Finding[] = [];
  let isOver = false;
  const tell = (told: Told): void => {
    if (!isOver) findings.push({ check: check.name, ...told });
  };
  await new Promise<void>((done) => {
    const finish = (): void => {
      isOver = true;
      cancel();
      signal.removeEventListener('abort', finish);
      done();
    };
    const cancel = timer.after(limitMs, () => {
      tell(
        problem(
          `no answer within ${limitMs / 1000} s`,
          'Check address, network and load, and try again.',
          'doctor-time',
        ),
      );
      finish();
    });
    signal.addEventListener('abort', finish);
    if (signal.aborted) finish();
    check
      .run(tell)
      .catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        tell(
          error instanceof WindhoverError
            ? failed(error)
            : problem(
                `the check itself failed: ${reason}`,
                'This is a defect of Windhover; please report it.',
                'doctor-defect',
              ),
        );
      })
      .finally(finish);
  });
  return findings;
}
