import { SourceError } from '../../errors/windhover-error.ts';
import type { LogNotice } from '../../telemetry/message-log.ts';
import type { PartitionStretch } from '../../telemetry/message-range.ts';
import type { Misfit } from './fetch-state.ts';
import type { TopicPartition } from './kafka-client.ts';

/** What the owner of a source is told: what has happened, and what to do about it. `place`: of the source. */
export class LogNotices {
  readonly #place: string;
  readonly #tell: (notice: LogNotice) => void;

  constructor(place: string, tell: (notice: LogNotice) => void) {
    this.#place = place;
    this.#tell = tell;
  }

  otherCluster(): void {
    this.#say('kafka-other-cluster', 'is another cluster than before: read as a new source');
  }

  formerMember(group: string, seconds: number): void {
    const what = `the consumer group ${group} still has a member`;
    this.#say('kafka-former-member', `${what}; waiting up to ${seconds} s for its session to end`);
  }

  away({ code, message, hint }: SourceError): void {
    const text = `${message}; it is tried again. ${hint}`;
    this.#tell({ place: this.#place, code, message: text, reach: 'away' });
  }

  back(): void {
    this.#tell({ place: this.#place, code: 'kafka-back', message: 'answers again: read on', reach: 'back' });
  }

  missing(topic: string): void {
    this.#say(
      'kafka-topic-missing',
      'does not exist, or may not be seen (that needs DESCRIBE on the topic); waiting for it, and then reading it from its beginning',
      topic,
    );
  }

  appeared(topic: string): void {
    this.#say('kafka-topic-there', 'is there now: read from its beginning', topic);
  }

  newPartition(at: TopicPartition): void {
    this.#say('kafka-partition', 'is new: read from its beginning', `${at.topic}/${at.partition}`);
  }

  misfit({ topic, partition }: TopicPartition, expected: number, { kind, first }: Misfit): void {
    const place = `${topic}/${partition}`;
    if (kind === 'anew') {
      const less = `holds less than the ${expected} messages that have been read`;
      this.#say('kafka-topic-anew', `${less}: the topic was made anew, and is read from its beginning`, place);
      return;
    }
    const lost = `the ${first - expected} messages from offset ${expected} to ${first - 1} were gone before they were read`;
    this.#say('kafka-hole', `hole: ${lost}; the topic keeps too little (retention.ms, retention.bytes)`, place);
  }

  /** What is read of a topic that is read up to where it ends. */
  range(topic: string, stretches: readonly PartitionStretch[], fromMs: number | undefined): void {
    const messages = stretches.reduce((sum, { offset, end }) => sum + end - offset, 0);
    const of = stretches.length === 1 ? 'one partition' : `${stretches.length} partitions`;
    const since =
      fromMs === undefined ? '' : `; those sent more than a day before ${new Date(fromMs).toISOString()} are left out`;
    this.#say(
      'kafka-range',
      messages === 0 ? `holds no messages of the range` : `${messages} messages of ${of}${since}`,
      topic,
    );
    for (const { partition, offset, lostFrom, expiredFromMs } of stretches) {
      const place = `${topic}/${partition}`;
      if (lostFrom !== undefined) this.misfit({ topic, partition }, lostFrom, { kind: 'expired', first: offset });
      if (expiredFromMs === undefined) continue;
      const from = new Date(expiredFromMs).toISOString();
      const what = `the range begins at ${from}, before the oldest message that the topic still keeps (offset ${offset})`;
      this.#say(
        'kafka-hole',
        `hole: ${what}; a longer retention (retention.ms) or another history would have it`,
        place,
      );
    }
  }

  stalled({ topic, partition }: TopicPartition, messages: number, ms: number): void {
    const what = `nothing came for ${Math.round(ms / 1000)} s though ${messages} messages wait`;
    this.#say('kafka-stalled', `${what}: its consumer is started anew`, `${topic}/${partition}`);
  }

  #say(code: string, message: string, place = this.#place): void {
    this.#tell({ place, code, message });
  }
}

export function groupTaken(code: 'kafka-group-taken' | 'kafka-group-shared', group: string): SourceError {
  return new SourceError(
    code,
    `the consumer group ${group} has another member, which would take a part of the messages`,
    {
      hint: 'End the other Windhover that runs with a copy of this state folder, or whatever else reads with this group: each state folder has a group of its own.',
    },
  );
}
