export interface Sample {
  /** Seconds from the start of the feed. */
  readonly at: number;
  readonly value: number;
}

export interface Flatness {
  /** Seconds from the first to the last sample. */
  readonly seconds: number;
  readonly mean: number;
  /** Units of the value per hour, of the line that fits best (least squares). */
  readonly perHour: number;
  /** What that line rises by over these seconds, as a share of the mean. */
  readonly growth: number;
}

/** Undefined with fewer than two moments: there is no line. */
export function flatness(samples: readonly Sample[]): Flatness | undefined {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.at <= first.at) return undefined;
  const mean = samples.reduce((sum, { value }) => sum + value, 0) / samples.length;
  const middle = samples.reduce((sum, { at }) => sum + at, 0) / samples.length;
  let covariance = 0;
  let variance = 0;
  for (const { at, value } of samples) {
    covariance += (at - middle) * (value - mean);
    variance += (at - middle) ** 2;
  }
  const perSecond = covariance / variance;
  const seconds = last.at - first.at;
  return { seconds, mean, perHour: perSecond * 3600, growth: mean === 0 ? 0 : (perSecond * seconds) / mean };
}

/** Samples of one process each, without the time that it takes to warm up. `starts`: when each process began. */
export function lives(samples: readonly Sample[], starts: readonly number[], warmUp: number): Sample[][] {
  return starts.map((start, i) =>
    samples.filter(({ at }) => at >= start + warmUp && at < (starts[i + 1] ?? Number.POSITIVE_INFINITY)),
  );
}
