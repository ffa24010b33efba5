import { REFUSED_MESSAGES } from '../../telemetry/messages/refused-messages.ts';
import type { RecordBatch } from '../../telemetry/record-batch.ts';
import type { SourceNotice } from './source-notice.ts';
import type { PlaceNotice } from './source-reader.ts';

/** So many messages of which none is telemetry are told of. */
const NONE_AMONG = 100;

interface Topic {
  resumed: boolean;
  replaced: boolean;
  told: boolean;
  /** Something of it could be used, or it has been said that nothing can. */
  judged: boolean;
  undecodable: number;
  readonly refused: Set<string>;
}

/** What each topic turned out to hold, told once; and what is to be done where it cannot be read. */
export class TopicNotices {
  readonly #topics = new Map<string, Topic>();
  readonly #onPlace: (notice: PlaceNotice) => void;
  readonly #onNotice: (notice: SourceNotice) => void;

  constructor(onPlace: (notice: PlaceNotice) => void, onNotice: (notice: SourceNotice) => void) {
    this.#onPlace = onPlace;
    this.#onNotice = onNotice;
  }

  /** A partition of it goes on where it was, or is another one than before. */
  start(topic: string, resumed: boolean, replaced: boolean): void {
    const known = this.#of(topic);
    known.resumed ||= resumed;
    known.replaced ||= replaced;
  }

  batch(topic: string, batch: RecordBatch, format: string): void {
    const known = this.#of(topic);
    for (const { reason } of batch.rejects) {
      const hint = REFUSED_MESSAGES[reason];
      if (hint === undefined || known.refused.has(reason)) continue;
      known.refused.add(reason);
      known.judged = true;
      this.#onNotice({ place: topic, code: `topic-${reason}`, message: hint });
    }
    known.undecodable += batch.undecodable;
    if (batch.size > 0 || batch.ignored > 0) known.judged = true;
    if (!known.judged && known.undecodable >= NONE_AMONG) {
      known.judged = true;
      const reason = batch.rejects.at(-1)?.reason ?? 'undecodable';
      this.#onNotice({
        place: topic,
        code: 'topic-unreadable',
        message: `none of its first ${known.undecodable} messages is telemetry (${reason}): is it the right topic? --dead-letter PATH keeps a sample`,
      });
    }
    if (batch.size === 0 || known.told) return;
    known.told = true;
    this.#onPlace({ place: topic, format, resumed: known.resumed, replaced: known.replaced && !known.resumed });
  }

  #of(name: string): Topic {
    let topic = this.#topics.get(name);
    if (topic === undefined) {
      topic = { resumed: false, replaced: false, told: false, judged: false, undecodable: 0, refused: new Set() };
      this.#topics.set(name, topic);
    }
    return topic;
  }
}
